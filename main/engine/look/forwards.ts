import { addressesOf } from '../../model/native-port.ts'
import type { ClusterSeen } from '../../model/cluster.ts'
import { balancerFronts, isBalancerAddress } from '../../model/balancers.ts'
import { isClusterAlive } from '../../model/judge-cluster.ts'
import { listenerKey, listenersOf, type ListenerSpec } from '../../model/listeners.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import { isUdp, type Protocol } from '../../model/protocol.ts'
import { TLS_PORT, type Catalog } from '../../model/service.ts'
import type { Forward } from '../adapters.ts'
import { directTarget } from './asking.ts'

/** Where a listener leads now: to its service, else to the one that stands in. What goes on by itself keeps its place. */
function targetOf(
  { service, port, without }: Extract<ListenerSpec['to'], { kind: 'service' }>,
  protocol: Protocol | undefined,
  containers: ReadonlyMap<string, ContainerSeen>,
  native: boolean,
): { readonly address: string; readonly port: number } | undefined {
  const container = containers.get(service)
  const target = directTarget(container, port, native, protocol)
  if (target || !without || goesOn(container?.state)) return target
  return directTarget(containers.get(without.service), without.port, native, protocol)
}

/** Whether a container that does not run will by itself: paused, or restarted by Docker. */
const goesOn = (state: ContainerSeen['state'] | undefined): boolean =>
  state === 'paused' || state === 'restarting'

/**
 * The forwarders that should be there now: those of running services, the ingress' fronts of services that
 * are wanted, and the addresses of clusters that run, their LoadBalancers among them. `wanted`: services a person wants to run.
 */
export function wantedForwards(
  catalog: Catalog,
  containers: ReadonlyMap<string, ContainerSeen>,
  wanted: ReadonlySet<string>,
  native: boolean,
  clusters: ReadonlyMap<string, ClusterSeen>,
): readonly Forward[] {
  const needed = new Set(
    catalog.services
      .filter(({ id }) => wanted.has(id) || containers.get(id)?.state === 'running')
      .flatMap(addressesOf),
  )
  const isUp = (cluster: string): boolean => isClusterAlive({ clusters, wanted: new Set() }, cluster)
  const listeners = listenersOf(catalog)
  // Of two clusters with one port it leads to the one that runs.
  const isOfAnother = (to: Extract<ListenerSpec['to'], { kind: 'fixed' }>): boolean =>
    !isUp(to.cluster) &&
    listeners.some(
      (one) =>
        one.to.kind === 'fixed' &&
        one.to.cluster !== to.cluster &&
        one.to.host === to.host &&
        one.to.port === to.port &&
        isUp(one.to.cluster),
    )
  const forwards = listeners.flatMap((listener): Forward[] => {
    const { address, port, to, protocol } = listener
    const place = { address, port, ...(protocol === undefined ? {} : { protocol }) }
    if (to.kind === 'fixed')
      return isClusterAlive({ clusters, wanted }, to.cluster) && !isOfAnother(to)
        ? [{ ...place, host: to.host, toPort: to.port }]
        : []
    if (!needed.has(address)) return []
    const target = targetOf(to, protocol, containers, native)
    return target ? [{ ...place, host: target.address, toPort: target.port }] : []
  })
  return native ? withFronts(forwards, catalog, clusters) : forwards
}

/**
 * The same with the ports of clusters' addresses that lead to LoadBalancers: they go before what kind publishes there, which leads
 * to a port of the node that no pod may have.
 */
export function withFronts(
  forwards: readonly Forward[],
  catalog: Catalog,
  clusters: ReadonlyMap<string, ClusterSeen>,
): readonly Forward[] {
  const addresses = new Map(
    catalog.services.flatMap(({ runtime, address }) =>
      runtime.kind === 'cluster' && !runtime.app && address !== null
        ? [[runtime.cluster.id, address] as const]
        : [],
    ),
  )
  const fronts = balancerFronts(clusters, catalog.services).flatMap(({ cluster, ...front }): Forward[] => {
    const address = addresses.get(cluster)
    return address === undefined ? [] : [{ address, ...front }]
  })
  const keys = new Set(fronts.map(listenerKey))
  return [...forwards.filter((one) => !keys.has(listenerKey(one))), ...fronts]
}

/** Whether a forwarder leads to a container that runs and is none of `service`. */
function leadsElsewhere(
  forward: Forward,
  service: string,
  containers: ReadonlyMap<string, ContainerSeen>,
): boolean {
  const { host, toPort } = forward
  const isAlike = (inside: string): boolean => inside.endsWith('/udp') === isUdp(forward)
  return [...containers.values()].some(
    (one) =>
      one.service !== service &&
      one.state === 'running' &&
      (one.address === host ||
        Object.entries(one.published).some(([inside, at]) => isAlike(inside) && at === `${host}:${toPort}`)),
  )
}

/** Whether a forwarder may lead to a LoadBalancer: at an address of one, or at a cluster's own but for its ingress. */
export function isBalanced({ address, port }: Forward, { services }: Catalog): boolean {
  return (
    isBalancerAddress(address) ||
    (port !== 80 &&
      port !== TLS_PORT &&
      services.some((one) => one.runtime.kind === 'cluster' && one.address === address))
  )
}

/**
 * Forwarders of ours that nothing wants: Docker gives the address that they lead to to whatever starts next. `exactly`: also
 * those that lead elsewhere than wanted now. Kept are those of what goes on by itself (paused, restarted by Docker) while no
 * other container has that address, and those of clusters that were not looked at.
 */
export function unwantedForwards(
  catalog: Catalog,
  listed: readonly Forward[],
  wanted: readonly Forward[],
  seen: {
    readonly containers: ReadonlyMap<string, ContainerSeen>
    readonly clusters: ReadonlyMap<string, ClusterSeen>
  },
  exactly = false,
): readonly Forward[] {
  const listeners = new Map(listenersOf(catalog).map((one) => [listenerKey(one), one.to]))
  return listed.filter((forward) => {
    const key = listenerKey(forward)
    const want = wanted.find((one) => listenerKey(one) === key)
    if (want) return exactly && (want.host !== forward.host || want.toPort !== forward.toPort)
    const to = listeners.get(key)
    // Of a cluster that does not tell now, nobody knows which LoadBalancers it has.
    if (
      !to &&
      isBalanced(forward, catalog) &&
      [...seen.clusters.values()].some(({ kind }) => kind === 'down')
    )
      return false
    if (!to) return true
    if (to.kind === 'fixed') return seen.clusters.has(to.cluster)
    return (
      !goesOn(seen.containers.get(to.service)?.state) || leadsElsewhere(forward, to.service, seen.containers)
    )
  })
}
