import { INGRESS, type Catalog, type EndpointSpec, type ServiceSpec } from './service.ts'

/** The port of its own on which this machine holds an endpoint; undefined: it has none, or it was given up. */
export function nativePort({
  listen,
  givenUp,
}: Pick<EndpointSpec, 'listen' | 'givenUp'>): number | undefined {
  return givenUp === true ? undefined : listen
}

/** The loopback address of an endpoint; null: it has none. */
export function addressOf(
  service: Pick<ServiceSpec, 'address'>,
  endpoint: Pick<EndpointSpec, 'address'>,
): string | null {
  return endpoint.address ?? service.address
}

/** All loopback addresses of a service, its own first. */
export function addressesOf({
  address,
  endpoints,
}: Pick<ServiceSpec, 'address' | 'endpoints'>): readonly string[] {
  return [
    ...new Set([...(address === null ? [] : [address]), ...endpoints.flatMap((one) => one.address ?? [])]),
  ]
}

/**
 * The catalog without those ports of the shared address (127.0.0.1) that nobody needs because a clean URL leads there too:
 * other programs of a person want 5000, 8081 and 9191. In Docker and in clusters the ports stay.
 */
export function withoutNativePorts(catalog: Catalog): Catalog {
  const shared = catalog.services.find(({ id }) => id === INGRESS)?.address
  const giveUp = (endpoint: EndpointSpec): EndpointSpec =>
    endpoint.ingress !== undefined && endpoint.listen !== undefined
      ? { ...endpoint, givenUp: true }
      : endpoint
  return {
    ...catalog,
    services: catalog.services.map((service) =>
      service.address === shared && service.id !== INGRESS
        ? { ...service, endpoints: service.endpoints.map(giveUp) }
        : service,
    ),
  }
}
