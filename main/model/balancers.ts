import { inert } from './atoms.ts'
import type { BalancerSeen, ClusterSeen } from './cluster.ts'
import { portText, type WithProtocol } from './protocol.ts'

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
    const seen = clusters.get(cluster)
    const node =
      seen?.kind === 'up' ? seen.nodes.find((one) => one.running && one.address !== '')?.address : undefined
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

/** What a row says of its LoadBalancers: "LoadBalancer bootstrap: 127.0.0.64, ports 80, 4433/udp". */
export function balancerNotes(
  seen: ClusterSeen | undefined,
  isMine: (balancer: BalancerSeen) => boolean,
  isNative: boolean,
): readonly string[] {
  if (seen?.kind !== 'up') return []
  return (seen.balancers ?? []).filter(isMine).map((one) => {
    const name = inert(one.name)
    const [address] = one.addresses
    const ports = one.ports.map(({ port, protocol }) => portText(port, protocol)).join(', ')
    if (address !== undefined) return `LoadBalancer ${name}: ${address}, ports ${ports}.`
    if (one.ports.length === 0)
      return `LoadBalancer ${name} has no address: its manifest asks for no node ports (allocateLoadBalancerNodePorts: false).`
    return isNative
      ? `LoadBalancer ${name} has no address yet: a window, the tray, status --watch or the next maculactl up gives it one.`
      : `LoadBalancer ${name} has no address: this Docker runs in a machine of its own, whose nodes are not reached from here.`
  })
}
