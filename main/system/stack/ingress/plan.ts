import { fqdn } from '../../../model/access.ts'
import { isByIngress } from '../../../model/by-ingress.ts'
import { isLabel, isLoopback, isSuffix, isUrlPath, parsePort } from '../../../model/atoms.ts'
import { protocolOf } from '../../../model/protocol.ts'
import { INGRESS, type EndpointSpec, type ServiceSpec } from '../../../model/service.ts'
import { bad } from './text.ts'

/** The first label of the page of all services. */
export const HOME = 'home'

/** An endpoint that the ingress can ask whether it answers. */
export interface Asked {
  /** "grafana.web" */
  readonly key: string
  readonly title: string
  readonly service: string
  readonly scheme: EndpointSpec['scheme']
  /** Where it is in the Docker network. */
  readonly host: string
  readonly port: number
  /** The host that it is asked for. */
  readonly named: string
  readonly probe: EndpointSpec['probe']
}

export interface Route {
  readonly path: string
  readonly service: string
  readonly title: string
  readonly port: number
}

/** A name under the suffix that has an address of the stack, and what the ingress does with it. */
export interface Named {
  readonly name: string
  /** Addresses that are this name's alone: what asks for them is meant by them. */
  readonly addresses: readonly string[]
  /** Longest path first; empty: what has the name speaks no HTTP on port 80. */
  readonly routes: readonly Route[]
  /** Whose health `/health` tells. */
  readonly asked: Asked
  /** It may have a `/health` of its own, which goes first. */
  readonly own: boolean
}

export interface IngressPlan {
  readonly names: readonly Named[]
  readonly asked: readonly Asked[]
  /** What clusters route: their names, and the host in the docker network that has their ingress. */
  readonly clusters: readonly {
    readonly cluster: string
    readonly names: readonly string[]
    readonly host: string
  }[]
}

const byOrder = (one: ServiceSpec, two: ServiceSpec): number =>
  one.order - two.order || (one.id < two.id ? -1 : 1)

function checked(what: string, text: string, isFine: (text: string) => boolean): string {
  if (!isFine(text)) throw bad(what, text)
  return text
}

function portOf(value: number): number {
  const port = parsePort(value)
  if (port === undefined) throw bad('port', String(value))
  return port
}

function askedOf(service: ServiceSpec, endpoint: EndpointSpec, suffix: string): Asked {
  const { runtime } = service
  const name = fqdn(endpoint, suffix)
  const isApp = runtime.kind === 'cluster'
  // The first node of a cluster takes what its ingress routes.
  const host = checked('service', isApp ? `${runtime.cluster.name}-control-plane` : service.id, isLabel)
  if (endpoint.name !== undefined) checked('name', endpoint.name, isLabel)
  checked('path', endpoint.probe.path, isUrlPath)
  return {
    key: `${checked('service', service.id, isLabel)}.${checked('endpoint', endpoint.id, isLabel)}`,
    title: service.title,
    service: service.id,
    scheme: endpoint.scheme,
    host,
    port: portOf(isApp && endpoint.listen === undefined ? 80 : endpoint.target),
    named: name ?? host,
    probe: endpoint.probe,
  }
}

/**
 * What the ingress routes and asks, from the catalog. Every atom is checked again before it becomes nginx' text. Throws
 * MaculaError `invalid` for one that is none.
 */
export function ingressPlan(services: readonly ServiceSpec[], suffix: string): IngressPlan {
  checked('suffix', suffix, isSuffix)
  const ordered = [...services].filter(({ id }) => id !== INGRESS).sort(byOrder)
  const asked = new Map<string, Asked>()
  const names = new Map<
    string,
    { asked: Asked; own: boolean; routes: Map<string, Route>; addresses: Set<string> }
  >()
  for (const service of ordered)
    for (const endpoint of service.endpoints) {
      // nginx asks over TCP only; what is spoken over UDP the page shows unasked.
      if (protocolOf(endpoint.scheme) === 'udp') continue
      const one = askedOf(service, endpoint, suffix)
      asked.set(one.key, one)
      const name = fqdn(endpoint, suffix)
      // A cluster has an ingress of its own on its own address.
      if (name === undefined || service.runtime.kind !== 'container') continue
      const own = service.origin === 'user' || endpoint.probe.path === '/health'
      const known = names.get(name)
      // Of several with one name the first that speaks HTTP is whom people mean by it.
      const entry =
        known && (known.asked.scheme === 'http' || one.scheme !== 'http')
          ? known
          : { asked: one, own, routes: known?.routes ?? new Map(), addresses: known?.addresses ?? new Set() }
      names.set(name, entry)
      if (!isByIngress(service, endpoint)) continue
      const path = checked('path', endpoint.ingress ?? '/', isUrlPath)
      // nginx refuses a place that appears twice, and with it all routes; the first keeps it.
      if (!entry.routes.has(path))
        entry.routes.set(path, { path, service: service.id, title: service.title, port: one.port })
      if (endpoint.ingress === undefined && service.address !== null)
        entry.addresses.add(checked('address', service.address, isLoopback))
    }
  return {
    asked: [...asked.values()],
    clusters: clustersOf(ordered, suffix),
    names: [...names]
      .sort(([one], [two]) => (one < two ? -1 : 1))
      .map(([name, { asked: whose, own, routes, addresses }]) => ({
        name,
        own,
        asked: whose,
        addresses: [...addresses],
        // nginx takes the longest prefix by itself; the order is for people.
        routes: [...routes.values()].sort(
          (one, two) => two.path.length - one.path.length || (one.path < two.path ? -1 : 1),
        ),
      })),
  }
}

/**
 * The names of each cluster's applications. Hosts of Ingresses that nobody described are all others, as long as there is only one
 * cluster that could have them.
 */
function clustersOf(services: readonly ServiceSpec[], suffix: string): IngressPlan['clusters'] {
  const found = new Map<string, Set<string>>()
  for (const { runtime, endpoints } of services) {
    if (runtime.kind !== 'cluster') continue
    const names = found.get(runtime.cluster.name) ?? new Set<string>()
    found.set(runtime.cluster.name, names)
    for (const endpoint of endpoints) {
      const name = fqdn(endpoint, suffix)
      if (name !== undefined && endpoint.ingress !== undefined) names.add(name)
    }
  }
  return [...found].flatMap(([cluster, names]) => {
    const all = [...names].sort()
    if (found.size === 1) all.push(`*.${suffix}`)
    return all.length === 0
      ? []
      : [{ cluster, names: all, host: checked('service', `${cluster}-control-plane`, isLabel) }]
  })
}
