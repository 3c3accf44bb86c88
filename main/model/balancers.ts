import { inert, isHostName } from './atoms.ts'
import type { AppSpec, BalancerSeen, ClusterSeen } from './cluster.ts'
import { ingressesIn } from './found-hosts.ts'
import { carriedBy, isSameProtocol, portText, type WithProtocol } from './protocol.ts'
import { isOff } from './rungs/pod.ts'
import type { ServiceSpec } from './service.ts'

/**
 * Services of type LoadBalancer: each gets a loopback address of its own, as a lab's MetalLB gives one of the LAN. Which one is
 * kept where it belongs, in the Service's own status, and nowhere else.
 */

type Clusters = ReadonlyMap<string, ClusterSeen>

/** The last numbers that they get; services of the stack are below, clusters and their own services too. */
const FIRST = 64
const LAST = 127

const prefixOf = (range: string): string => range.split('.').slice(0, 3).join('.')

/** Whether an address is one that LoadBalancers get, in whichever range of loopback. */
export function isBalancerAddress(address: string): boolean {
  const [first, , , last = ''] = address.split('.')
  return first === '127' && Number(last) >= FIRST && Number(last) <= LAST
}

/** A Service that is to get an address. */
export interface BalancerWish {
  readonly cluster: string
  readonly balancer: BalancerSeen
  readonly address: string
}

const allOf = (
  clusters: Clusters,
): readonly { readonly cluster: string; readonly balancer: BalancerSeen }[] =>
  [...clusters].flatMap(([cluster, seen]) =>
    seen.kind === 'up' ? (seen.balancers ?? []).map((balancer) => ({ cluster, balancer })) : [],
  )

/**
 * Who has which address now: the first of those that name one keeps it. What another controller gave (an address that is not
 * of ours) is left alone.
 */
function held(clusters: Clusters, range: string): ReadonlyMap<string, BalancerSeen> {
  const holders = new Map<string, BalancerSeen>()
  for (const { balancer } of allOf(clusters))
    for (const address of balancer.addresses)
      if (isOurs(address, range) && !holders.has(address)) holders.set(address, balancer)
  return holders
}

const isOurs = (address: string, range: string): boolean =>
  isBalancerAddress(address) && address.startsWith(`${prefixOf(range)}.`)

/** The address of ours that a Service has; undefined: none. */
function addressOf(balancer: BalancerSeen, holders: ReadonlyMap<string, BalancerSeen>): string | undefined {
  return balancer.addresses.find((address) => holders.get(address) === balancer)
}

/**
 * Which Services are to get an address. `range`: the /24 of loopback that is used; `taken`: addresses that something else has.
 * Where all are given the rest gets none.
 */
export function balancerWishes(
  clusters: Clusters,
  range: string,
  taken: ReadonlySet<string>,
): readonly BalancerWish[] {
  const holders = held(clusters, range)
  const used = new Set([...taken, ...holders.keys()])
  const free = Array.from(
    { length: LAST - FIRST + 1 },
    (_, index) => `${prefixOf(range)}.${FIRST + index}`,
  ).filter((address) => !used.has(address))
  return allOf(clusters).flatMap(({ cluster, balancer }): readonly BalancerWish[] => {
    const isForeign = balancer.addresses.some((address) => !isBalancerAddress(address))
    if (isForeign || balancer.ports.length === 0 || addressOf(balancer, holders) !== undefined) return []
    const address = free.shift()
    return address === undefined ? [] : [{ cluster, balancer, address }]
  })
}

/** Whether every address is given to some LoadBalancer, or is that of a service. */
export function areAllGiven(clusters: Clusters, services: readonly ServiceSpec[]): boolean {
  const all = [
    ...allOf(clusters).flatMap(({ balancer }) => balancer.addresses),
    ...services.flatMap(({ address }) => address ?? []),
  ]
  return new Set(all.filter(isBalancerAddress)).size > LAST - FIRST
}

/** Where a running node of a cluster is reached; undefined: nowhere. */
export function nodeOf(seen: ClusterSeen | undefined): string | undefined {
  return seen?.kind === 'up'
    ? seen.nodes.find((one) => one.running && one.address !== '')?.address
    : undefined
}

/** A port of a LoadBalancer's address, and the port of the cluster's node behind it. */
export interface BalancerForward extends WithProtocol {
  readonly address: string
  readonly port: number
  readonly host: string
  readonly toPort: number
}

/** The forwarders of all LoadBalancers that have an address. */
export function balancerForwards(clusters: Clusters, range: string): readonly BalancerForward[] {
  const holders = held(clusters, range)
  return allOf(clusters).flatMap(({ cluster, balancer }): readonly BalancerForward[] => {
    const node = nodeOf(clusters.get(cluster))
    const address = addressOf(balancer, holders)
    if (node === undefined || address === undefined) return []
    return balancer.ports.map(({ port, nodePort, protocol }) => ({
      address,
      port,
      host: node,
      toPort: nodePort,
      ...(protocol === undefined ? {} : { protocol }),
    }))
  })
}

/** A port of a cluster's own address that leads to a LoadBalancer. */
export interface BalancerFront extends WithProtocol {
  readonly cluster: string
  readonly port: number
  readonly host: string
  readonly toPort: number
}

/** The port of every node that leads to an endpoint of an application, by a LoadBalancer of it; undefined: none does. */
export function nodePortOf(
  seen: ClusterSeen | undefined,
  app: AppSpec | undefined,
  port: WithProtocol & { readonly port: number },
): number | undefined {
  if (seen?.kind !== 'up') return undefined
  return seen.balancers
    ?.filter((one) => app !== undefined && isOf(one, app))
    .flatMap(({ ports }) => ports)
    .find((one) => one.port === port.port && isSameProtocol(one, port))?.nodePort
}

/** Whether a LoadBalancer is of an application: by its label, or of what nobody described by the pods that it chooses. */
export function isOf({ app, namespace, selector }: BalancerSeen, { id, found }: AppSpec): boolean {
  if (!found) return app === id
  return (
    app === undefined &&
    selector !== undefined &&
    namespace === found.namespace &&
    selector === found.selector
  )
}

/**
 * Ports of clusters' own addresses that lead to LoadBalancers, besides the addresses that these have: those that an application
 * names (`listen`), and what pods speak over UDP whose Ingress has a host. The host leads to the cluster's address, and who asks it
 * for HTTP finds them there; so has who asks it for QUIC. Where two have the same port the first gets it.
 */
export function balancerFronts(
  clusters: Clusters,
  services: readonly ServiceSpec[],
): readonly BalancerFront[] {
  const named = services.flatMap(({ runtime, endpoints }) =>
    runtime.kind === 'cluster' && runtime.app
      ? endpoints.flatMap(({ listen, scheme }) =>
          listen === undefined || !runtime.app
            ? []
            : [{ app: runtime.app, cluster: runtime.cluster.id, port: listen, ...carriedBy(scheme) }],
        )
      : [],
  )
  const fronts = new Map<string, BalancerFront>()
  const add = (front: BalancerFront): void => {
    const key = `${front.cluster} ${portText(front.port, front.protocol)}`
    if (!fronts.has(key)) fronts.set(key, front)
  }
  for (const { app, cluster, port, protocol } of named) {
    const seen = clusters.get(cluster)
    const [host, toPort] = [nodeOf(seen), nodePortOf(seen, app, { port, protocol })]
    if (host !== undefined && toPort !== undefined)
      add({ cluster, port, host, toPort, ...(protocol === undefined ? {} : { protocol }) })
  }
  for (const { cluster, balancer } of allOf(clusters)) {
    const seen = clusters.get(cluster)
    const host = nodeOf(seen)
    if (host === undefined || !isBehindIngress(seen, balancer)) continue
    for (const { port, nodePort, protocol } of balancer.ports) {
      const isTheirs = named.some(
        (one) =>
          one.cluster === cluster &&
          one.port === port &&
          isSameProtocol(one, { protocol }) &&
          runsIn(seen, one.app),
      )
      if (protocol === 'udp' && !isTheirs) add({ cluster, port, host, toPort: nodePort, protocol })
    }
  }
  return [...fronts.values()]
}

/** Whether an application is in a cluster and to run: one that is stopped, or was never put in, keeps no port. */
function runsIn(seen: ClusterSeen | undefined, { id }: AppSpec): boolean {
  const app = seen?.kind === 'up' ? seen.apps.get(id) : undefined
  return app !== undefined && app.applied && !isOff(app)
}

/** Whether an Ingress with a host leads to the pods of a LoadBalancer too. */
function isBehindIngress(seen: ClusterSeen | undefined, { namespace, selector, app }: BalancerSeen): boolean {
  return ingressesIn(seen).some(
    (one) =>
      one.namespace === namespace &&
      one.hosts.length > 0 &&
      (app === undefined ? selector !== undefined && one.selector === selector : one.app === app),
  )
}

/**
 * The names that LoadBalancers ask for, with the address that each has. `described`: names that something else has; they stay
 * there.
 */
export function balancerNames(
  clusters: Clusters,
  range: string,
  suffix: string,
  described: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const holders = held(clusters, range)
  const names = new Map<string, string>()
  for (const { balancer } of allOf(clusters)) {
    const address = addressOf(balancer, holders)
    for (const host of balancer.hosts ?? [])
      if (address !== undefined && isHostName(host, 3) && host.endsWith(`.${suffix}`))
        if (!described.has(host) && !names.has(host)) names.set(host, address)
  }
  return names
}

/** What a row says of its LoadBalancers: "LoadBalancer bootstrap: 127.0.0.64, ports 80, 4433/udp". */
export function balancerNotes(
  seen: ClusterSeen | undefined,
  isMine: (balancer: BalancerSeen) => boolean,
  isNative: boolean,
  /** No address is left for one that has none. */
  isFull = false,
): readonly string[] {
  if (seen?.kind !== 'up') return []
  return (seen.balancers ?? []).filter(isMine).map((one) => {
    const name = inert(one.name)
    const [address] = one.addresses
    const ports = one.ports.map(({ port, protocol }) => portText(port, protocol)).join(', ')
    if (address !== undefined) return `LoadBalancer ${name}: ${address}, ports ${ports}.`
    if (one.ports.length === 0)
      return `LoadBalancer ${name} has no address: its manifest asks for no node ports (allocateLoadBalancerNodePorts: false).`
    if (isNative && isFull)
      return `LoadBalancer ${name} has no address: all ${LAST - FIRST + 1} (numbers ${FIRST} to ${LAST} of the addresses) are given away. Remove a Service of type LoadBalancer, and it gets that one’s.`
    return isNative
      ? `LoadBalancer ${name} has no address yet: a window, the tray, status --watch or the next maculactl up gives it one.`
      : `LoadBalancer ${name} has no address: this Docker runs in a machine of its own, whose nodes are not reached from here.`
  })
}
