import type { Snapshot } from '../../main/model/snapshot.ts'
import type { Place } from '../store/state.ts'
import { sayShell } from '../words/shell.ts'

/** The title of the document at a place. */
export function titleOf(place: Place, snapshot: Snapshot | null): string {
  const { view, service, step } = place
  const named =
    service === undefined
      ? undefined
      : (snapshot?.services.find((one) => one.id === service)?.title ?? service)
  if (named !== undefined && view === 'services') return sayShell.title(named)
  if (named !== undefined && view === 'logs') return sayShell.title(sayShell.titleLogs(named))
  if (step !== undefined) return sayShell.title(sayShell.titleStep(step))
  return sayShell.title(sayShell.views[view])
}
