import type { ClusterSeen } from '../../model/cluster.ts'
import { isClusterAlive } from '../../model/judge-cluster.ts'
import { listenersOf } from '../../model/listeners.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { Catalog } from '../../model/service.ts'
import type { Forward } from '../adapters.ts'
import { directTarget } from './asking.ts'

/**
 * The forwarders that should be there now: those of running services, the ingress' fronts of services that
 * are wanted, and the clean addresses of clusters that run. `wanted`: services a person wants to run.
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
      .filter(
        (service) =>
          service.address !== null &&
          (wanted.has(service.id) || containers.get(service.id)?.state === 'running'),
      )
      .map((service) => service.address),
  )
  return listenersOf(catalog).flatMap((listener): Forward[] => {
    const { address, port, to } = listener
    if (to.kind === 'fixed')
      return isClusterAlive({ clusters, wanted }, to.cluster)
        ? [{ address, port, host: to.host, toPort: to.port }]
        : []
    if (!needed.has(address)) return []
    const target = directTarget(containers.get(to.service), to.port, native)
    return target ? [{ address, port, host: target.address, toPort: target.port }] : []
  })
}
