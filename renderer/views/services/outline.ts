/** What stands in the list, in its order: pure, so that a change of one service leaves it the same. */
import equal from 'fast-deep-equal'
import type { Sets } from '../../../main/model/service.ts'
import { favouritesFirst } from '../../../main/model/sets.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { fitsFilter } from './filter.ts'

/** A tier and the ids of its services that are shown. */
export interface Outline {
  readonly id: string
  readonly services: readonly string[]
}

/** Tiers and services share one space of keys in the list. */
export const TIER = 'tier '

/** The tiers that are shown; `last` itself when it says the same. Filtered, a tier without a service that fits is left out. */
export function outlineOf(
  last: readonly Outline[],
  snapshot: Snapshot | null,
  filter: string,
  sets: Sets,
): readonly Outline[] {
  const ordered = favouritesFirst(snapshot?.services ?? [], sets)
  const tiers = (snapshot?.tiers ?? []).map((tier): Outline => ({
    id: tier.id,
    services: ordered
      .filter((view) => view.tier === tier.id && fitsFilter(view, tier.title, filter, sets))
      .map(({ id }) => id),
  }))
  const next = filter.trim() === '' ? tiers : tiers.filter(({ services }) => services.length > 0)
  return equal(last, next) ? last : next
}

/** `outlineOf` what it said last. */
export function createOutliner(): (
  snapshot: Snapshot | null,
  filter: string,
  sets: Sets,
) => readonly Outline[] {
  let last: readonly Outline[] = []
  return (snapshot, filter, sets) => {
    last = outlineOf(last, snapshot, filter, sets)
    return last
  }
}

/** The keys of all rows from the first to the last; those of a closed tier are not there. */
export function keysOf(tiers: readonly Outline[], isOpen: (tier: string) => boolean): readonly string[] {
  return tiers.flatMap(({ id, services }) => [TIER + id, ...(isOpen(id) ? services : [])])
}

/** Rows that are brought into sight and out of it together. */
export const CHUNK = 8

/** A list of more services than this draws those near to what is in sight only. */
export const MOST_DRAWN = 60

/** Ids in groups of CHUNK, the last one of what is left. */
export function chunksOf(services: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(services.length / CHUNK) }, (_, index) =>
    services.slice(index * CHUNK, (index + 1) * CHUNK),
  )
}
