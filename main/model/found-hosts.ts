import { isHostName } from './atoms.ts'
import type { ClusterSeen, IngressSeen } from './cluster.ts'

/**
 * More hosts of one cluster's Ingresses get no name. Each name is a file of our name server, a line where the hosts file leads
 * names here, a line of every cluster's CoreDNS, and is asked for whenever names change: some hundreds are there within a second,
 * and whoever makes thousands must not make the names of everything else late.
 */
export const MOST_HOSTS = 500

/** The Ingresses of a cluster, as they were last told. */
export function ingressesIn(seen: ClusterSeen | undefined): readonly IngressSeen[] {
  return seen?.kind === 'up' || seen?.kind === 'down' ? (seen.ingresses ?? []) : []
}

export interface Heeded {
  /** By namespace and name, with the hosts that are heeded; one of which none is, is left out. */
  readonly ingresses: readonly IngressSeen[]
  /** Hosts that get no name, because there are too many. */
  readonly left: readonly string[]
}

/**
 * Which hosts of a cluster's Ingresses are heeded. The oldest Ingresses go first: what has a name keeps it, however many come
 * after. `described`: names of the catalog, which do not count.
 */
export function heededIngresses(
  seen: ClusterSeen | undefined,
  described: ReadonlyMap<string, string>,
  suffix: string,
): Heeded {
  const names = new Set<string>()
  const left = new Set<string>()
  let rows = 0
  const heeded = [...ingressesIn(seen)]
    .sort((one, two) => (one.since ?? '').localeCompare(two.since ?? '') || byName(one, two))
    .flatMap((ingress): readonly IngressSeen[] => {
      const mine = ingress.hosts.filter((host) => {
        const isName = isHostName(host, 3) && host.endsWith(`.${suffix}`) && !described.has(host)
        if (!isName || names.has(host)) return true
        if (names.size >= MOST_HOSTS) {
          left.add(host)
          return false
        }
        names.add(host)
        return true
      })
      if (mine.length === 0 || (rows += 1) > MOST_HOSTS) return []
      return [mine.length === ingress.hosts.length ? ingress : { ...ingress, hosts: mine }]
    })
  return { ingresses: [...heeded].sort(byName), left: [...left] }
}

function byName(one: IngressSeen, two: IngressSeen): number {
  return one.namespace.localeCompare(two.namespace) || one.name.localeCompare(two.name)
}
