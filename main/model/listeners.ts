import { isByIngress } from './by-ingress.ts'
import { nativePort } from './native-port.ts'
import { carriedBy, portText, protocolOf, type WithProtocol } from './protocol.ts'
import { INGRESS, TLS_PORT, type Catalog, type ServiceSpec } from './service.ts'

/** One address and port that a forwarder of ours holds, and where it leads. */
export interface ListenerSpec extends WithProtocol {
  readonly address: string
  readonly port: number
  /** native: the service's own port; clean: port 80 straight to it; ingress: port 80 to the ingress, by host name; tls: port 443. */
  readonly role: 'native' | 'clean' | 'ingress' | 'tls' | 'fixed'
  /** `without`: where it leads while `service`, the ingress, does not run. */
  readonly to:
    | {
        readonly kind: 'service'
        readonly service: string
        readonly port: number
        readonly without?: { readonly service: string; readonly port: number }
      }
    | { readonly kind: 'fixed'; readonly host: string; readonly port: number; readonly cluster: string }
}

/** What tells one listener from all others. */
export interface ListenerPlace extends WithProtocol {
  readonly address: string
  readonly port: number
}

/** The key of a listener, as people write it: "127.0.0.4:3000", of UDP "127.0.0.2:4433/udp". */
export function listenerKey({ address, port, protocol }: ListenerPlace): string {
  return `${address}:${portText(port, protocol)}`
}

/** The service that a listener is told as: port 80 of a service's own address as that service's, whatever leads it there. */
export function ownerOf({ to }: ListenerSpec): string {
  return to.kind === 'service' ? (to.without ?? to).service : INGRESS
}

/** Every listener of one service, its own ports first; an address and port may come twice. */
function listenersOfService(service: ServiceSpec, ingressPort: number | undefined): ListenerSpec[] {
  const { address } = service
  // A cluster has its own ingress: the way to it is one of the catalog's fixed forwards.
  if (address === null || service.runtime.kind === 'cluster') return []
  return service.endpoints.flatMap((endpoint) => {
    const to = { kind: 'service', service: service.id, port: endpoint.target } as const
    const found: ListenerSpec[] = []
    const byIngress = ingressPort !== undefined && isByIngress(service, endpoint)
    const own = nativePort(endpoint)
    if (own !== undefined && !(byIngress && own === 80))
      found.push({
        address: endpoint.address ?? address,
        port: own,
        role: 'native',
        to,
        ...carriedBy(endpoint.scheme),
      })
    if (byIngress)
      found.push({
        address,
        port: 80,
        role: 'ingress',
        to: {
          kind: 'service',
          service: INGRESS,
          port: ingressPort,
          // What is routed by path as well has no one service that could stand in.
          ...(endpoint.ingress === undefined
            ? { without: { service: service.id, port: endpoint.target } }
            : {}),
        },
      })
    else if (endpoint.clean) found.push({ address, port: 80, role: 'clean', to })
    return found
  })
}

/**
 * Port 80 of addresses that have a name and nothing there: the ingress says by name what they are (`/health`). What is only
 * spoken over UDP nginx cannot ask.
 */
function silentListeners(services: readonly ServiceSpec[], ingressPort: number): ListenerSpec[] {
  return services.flatMap(({ address, runtime, endpoints }) =>
    address !== null &&
    runtime.kind === 'container' &&
    endpoints.some(({ name, scheme }) => name !== undefined && protocolOf(scheme) === 'tcp')
      ? [
          {
            address,
            port: 80,
            role: 'ingress' as const,
            to: { kind: 'service' as const, service: INGRESS, port: ingressPort },
          },
        ]
      : [],
  )
}

/** All listeners the catalog wants, one per address and port, in catalog order. */
export function listenersOf(catalog: Catalog): readonly ListenerSpec[] {
  const ingress = catalog.services.find((service) => service.id === INGRESS)
  const byKey = new Map<string, ListenerSpec>()
  const add = (listener: ListenerSpec): void => {
    if (!byKey.has(listenerKey(listener))) byKey.set(listenerKey(listener), listener)
  }
  const ingressPort = ingress?.endpoints[0]?.target
  for (const service of catalog.services) listenersOfService(service, ingressPort).forEach(add)
  for (const forward of catalog.forwards)
    add({
      address: forward.address,
      port: forward.listen,
      role: 'fixed',
      ...(forward.protocol === 'udp' ? { protocol: 'udp' } : {}),
      to: { kind: 'fixed', host: forward.host, port: forward.port, cluster: forward.cluster },
    })
  if (ingressPort !== undefined) silentListeners(catalog.services, ingressPort).forEach(add)
  // Where the ingress is asked by name, it is asked with TLS too; it ends TLS for clusters as well.
  if (catalog.tls === true)
    for (const { address, port, role, to: of } of byKey.values())
      if (port === 80 && (role === 'fixed' || (of.kind === 'service' && of.service === INGRESS)))
        add({
          address,
          port: TLS_PORT,
          role: 'tls',
          to: { kind: 'service', service: INGRESS, port: TLS_PORT },
        })
  return [...byKey.values()]
}

/** Every name of the catalog under `suffix` with its address; the one list DNS, hosts file and rows come from. */
export function namesOf(catalog: Pick<Catalog, 'services'>, suffix: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const service of catalog.services)
    for (const endpoint of service.endpoints)
      if (endpoint.name !== undefined && service.address !== null)
        names.set(`${endpoint.name}.${suffix}`, service.address)
  return names
}
