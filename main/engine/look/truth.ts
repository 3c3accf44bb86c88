import { makeSnapshot } from '../../model/make-snapshot.ts'
import type { Catalog, ServiceSpec, Settings } from '../../model/service.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Ports } from '../ports.ts'
import { nothingSeen, observer, worldOf } from './observe.ts'
import { schedule } from './schedule.ts'

/** How often what is in which state is looked at while somebody watches (ms). Changes are looked at at once. */
const pace = {
  starting: { first: 250, longest: 2000 },
  green: 10_000,
  namesGood: 30_000,
  namesBad: 10_000,
  dockerDown: { first: 500, longest: 10_000 },
} as const

/**
 * The one owner of what was seen. `look` reads everything afresh; `subscribe` keeps it true by docker's events
 * and probes for as long as somebody watches, and not longer.
 */
export function createTruth(ports: Ports, settings: Settings, catalog: () => Catalog, onDrift: () => void) {
  const seen = nothingSeen()
  const observe = observer(ports, settings, catalog, seen)
  const tellers = new Set<(snapshot: Snapshot) => void>()
  let rev = 0
  let last: Snapshot | undefined
  let watching: AbortController | undefined

  const snapshot = (): Snapshot => {
    const next = makeSnapshot(catalog(), settings.suffix, worldOf(seen, ports.clock.now()), rev + 1)
    rev = next.rev
    last = next
    return next
  }
  const publish = (): void => {
    if (tellers.size === 0) return
    const next = snapshot()
    for (const tell of tellers) tell(next)
  }

  const running = (): readonly ServiceSpec[] =>
    catalog().services.filter((service) => seen.containers.get(service.id)?.state === 'running')

  async function outside(): Promise<void> {
    await Promise.all([
      observe.wanted(),
      observe.docker().then(observe.containers),
      observe.addresses(),
      observe.nameServer(),
    ])
    await observe.listeners()
    await observe.answers(running())
  }

  async function look(): Promise<Snapshot> {
    await Promise.all([outside(), observe.names()])
    return snapshot()
  }

  /** Looks again at some services: their containers are known already. */
  async function again(ids: readonly string[]): Promise<void> {
    await observe.listeners()
    await observe.answers(running().filter((service) => ids.includes(service.id)))
    publish()
  }

  async function changed(id: string, service: string): Promise<void> {
    const before = seen.containers.get(service)
    const container = await ports.docker.inspect(id).catch(() => undefined)
    if (container) seen.containers.set(service, container)
    else if (before?.id === id) seen.containers.delete(service)
    publish()
    if (container?.state === 'running' && container.address !== before?.address && !seen.acting.has(service))
      onDrift()
    await again([service])
  }

  function start(): AbortController {
    const stop = new AbortController()
    const plan = schedule(stop.signal)
    const owed = new Map<string, 'running' | 'owed'>()
    // At most one inspect running and one owed per container: 5,000 events end in the same state as one.
    const onChange = (id: string, service: string): void => {
      if (owed.has(id)) {
        owed.set(id, 'owed')
        return
      }
      owed.set(id, 'running')
      void changed(id, service)
        .catch(() => undefined)
        .finally(() => {
          const more = owed.get(id) === 'owed'
          owed.delete(id)
          if (more && !stop.signal.aborted) onChange(id, service)
        })
    }
    void follow(stop.signal, onChange)
    plan.every(
      () => (seen.namesBadSince === undefined ? pace.namesGood : pace.namesBad),
      async () => {
        await Promise.all([observe.names(), observe.nameServer()])
        publish()
      },
    )
    plan.every(
      () => pace.green,
      async () => {
        await observe.wanted()
        await again(catalog().services.map((service) => service.id))
      },
    )
    let wait: number = pace.starting.first
    plan.every(
      () => wait,
      async () => {
        const busy = (last?.services ?? []).filter(
          (view) => view.state === 'starting' || view.state === 'failed',
        )
        wait = busy.length === 0 ? pace.starting.first : Math.min(wait * 1.5, pace.starting.longest)
        const ids = busy
          .filter((view) => seen.containers.get(view.id)?.state === 'running')
          .map((view) => view.id)
        if (ids.length > 0) await again(ids)
      },
    )
    void outside().then(publish, () => undefined)
    return stop
  }

  /** Keeps one event stream open: stream first, then inspect all, in that order, and again on every reconnect. */
  async function follow(signal: AbortSignal, onChange: (id: string, service: string) => void): Promise<void> {
    let wait: number = pace.dockerDown.first
    while (!signal.aborted) {
      await ports.docker.events({
        signal,
        onOpen: () => {
          wait = pace.dockerDown.first
          void outside().then(publish, () => undefined)
        },
        onEvent: (event) => onChange(event.id, event.service),
      })
      if (signal.aborted) return
      await observe.docker()
      publish()
      await pause(wait, signal)
      wait = Math.min(wait * 2, pace.dockerDown.longest)
    }
  }

  return {
    seen,
    observe,
    look,
    outside,
    publish,
    current: () => last,
    /** Marks what an actor does; shown at once. */
    act(service: string, what: 'starting' | 'stopping' | undefined): void {
      if (what === undefined) seen.acting.delete(service)
      else seen.acting.set(service, what)
      publish()
    },
    subscribe(tell: (next: Snapshot) => void): () => void {
      tellers.add(tell)
      if (last) tell(last)
      watching ??= start()
      return () => {
        tellers.delete(tell)
        if (tellers.size === 0) {
          watching?.abort()
          watching = undefined
        }
      }
    },
    close(): void {
      tellers.clear()
      watching?.abort()
      watching = undefined
    },
  }
}

export type Truth = ReturnType<typeof createTruth>

/** Waits `ms` or until `signal` aborts; a back-off, ended early by the abort. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
