import type { Catalog } from '../../model/service.ts'
import type { Truth } from '../look/truth.ts'
import type { Adapters } from '../adapters.ts'
import { alone } from './log-alone.ts'
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
  // Who asks for one log is told by an error why there is none; among several, one must not end the others.
  const own = (source: LogSource): LogSource => (ids.length > 1 ? alone(source, adapters.clock) : source)
  return catalog.services
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id, runtime }): readonly LogSource[] => {
      if (runtime.kind === 'cluster') {
        const pods: LogSource = {
          service: id,
          ordered: false,
          read: (how) => adapters.clusters.logs(runtime.cluster, id, runtime.app, how),
        }
        if (!onEnd) return [own(pods)]
        return [goingOn(own(pods), nextCluster(adapters.clusters, runtime.cluster), adapters.clock, onEnd)]
      }
      if (onEnd)
        return [
          goingOn(
            own(
              serviceLog(adapters.docker, id, () =>
                truth.isWatched() ? truth.seen.containers.get(id) : undefined,
              ),
            ),
            nextContainer(adapters.docker, id),
            adapters.clock,
            onEnd,
          ),
        ]
      const container = truth.seen.containers.get(id)
      return container ? [own(containerLog(adapters.docker, container))] : []
    })
}
