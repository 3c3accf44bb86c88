import type { ServiceView, Snapshot } from './snapshot.ts'

/** Titles of the services that run, or try to, and miss `view` because it is stopped. */
export function missedBy(snapshot: Snapshot, view: ServiceView): readonly string[] {
  if (view.state !== 'stopped') return []
  return snapshot.services
    .filter((other) => other.state !== 'stopped' && other.state !== 'not set up')
    .filter((other) => other.needs.includes(view.id) || other.uses.includes(view.id))
    .map((other) => other.title)
}
