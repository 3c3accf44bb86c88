import { listenerKey, listenersOf, ownerOf } from '../../model/listeners.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { Catalog } from '../../model/service.ts'

type Tell = (event: StepEvent) => void

/** Hears the steps of a run on their way, and leaves of its end what they tell of. */
export interface OnlyNew {
  readonly tell: Tell
  readonly only: (result: RunResult) => RunResult
}

/** A start without what ran already, which nobody started: what runs tells no step of a start. */
export function startsIn(tell: Tell): OnlyNew {
  const begun = new Set<string>()
  return {
    tell(event) {
      if (event.kind === 'starting') begun.add(event.service)
      tell(event)
    },
    only: (result) => ({ ...result, done: result.done.filter((id) => begun.has(id)) }),
  }
}

/** Names and forwarders that were put right: whose forwarders were made again; of names there is no service. */
export function forwardsIn(tell: Tell, catalog: () => Catalog): OnlyNew {
  const made = new Set<string>()
  return {
    tell(event) {
      if (event.kind === 'forward' && event.ok) made.add(event.listener)
      tell(event)
    },
    only(result) {
      const isMade = new Set(
        listenersOf(catalog()).flatMap((listener) =>
          made.has(listenerKey(listener)) ? [ownerOf(listener)] : [],
        ),
      )
      return { ...result, done: result.done.filter((id) => isMade.has(id)) }
    },
  }
}

/** A pull without the images that were here already. */
export function pullsIn(tell: Tell, catalog: () => Catalog): OnlyNew {
  const came = new Set<string>()
  return {
    tell(event) {
      if (event.kind === 'pulled') came.add(event.image)
      tell(event)
    },
    only(result) {
      const isNew = new Set(
        catalog().services.flatMap(({ id, runtime }) =>
          runtime.kind === 'container' && came.has(runtime.image) ? [id] : [],
        ),
      )
      return { ...result, done: result.done.filter((id) => isNew.has(id)) }
    },
  }
}
