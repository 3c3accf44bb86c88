import { coalesce } from '../../model/coalesce.ts'
import { POWERDNS } from '../../model/service.ts'
import { afterEnd, type TheirEnd } from '../../model/told-end.ts'
import { isTroubled } from '../../model/troubled.ts'
import type { Adapters } from '../adapters.ts'
import type { observer } from './observe.ts'
import type { Seen } from './seen.ts'

interface Reach {
  readonly adapters: Adapters
  readonly seen: Seen
  readonly observe: ReturnType<typeof observer>
  readonly publish: () => void
  /** Asks some services again. */
  readonly again: (ids: readonly string[]) => Promise<void>
  /** Something runs elsewhere than before. */
  readonly onDrift: () => void
  readonly isWatched: () => boolean
}

/** What an event of Docker becomes: what it tells by itself, then what the container is, then what takes longer. */
export function eventLook({ adapters, seen, observe, publish, again, onDrift, isWatched }: Reach) {
  /** What an event says by itself is told before Docker is asked, which answers only when it is through with the end. */
  function ended(id: string, end: TheirEnd): void {
    const ran = [...seen.containers.values()].find((one) => one.id === id)
    const container = afterEnd(ran, end)
    if (!container) return
    observe.saw(container.service, container)
    publish()
    // Our name server asks it: while it is away nobody is asked, so that unknown names are told to be so at once.
    if (container.service === POWERDNS && !seen.acting.has(POWERDNS)) onDrift()
  }

  /** What a container became, told before anything is probed: an event is on the screen within milliseconds. */
  async function changed(id: string, named: string | undefined): Promise<void> {
    const service = named ?? [...seen.containers.values()].find((one) => one.id === id)?.service
    if (service === undefined) return
    const before = seen.containers.get(service)
    const container = await adapters.docker.inspect(id, 'quick').catch(() => undefined)
    const silentSince = adapters.docker.silentSince?.(id)
    if (container) observe.saw(service, container)
    else if (before?.id === id && silentSince !== undefined) observe.saw(service, { ...before, silentSince })
    else if (before?.id === id) observe.saw(service, undefined)
    publish()
    const isNew = container?.state === 'running' && container.address !== before?.address
    // Our name server asks it: while it is away nobody is asked, so that unknown names are told to be so at once.
    const isGone = service === POWERDNS && before?.state === 'running' && container?.state !== 'running'
    if ((isNew || isGone) && !seen.acting.has(service)) onDrift()
    void probe(service).catch(() => undefined)
  }

  /**
   * What takes longer after an event: the last line of a log, and whether the service answers. Never waited for by the
   * next event, and at most one at a time and one owed for each service.
   */
  const probe = coalesce(
    async (service: string) => {
      if (!isWatched()) return
      const container = seen.containers.get(service)
      if (container && isTroubled(container)) {
        const turn = observe.turnOf(service)
        const told = await adapters.docker.inspect(container.id)
        if (told && observe.turnOf(service) === turn) observe.saw(service, told)
        publish()
      }
      await again([service])
    },
    (service) => service,
  )

  return { ended, changed }
}
