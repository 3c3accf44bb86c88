import type { LearningCleaner } from '../model/clean.ts'
import { keepSame } from '../model/snapshot-changes.ts'
import type { ServiceView, Snapshot } from '../model/snapshot.ts'

/**
 * Snapshots without secrets and control characters: each once, however many look, and of it only the services that are not those
 * of one before. What was learnt meanwhile is hidden in all of them.
 */
export function safeSnapshots(clean: LearningCleaner): (snapshot: Snapshot) => Snapshot {
  let wholes = new WeakMap<Snapshot, Snapshot>()
  let views = new WeakMap<ServiceView, ServiceView>()
  let learnt = clean.learnt()
  let last: Snapshot | null = null

  function viewOf(view: ServiceView): ServiceView {
    const known = views.get(view)
    if (known) return known
    const clear = clean.deep(view)
    views.set(view, clear)
    return clear
  }

  return (snapshot) => {
    if (clean.learnt() !== learnt) {
      learnt = clean.learnt()
      wholes = new WeakMap()
      views = new WeakMap()
    }
    const known = wholes.get(snapshot)
    if (known) return known
    const { services, ...rest } = snapshot
    last = keepSame(last, { ...clean.deep(rest), services: services.map(viewOf) })
    wholes.set(snapshot, last)
    return last
  }
}
