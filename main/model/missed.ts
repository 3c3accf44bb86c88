import type { ServiceView, Snapshot } from './snapshot.ts'

/** Titles of the services that run, or try to, and miss `view` because it is stopped. */
export function missedBy(snapshot: Snapshot, view: ServiceView): readonly string[] {
  if (view.state !== 'stopped') return []
  return snapshot.services
    .filter((other) => other.state !== 'stopped' && other.state !== 'not set up')
    .filter((other) => other.needs.includes(view.id) || other.uses.includes(view.id))
    .map((other) => other.title)
}

/** `missedBy` for all services of a snapshot, which are gone through once: ids of what is missed, with the titles. */
export function missedOf(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const stopped = new Set(snapshot.services.filter(({ state }) => state === 'stopped').map(({ id }) => id))
  const missed = new Map<string, string[]>()
  if (stopped.size === 0) return missed
  for (const other of snapshot.services) {
    if (other.state === 'stopped' || other.state === 'not set up') continue
    for (const id of new Set([...other.needs, ...other.uses]))
      if (stopped.has(id)) missed.set(id, [...(missed.get(id) ?? []), other.title])
  }
  return missed
}
