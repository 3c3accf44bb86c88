import { namesOf } from '../../model/listeners.ts'
import type { Catalog, Settings } from '../../model/service.ts'
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
