import { withLastEnd } from '../../model/last-end.ts'
import type { ContainerSeen } from '../../model/observation.ts'

/** While a container takes the place of another one both are there, and what is told of the one before may come late. */

/** When something was seen of a service's container, by the count of readings; `gone`: the id of one that was seen to be removed. */
export interface Sighting {
  readonly at: number
  readonly gone?: string
}

/** Whether a container of a service was made before another one of it. */
export function isBefore(one: ContainerSeen, two: ContainerSeen): boolean {
  return one.id !== two.id && (one.createdAt ?? 0) < (two.createdAt ?? 0)
}

/** Of a container that Docker answers nothing about, what was known of it before goes on with what its list tells now. */
export function stillKnown(listed: ContainerSeen, known: ReadonlyMap<string, ContainerSeen>): ContainerSeen {
  const { state, silentSince } = listed
  const before = known.get(listed.service)
  return silentSince !== undefined && before?.id === listed.id
    ? { ...before, state, silentSince, error: '' }
    : listed
}

/**
 * The containers by their service after a reading of all, which began as number `began`: what was seen of one since (`known`, `sawAt`)
 * is newer, unless the reading found one that was made later. Sightings before it are forgotten.
 */
export function afterReading(
  all: readonly ContainerSeen[],
  began: number,
  known: ReadonlyMap<string, ContainerSeen>,
  sawAt: Map<string, Sighting>,
): Map<string, ContainerSeen> {
  const next = new Map<string, ContainerSeen>()
  for (const container of all) {
    const other = next.get(container.service)
    if (!other || !isBefore(container, other))
      next.set(container.service, withLastEnd(known.get(container.service), container))
  }
  for (const [service, { at, gone }] of sawAt) {
    const later = known.get(service)
    const listed = next.get(service)
    if (at < began) sawAt.delete(service)
    else if (later) next.set(service, listed && isBefore(later, listed) ? listed : later)
    // That one is gone says nothing of the one that was made in its place.
    else if (gone === undefined || listed?.id === gone) next.delete(service)
  }
  return next
}
