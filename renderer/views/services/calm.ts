import { isSameDay, sayDay, sayDuration, saySecond } from '../../../main/model/say.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { saySummary } from '../../words/services.ts'

/** The second line when nothing is wrong: how quick names are, and when a service was last started. */
export function sayCalm(snapshot: Snapshot): string {
  const took = snapshot.services.flatMap(
    (view) => view.ladder.find((rung) => rung.id === 'name' && rung.state === 'ok')?.ms ?? [],
  )
  const names = took.length === 0 ? [] : [saySummary.names(sayDuration(Math.max(...took)))]
  // When a look was taken says nothing of when something changed.
  const since = snapshot.services.flatMap((view) => view.since ?? [])
  const last = Math.max(...since)
  const when = isSameDay(last, snapshot.at) ? `at ${saySecond(last)}` : `on ${sayDay(last, snapshot.at)}`
  return [...names, ...(since.length === 0 ? [] : [saySummary.started(when)])].join(' ')
}
