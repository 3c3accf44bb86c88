import type { ClusterSpec } from '../../model/cluster.ts'
import { balancerNames, isBalancerAddress } from '../../model/balancers.ts'
import { foundNames } from '../../model/found.ts'
import { ingressesIn } from '../../model/found-hosts.ts'
import { namesOf } from '../../model/listeners.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { Adapters, ClusterAdapter } from '../adapters.ts'
import { clustersOf, wishesOf, type Seen } from './seen.ts'

type Registry = Parameters<ClusterAdapter['see']>[2]

/** Looks at clusters, and at the names that Ingresses in them bring. */
export function clusterLook(
  adapters: Adapters,
  settings: Settings,
  catalog: () => Catalog,
  seen: Seen,
  registry: () => Registry,
) {
  /** One cluster with its applications. While Docker is down, what was known stays: it is shown as unknown. */
  async function cluster(spec: ClusterSpec): Promise<void> {
    if (seen.docker.kind !== 'up') return
    const found = await adapters.clusters.see(spec, wishesOf(catalog(), spec.id, settings), registry())
    // An API server that is away for a moment takes no names away.
    const ingresses = found.kind === 'down' ? ingressesIn(seen.clusters.get(spec.id)) : []
    seen.clusters.set(
      spec.id,
      found.kind === 'down' && ingresses.length > 0 ? { ...found, ingresses } : found,
    )
    // Nobody may have looked at our name server yet: what it serves of this cluster would go.
    if (found.kind === 'down') await seeServer()
    seen.ingressNames = new Map([...clustersOf(catalog()).flatMap(servedOf), ...brought()])
  }

  /** The names that clusters bring by themselves: hosts of Ingresses, and what LoadBalancers ask for. */
  function brought(): readonly (readonly [string, string])[] {
    const ofIngresses = foundNames(catalog(), seen.clusters, settings.suffix)
    const taken = new Map([...namesOf(catalog(), settings.suffix), ...ofIngresses])
    return [...balancerNames(seen.clusters, settings.addresses, settings.suffix, taken), ...ofIngresses]
  }

  async function seeServer(): Promise<void> {
    if (seen.nameServer.kind === 'runs') return
    const now = await adapters.nameServer.seen().catch(() => seen.nameServer)
    seen.nameServer = now
  }

  /**
   * Names that lead to a cluster which is down since we look: others, who saw it up, had them served. They stay until it tells
   * again which there are.
   */
  function servedOf({ id, address }: ClusterSpec): readonly (readonly [string, string])[] {
    const now = seen.clusters.get(id)
    if (now?.kind !== 'down' || now.ingresses || seen.nameServer.kind !== 'runs') return []
    const described = namesOf(catalog(), settings.suffix)
    return [...seen.nameServer.names].filter(
      ([name, at]) => (at === address || isBalancerAddress(at)) && !described.has(name),
    )
  }

  async function clusters(): Promise<void> {
    await Promise.all(clustersOf(catalog()).map(cluster))
  }

  /** Clusters that were not looked at yet, so that names of Ingresses are known before any are served. */
  async function unseenClusters(): Promise<void> {
    const unseen = clustersOf(catalog()).filter(({ id }) => !seen.clusters.has(id))
    if (unseen.length === 0 || seen.docker.kind !== 'up') return
    await Promise.all(unseen.map(cluster))
  }

  return { cluster, clusters, unseenClusters }
}
