/**
 * Sets: saved names for the services that one needs for something ("frontend: Grafana, TimescaleDB"), which are started
 * and stopped together. Kept in the settings; every face asks here what one means.
 */
import { isLabel } from './atoms.ts'
import { clusterOfRow } from './cluster-id.ts'
import { may } from './may.ts'
import { sayList } from './say.ts'
import type { Sets } from './service.ts'
import type { ServiceView, State } from './snapshot.ts'
import { summarise } from './summary.ts'

/** The set whose services stand first everywhere. It is one like the others. */
export const FAVOURITES = 'favourites'

/** As many sets, and as many services in each, as a person keeps in mind. */
export const MOST_SETS = 50
export const MOST_IN_SET = 200

/** Whether a text may name a set: one label, so that `@name` is a word in every shell. */
export const isSetName = isLabel

/** Whether a text may be the id of a service in a set. */
export function isMemberId(text: string): boolean {
  return isLabel(clusterOfRow(text) ?? text)
}

/** A set as it stands among services: those that are there, in the set's order, and the ids that are not. */
export interface SetParts<One> {
  readonly name: string
  readonly services: readonly One[]
  readonly gone: readonly string[]
}

/** The parts of a set; undefined: there is no such set. */
export function partsOfSet<One extends { readonly id: string }>(
  sets: Sets,
  name: string,
  services: readonly One[],
): SetParts<One> | undefined {
  const ids = Object.hasOwn(sets, name) ? sets[name] : undefined
  if (ids === undefined) return undefined
  const found = ids.map((id) => services.find((one) => one.id === id))
  return {
    name,
    services: found.flatMap((one) => one ?? []),
    gone: ids.filter((_, at) => found[at] === undefined),
  }
}

/** All sets among services: the favourites first, then by name. */
export function allSets<One extends { readonly id: string }>(
  sets: Sets,
  services: readonly One[],
): readonly SetParts<One>[] {
  return Object.keys(sets)
    .sort((one, other) =>
      one === FAVOURITES ? -1 : other === FAVOURITES ? 1 : one < other ? -1 : one > other ? 1 : 0,
    )
    .flatMap((name) => partsOfSet(sets, name, services) ?? [])
}

/** Said of ids in a set that no service has; empty: there are none. */
export function sayGone({ name, gone }: Pick<SetParts<unknown>, 'name' | 'gone'>): string {
  if (gone.length === 0) return ''
  return `The set ${name} also names ${sayList(gone, 6)}, and there is no such service.`
}

/** What may be done with a set now, and how it stands in a few words ("2 of 3 work"). */
export interface SetView {
  readonly name: string
  readonly state: State
  readonly says: string
  /** Ids that may be started, or stopped, now. What they need is started by the engine. */
  readonly starts: readonly string[]
  readonly stops: readonly string[]
  readonly gone: readonly string[]
}

/** A set as menus show it. */
export function setView({ name, services, gone }: SetParts<ServiceView>): SetView {
  const good = services.filter(({ state }) => state === 'works' || state === 'degraded').length
  const idsFor = (verb: 'start' | 'stop'): readonly string[] =>
    services.filter((view) => may(verb, view)).map(({ id }) => id)
  return {
    name,
    state: summarise(services.map(({ state }) => state)),
    says:
      services.length === 0
        ? gone.length === 0
          ? 'names no service'
          : 'names no service that is there'
        : `${good} of ${services.length} work`,
    starts: idsFor('start'),
    stops: idsFor('stop'),
    gone,
  }
}

/** The sets with a service put into one, at its end, or taken out of it. A set that is left empty goes. */
export function withMember(sets: Sets, name: string, id: string, isIn: boolean): Sets {
  const { [name]: _, ...others } = sets
  const before = Object.hasOwn(sets, name) ? (sets[name] ?? []) : []
  const rest = before.filter((one) => one !== id)
  const next = isIn ? [...rest, id] : rest
  return next.length === 0 ? others : { ...others, [name]: next }
}

/** One change of one set: faces know only what was there when they last looked, so none of them says what all sets are. */
export type SetChange =
  | {
      /** A set is saved under a name. */
      readonly kind: 'put'
      readonly name: string
      readonly services: readonly string[]
      /** The set that was opened; another than `name`: it is renamed. null: it is new. */
      readonly was: string | null
      /** What the one that was opened held then. */
      readonly seen: readonly string[]
    }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'member'; readonly name: string; readonly service: string; readonly on: boolean }

/** The sets after one change. `over`: another face changed the same set meanwhile, to these services (none: it removed it); they went. */
export function changeSet(
  sets: Sets,
  change: SetChange,
): { readonly sets: Sets; readonly over?: readonly string[] } {
  if (change.kind === 'member') return { sets: withMember(sets, change.name, change.service, change.on) }
  if (change.kind === 'remove') {
    const { [change.name]: _, ...others } = sets
    return { sets: others }
  }
  const { name, services, was, seen } = change
  const { [name]: taken, [was ?? name]: opened, ...others } = sets
  // A name that somebody took meanwhile, or the set that was opened, which somebody changed or removed.
  const isTaken = was !== name && taken !== undefined
  const there = isTaken ? taken : was === null ? services : (opened ?? [])
  const isAlone = isSame(there, services) || (!isTaken && isSame(there, seen))
  return { sets: { ...others, [name]: services }, ...(isAlone ? {} : { over: there }) }
}

function isSame(one: readonly string[], two: readonly string[]): boolean {
  return one.length === two.length && one.every((id) => two.includes(id))
}

/** Favourites before the others; each of both in the order they had. */
export function favouritesFirst<One extends { readonly id: string }>(
  services: readonly One[],
  sets: Sets,
): readonly One[] {
  const ids = new Set(Object.hasOwn(sets, FAVOURITES) ? sets[FAVOURITES] : [])
  if (ids.size === 0) return services
  return [...services.filter(({ id }) => ids.has(id)), ...services.filter(({ id }) => !ids.has(id))]
}
