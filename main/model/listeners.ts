import { INGRESS, type Catalog, type ServiceSpec } from './service.ts'

/** One address and port that a forwarder of ours holds, and where it leads. */
export interface ListenerSpec {
  readonly address: string
  readonly port: number
  /** native: the service's own port; clean: port 80 straight to it; ingress: port 80 to the ingress, by host name. */
  readonly role: 'native' | 'clean' | 'ingress' | 'fixed'
  readonly to:
    | { readonly kind: 'service'; readonly service: string; readonly port: number }
    | { readonly kind: 'fixed'; readonly host: string; readonly port: number; readonly cluster: string }
}

/** The key of a listener, as people write it: "127.0.0.4:3000". */
export function listenerKey(listener: { readonly address: string; readonly port: number }): string {
  return `${listener.address}:${listener.port}`
}

/** Every listener of one service, its own ports first; an address and port may come twice. */
function listenersOfService(service: ServiceSpec, ingress: ServiceSpec | undefined): ListenerSpec[] {
  const { address } = service
  // A cluster has its own ingress: the way to it is one of the catalog's fixed forwards.
  if (address === null || service.runtime.kind === 'cluster') return []
  const ingressPort = ingress?.endpoints[0]?.target
  return service.endpoints.flatMap((endpoint) => {
    const to = { kind: 'service', service: service.id, port: endpoint.target } as const
    const found: ListenerSpec[] = []
    if (endpoint.listen !== undefined) found.push({ address, port: endpoint.listen, role: 'native', to })
    if (endpoint.clean) found.push({ address, port: 80, role: 'clean', to })
    if (endpoint.ingress !== undefined && ingressPort !== undefined)
      found.push({
        address,
        port: 80,
        role: 'ingress',
        to: { kind: 'service', service: INGRESS, port: ingressPort },
      })
    return found
  })
}

/** All listeners the catalog wants, one per address and port, in catalog order. */
export function listenersOf(catalog: Catalog): readonly ListenerSpec[] {
  const ingress = catalog.services.find((service) => service.id === INGRESS)
  const byKey = new Map<string, ListenerSpec>()
  const add = (listener: ListenerSpec): void => {
    if (!byKey.has(listenerKey(listener))) byKey.set(listenerKey(listener), listener)
  }
  for (const service of catalog.services) listenersOfService(service, ingress).forEach(add)
  for (const forward of catalog.forwards)
    add({
      address: forward.address,
      port: forward.listen,
      role: 'fixed',
      to: { kind: 'fixed', host: forward.host, port: forward.port, cluster: forward.cluster },
    })
  return [...byKey.values()]
}

/** Every name of the catalog under `suffix` with its address; the one list DNS, hosts file and rows come from. */
export function namesOf(catalog: Catalog, suffix: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const service of catalog.services)
    for (const endpoint of service.endpoints)
      if (endpoint.name !== undefined && service.address !== null)
        names.set(`${endpoint.name}.${suffix}`, service.address)
  return names
}
