import { headlineRung } from '../ladder.ts'
import { headlineOf } from '../merge.ts'
import type { Frame } from '../frame.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'

/** A cluster that is down takes its applications along: told once, by the cluster's own row. */
export function clusterCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  for (const service of frame.services) {
    if (service.runtime.kind !== 'cluster' || service.runtime.app) continue
    const { id } = service.runtime.cluster
    const hit = views.filter(
      (view) =>
        view.ladder.some((rung) => rung.cause === 'cluster') &&
        frame.services.some(
          ({ id: other, runtime }) =>
            other === view.id && runtime.kind === 'cluster' && runtime.cluster.id === id,
        ),
    )
    const own = views.find((view) => view.id === service.id)
    const told = own && headlineRung(own.ladder)
    if (hit.length === 0 || !told || told.state !== 'stop') continue
    const { why, todo, fix } = headlineOf(told)
    return {
      id: 'cluster',
      headline: {
        what: `${service.title} is down: ${told.reason ?? told.says}. ${hit.length === 1 ? 'Its application is' : `Its ${hit.length} applications are`} unknown meanwhile.`,
        why,
        todo,
        ...(fix === undefined ? {} : { fix }),
      },
      services: hit.map((view) => view.id),
    }
  }
  return undefined
}
