import type { Catalog } from '../../model/service.ts'
import type { Truth } from '../look/truth.ts'
import type { Adapters } from '../adapters.ts'
import { goingOn, nextCluster, nextContainer } from './going-on.ts'
import { containerLog, serviceLog, type LogSource } from './logs.ts'

/** Where the lines of some services come from. `onEnd`: they are to go on with whatever runs next. */
export function logSources(
  {
    adapters,
    truth,
    catalog,
  }: { readonly adapters: Adapters; readonly truth: Truth; readonly catalog: Catalog },
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
          read: (how) => adapters.clusters.logs(runtime.cluster, id, runtime.app, how),
        }
        if (!onEnd) return [pods]
        return [goingOn(pods, nextCluster(adapters.clusters, runtime.cluster), adapters.clock, onEnd)]
      }
      if (onEnd)
        return [
          goingOn(serviceLog(adapters.docker, id), nextContainer(adapters.docker, id), adapters.clock, onEnd),
        ]
      const container = truth.seen.containers.get(id)
      return container ? [containerLog(adapters.docker, container)] : []
    })
}
