import { isLoopback } from '../../model/atoms.ts'
import { namesOf } from '../../model/listeners.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { NamesElsewhere } from '../../model/waiting.ts'
import type { ResolverRoute, RouteInput } from '../adapters.ts'
import type { CheckInput } from '../doctor/check.ts'
import type { Seen } from './seen.ts'

/**
 * Every name that our name server answers and that the machine is led to: the catalog's, and the hosts of Ingresses that
 * nobody described. Where both have a name, the catalog's address holds.
 */
export function namesNow(
  catalog: Catalog,
  { suffix }: Pick<Settings, 'suffix'>,
  { ingressNames }: Pick<Seen, 'ingressNames'>,
): ReadonlyMap<string, string> {
  return new Map([...ingressNames, ...namesOf(catalog, suffix)])
}

/**
 * The names that a route which lists them one by one (the hosts file) should have: ours, and records of PowerDNS under the
 * suffix that lead to this machine, which such a route cannot ask for. Never of another zone, whatever PowerDNS has: a line
 * for a name of the internet would lead this machine away from it.
 */
export function listedNames(
  catalog: Catalog,
  settings: Pick<Settings, 'suffix'>,
  seen: Pick<Seen, 'ingressNames' | 'records'>,
): ReadonlyMap<string, string> {
  const theirs = [...seen.records].flatMap(([name, addresses]) => {
    const own = addresses.find(isLoopback)
    return own === undefined || !name.endsWith(`.${settings.suffix}`) ? [] : [[name, own] as const]
  })
  return new Map([...theirs, ...namesNow(catalog, settings, seen)])
}

/** What routes are planned for and compared with, as far as names can be known now. */
export function routeInput(catalog: Catalog, settings: Settings, seen: Seen): RouteInput {
  const isAway = [...seen.clusters.values()].some(({ kind }) => kind === 'down' || kind === 'stopped')
  return {
    settings,
    names: listedNames(catalog, settings, seen),
    loose: isAway || !seen.recordsKnown,
  }
}

/** Names that a route leads to other addresses, with whose they are; undefined: none, or it lists no names. */
export async function namesElsewhere(
  route: ResolverRoute,
  input: RouteInput,
): Promise<NamesElsewhere | undefined> {
  const led = await route.leads?.(input).catch(() => undefined)
  if (!led) return undefined
  const project = await route.ofProject?.(input.settings.project).catch(() => undefined)
  return { ...led, ...(project === undefined ? {} : { project }) }
}

/** What the doctor is told of names beside the catalog. */
export function namesSeen(
  catalog: Catalog,
  settings: Settings,
  seen: Seen,
): NonNullable<CheckInput['names']> {
  return { route: routeInput(catalog, settings, seen), records: seen.records, theirs: seen.theirs }
}
