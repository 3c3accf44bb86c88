import { baseUrlOf, fqdn } from '../../model/access.ts'
import { namesInNetwork, shortNames } from '../../model/network-names.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { Variable } from '../../model/variable.ts'
import { fillVariables } from '../run/environment.ts'

/**
 * The names that a pod is to resolve, with the address on our docker network that answers: those of the docker network, with
 * the address of each container, which is the same each time; an application of a cluster, the cluster's node, whose address Docker
 * gives to another container once it stopped. `nodes`: by cluster, '' where none runs; absent: not looked at. `before`: what was told
 * last, kept for services that do not run now and for clusters that were not looked at.
 */
export function namesInside(
  { services }: Catalog,
  suffix: string,
  containers: ReadonlyMap<string, Pick<ContainerSeen, 'address'>>,
  nodes: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const put = (name: string | undefined, address: string | undefined): void => {
    const known =
      address !== undefined && address !== '' ? address : name === undefined ? undefined : before.get(name)
    if (name !== undefined && known !== undefined && !names.has(name)) names.set(name, known)
  }
  for (const [name, service] of [...namesInNetwork(services, suffix), ...shortNames(services)])
    put(name, containers.get(service)?.address)
  for (const { runtime, endpoints } of services)
    if (runtime.kind === 'cluster')
      for (const endpoint of endpoints)
        if (nodes.get(runtime.cluster.id) !== '') put(fqdn(endpoint, suffix), nodes.get(runtime.cluster.id))
  return names
}

function placeOf(service: ServiceSpec, id: string, suffix: string) {
  const endpoint = service.endpoints.find((one) => one.id === id)
  const name = (endpoint && fqdn(endpoint, suffix)) ?? service.id
  const byIngress = endpoint?.ingress !== undefined && endpoint.listen === undefined
  const port = byIngress ? 80 : (endpoint?.target ?? 0)
  return { name, port, url: baseUrlOf(endpoint ?? { scheme: 'http' }, name, port) }
}

/** The variables of services as a pod needs them: names under the suffix with native ports; secrets in clear, marked. */
export function variablesInside(
  catalog: Catalog,
  ids: readonly string[],
  suffix: string,
  secrets: ReadonlyMap<string, string>,
): readonly Variable[] {
  return fillVariables(catalog, ids, secrets, (service, kind, id) => {
    const place = placeOf(service, id, suffix)
    return String(kind === 'host' ? place.name : place[kind])
  })
}
