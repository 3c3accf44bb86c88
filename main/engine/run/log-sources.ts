import type { Catalog } from '../../model/service.ts'
import type { Truth } from '../look/truth.ts'
import type { Ports } from '../ports.ts'
import { goingOn, nextCluster, nextContainer } from './going-on.ts'
import { containerLog, serviceLog, type LogSource } from './logs.ts'

/** Where the lines of some services come from. `onEnd`: they are to go on with whatever runs next. */
export function logSources(
  { ports, truth, catalog }: { readonly ports: Ports; readonly truth: Truth; readonly catalog: Catalog },
  ids: readonly string[],
  onEnd: ((service: string) => void) | undefined,
): readonly LogSource[] {
  return catalog.services
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id, runtime }): readonly LogSource[] => {
      if (runtime.kind === 'cluster') {
        const pods: LogSource = {
          service: id,
          ordered: false,
          read: (how) => ports.clusters.logs(runtime.cluster, id, runtime.app, how),
        }
        if (!onEnd) return [pods]
        return [goingOn(pods, nextCluster(ports.clusters, runtime.cluster), ports.clock, onEnd)]
      }
      if (onEnd)
        return [goingOn(serviceLog(ports.docker, id), nextContainer(ports.docker, id), ports.clock, onEnd)]
      const container = truth.seen.containers.get(id)
      return container ? [containerLog(ports.docker, container)] : []
    })
}
