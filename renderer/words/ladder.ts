import { rungTitles, type Ladder, type RungState } from '../../main/model/ladder.ts'

export const rungWords: Readonly<Record<RungState, string>> = {
  ok: 'ok',
  round: 'problem, bypassed',
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
