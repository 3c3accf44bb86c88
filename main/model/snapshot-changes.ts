/** Snapshots as what changed in them: a face that has one is told the difference, by the ids of services. */
import equal from 'fast-deep-equal'
import type { ServiceView, Snapshot } from './snapshot.ts'

/** Which snapshot: its count begins anew with each engine, its time does not. */
export interface SnapshotName {
  readonly rev: number
  readonly at: number
}

/** All but what is told by its own rules. */
type Rest = Omit<Snapshot, 'rev' | 'at' | 'services'>

/** What leads from one snapshot to a later one. */
export interface SnapshotChanges extends SnapshotName {
  /** The snapshot that must be there; with any other one these changes mean nothing. */
  readonly from: SnapshotName
  /** Services that came or changed, whole. */
  readonly services: readonly ServiceView[]
  /** Ids of all services; absent: the same in the same order as before. */
  readonly order?: readonly string[]
  /** Everything else that changed, whole. */
  readonly rest: Partial<Rest>
  /** What is not there any more (optional keys). */
  readonly gone?: readonly string[]
}

/** The changes from `last` to `next`; undefined: only the whole says it (an id appears twice). */
export function changesBetween(last: Snapshot, next: Snapshot): SnapshotChanges | undefined {
  const before = byId(last.services)
  const now = byId(next.services)
  if (before.size !== last.services.length || now.size !== next.services.length) return undefined
  const services = next.services.filter((view) => !equal(before.get(view.id), view))
  const sameOrder =
    last.services.length === next.services.length &&
    next.services.every((view, index) => view.id === last.services[index]?.id)
  const had: Readonly<Record<string, unknown>> = restOf(last)
  const rest = restOf(next)
  const gone = Object.keys(had).filter((key) => !Object.hasOwn(rest, key))
  return {
    from: nameOf(last),
    ...nameOf(next),
    services,
    ...(sameOrder ? {} : { order: next.services.map(({ id }) => id) }),
    rest: Object.fromEntries(
      Object.entries(rest).filter(([key, value]) => !Object.hasOwn(had, key) || !equal(had[key], value)),
    ),
    ...(gone.length === 0 ? {} : { gone }),
  }
}

/**
 * `last` with changes; what did not change keeps its identity. Undefined: they belong to another snapshot, or name a service
 * that is not there, so something was missed and the whole has to be asked for.
 */
export function withChanges(last: Snapshot, changes: SnapshotChanges): Snapshot | undefined {
  const { from, rev, at, services, order, rest, gone = [] } = changes
  if (from.rev !== last.rev || from.at !== last.at) return undefined
  const views = byId([...last.services, ...services])
  const ids = order ?? last.services.map(({ id }) => id)
  const all = ids.flatMap((id) => views.get(id) ?? [])
  if (all.length !== ids.length) return undefined
  if (order === undefined && views.size !== ids.length) return undefined
  const kept = Object.fromEntries(Object.entries(restOf(last)).filter(([key]) => !gone.includes(key)))
  // Every key is one of `last` or of `next`, which both were snapshots.
  return keepSame(last, { ...kept, ...rest, rev, at, services: all } as Snapshot)
}

/** `next` with the objects of `last` where nothing changed, so that only what changed is drawn again. */
export function keepSame(last: Snapshot | null, next: Snapshot): Snapshot {
  if (last === null) return next
  return {
    ...next,
    tiers: keepEach(last.tiers, next.tiers),
    services: keepEach(last.services, next.services),
    causes: keepEach(last.causes, next.causes),
    problems: equal(last.problems, next.problems) ? last.problems : next.problems,
    summary: equal(last.summary, next.summary) ? last.summary : next.summary,
    docker: equal(last.docker, next.docker) ? last.docker : next.docker,
  }
}

function keepEach<T extends { readonly id: string }>(last: readonly T[], next: readonly T[]): readonly T[] {
  if (last === next) return last
  const before = byId(last)
  const kept = next.map((one) => {
    const same = before.get(one.id)
    return same !== undefined && equal(same, one) ? same : one
  })
  return kept.length === last.length && kept.every((one, index) => one === last[index]) ? last : kept
}

function byId<T extends { readonly id: string }>(all: readonly T[]): Map<string, T> {
  return new Map(all.map((one) => [one.id, one]))
}

function nameOf({ rev, at }: SnapshotName): SnapshotName {
  return { rev, at }
}

/** What is undefined is not there: over a border it would be lost, and the old value stay. */
function restOf({ rev: _rev, at: _at, services: _services, ...rest }: Snapshot): Rest {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Rest
}

/** The two ways to tell a snapshot. */
export type SnapshotTold =
  | { readonly event: 'snapshot'; readonly payload: Snapshot }
  | { readonly event: 'changes'; readonly payload: SnapshotChanges }

/** The end that tells one face, in order and without loss: whole first, then changes. */
export interface SnapshotTeller {
  tell(next: Snapshot): SnapshotTold
  /** The next is told whole. */
  anew(): void
}

export function createTeller(): SnapshotTeller {
  let last: Snapshot | undefined
  return {
    tell(next) {
      const changes = last === undefined ? undefined : changesBetween(last, next)
      last = next
      return changes === undefined
        ? { event: 'snapshot', payload: next }
        : { event: 'changes', payload: changes }
    },
    anew() {
      last = undefined
    },
  }
}

/**
 * The end that is told: every snapshot whole again. `missed` asks for the whole when changes do not fit what is there: once
 * until that came, and again with the next changes when asking failed.
 */
export function createFollower(missed: () => Promise<unknown>): (told: SnapshotTold) => Snapshot | undefined {
  let last: Snapshot | null = null
  let asking = false
  return (told) => {
    if (told.event === 'snapshot') {
      asking = false
      last = keepSame(last, told.payload)
      return last
    }
    const next = last === null ? undefined : withChanges(last, told.payload)
    if (next === undefined) {
      // What was held is no base for what comes: only the whole is.
      last = null
      if (asking) return undefined
      // First: the whole may come before asking for it has returned.
      asking = true
      missed().catch(() => {
        asking = false
      })
      return undefined
    }
    last = next
    return next
  }
}
