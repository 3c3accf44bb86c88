import type { Ladder, RungId, RungState } from '../../main/model/ladder.ts'

/** The rungs' titles, as over a column and on the service's page. */
export const rungTitles: Readonly<Record<RungId, string>> = {
  name: 'Name',
  address: 'Address',
  forwarder: 'Forwarder',
  container: 'Container',
  service: 'Service',
}

export const rungWords: Readonly<Record<RungState, string>> = {
  ok: 'ok',
  round: 'problem, passed by',
  stop: 'failed',
  progress: 'in progress',
  unreached: 'not reached',
  unused: 'not used',
  unknown: 'unknown',
}

/** "name ok, address ok, forwarder failed, container not reached, service not reached" */
export function sayLadder(ladder: Ladder): string {
  return ladder.map((rung) => `${rungTitles[rung.id].toLowerCase()} ${rungWords[rung.state]}`).join(', ')
}
