import { fqdn } from './access.ts'
import { INGRESS, type ServiceSpec } from './service.ts'

/**
 * Every name under the suffix with the service whose container it leads to in the docker network: the service's own, with its
 * native port; of what only the ingress routes, the ingress'. Applications of clusters are not among them.
 */
export function namesInNetwork(
  services: readonly ServiceSpec[],
  suffix: string,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const all = services.flatMap(({ id, runtime, endpoints }) =>
    runtime.kind === 'container' ? endpoints.map((endpoint) => ({ id, endpoint })) : [],
  )
  const put = (name: string | undefined, id: string): void => {
    if (name !== undefined && !names.has(name)) names.set(name, id)
  }
  // A name that two services share is the one's that has a port of its own.
  for (const { id, endpoint } of all)
    if (endpoint.listen !== undefined || endpoint.ingress === undefined) put(fqdn(endpoint, suffix), id)
  for (const { endpoint } of all) put(fqdn(endpoint, suffix), INGRESS)
  return names
}

/** Names without a dot by which a service's container is known in the docker network: its id, and what its fragment adds. */
export function shortNamesOf({ id, aliases = [] }: ServiceSpec): readonly string[] {
  return [id, ...aliases]
}

/** The same for all services that run in containers, with the service of each. */
export function shortNames(services: readonly ServiceSpec[]): ReadonlyMap<string, string> {
  return new Map(
    services
      .filter(({ runtime }) => runtime.kind === 'container')
      .flatMap((service) => shortNamesOf(service).map((name) => [name, service.id] as const)),
  )
}

/** The names under the suffix that the container of one service has in the docker network. */
export function namesOfContainer(
  services: readonly ServiceSpec[],
  suffix: string,
  id: string,
): readonly string[] {
  return [...namesInNetwork(services, suffix)]
    .filter(([, service]) => service === id)
    .map(([name]) => name)
    .sort()
}
