import { addressesOf } from '../../model/native-port.ts'
import { isDockerBack } from '../../model/world.ts'
import { foundRows } from '../../model/found.ts'
import { makeSnapshot } from '../../model/make-snapshot.ts'
import { listenerKey, listenersOf } from '../../model/listeners.ts'
import { keepLooks, looksSame } from '../../model/same.ts'
import type { Catalog, ServiceSpec, Settings } from '../../model/service.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Adapters } from '../adapters.ts'
import { wantedForwards } from './forwards.ts'
import { freedPorts } from './freed.ts'
import { alertsLook } from './alerts.ts'
import { eventLook } from './event-look.ts'
import { clusterFollower } from './follow-clusters.ts'
import { observer } from './observe.ts'
import { asked, createReading } from './reading.ts'
import { asksElsewhere } from './powerdns.ts'
import { isTlsDue } from './tls-look.ts'
import { pause } from '../wait.ts'
import { isAskable, nothingSeen, worldOf } from './seen.ts'
import { createWatch, type Attention } from './watch.ts'

/** How long a first snapshot waits for the names, so that it need not be told twice (ms). */
const NAMES_PATIENCE_MS = 250

const never = new AbortController().signal

interface Watcher {
  readonly tell: (snapshot: Snapshot) => void
  readonly attention: Attention
}

/**
 * The one owner of what was seen. `look` reads everything afresh; `subscribe` keeps it true by docker's events
 * and probes for as long as somebody watches, and not longer. `onDrift`: something runs elsewhere than before; `onNames`: a
 * cluster was looked at, so hosts of Ingresses may have come or gone.
 */
export function createTruth(
  adapters: Adapters,
  settings: Settings,
  catalog: () => Catalog,
  onDrift: () => void,
  onNames: () => void = () => undefined,
) {
  const seen = nothingSeen()
  const observe = observer(adapters, settings, catalog, seen)
  const alerts = alertsLook(adapters, seen, observe.isNative)
  const watchers = new Set<Watcher>()
  let rev = 0
  let last: Snapshot | undefined
  /** Whether `last` was true while somebody watched, and may be told to whoever comes. */
  let current = false
  /** Lives while anybody watches. */
  let following: AbortController | undefined

  const next = (): Snapshot =>
    makeSnapshot(
      catalog(),
      settings.suffix,
      worldOf(seen, adapters.clock.now(), settings.clusters.images),
      rev + 1,
    )

  function settle(snapshot: Snapshot): Snapshot {
    rev = snapshot.rev
    last = snapshot
    if (watchers.size === 0) return snapshot
    current = true
    for (const { tell } of watchers) tell(snapshot)
    watch.onPublished(snapshot)
    return snapshot
  }

  const freed = freedPorts(() => adapters.clock.now())
  const wantedKeys = (): ReadonlySet<string> => {
    const { containers, wanted, clusters } = seen
    return new Set(
      wantedForwards(catalog(), containers, wanted, observe.isNative(), clusters).map(listenerKey),
    )
  }

  /** A port that others left is taken back at once, not only when somebody presses for it. */
  function takeFreed(): void {
    if (freed.isDue(seen.listeners, wantedKeys)) onDrift()
  }

  /** Tells everybody who watches, unless a face would show the same as before. */
  function publish(): void {
    if (watchers.size === 0) return
    takeFreed()
    const snapshot = current && last ? keepLooks(last, next()) : next()
    if (!current || !last || !looksSame(last, snapshot)) settle(snapshot)
  }

  /** What is described and what was found in clusters. */
  const rows = (): readonly ServiceSpec[] => [
    ...catalog().services,
    ...foundRows(catalog(), seen.clusters, settings.suffix),
  ]

  const running = (): readonly ServiceSpec[] => rows().filter((service) => isAskable(seen, service))

  const { afterRun, listed, outside } = createReading({ observe, seen, running })

  /** Everything afresh, told to whoever watches even when it is as before: somebody asked for it. */
  async function look(): Promise<Snapshot> {
    const names = asked(observe.names())
    await outside()
    publish()
    await Promise.all([names, alerts()])
    return settle(next())
  }

  /**
   * As `look`, after a run that read the rest itself a moment ago: Docker, what containers would be if they were made now,
   * clusters, addresses. Whether everything answers the way that people use is seen afresh; where a run did not get so
   * far, all is.
   */
  async function lookAfterRun(): Promise<Snapshot> {
    if (seen.docker.kind !== 'up' || seen.docker.other || seen.expected.size === 0) return await look()
    const names = asked(observe.names())
    await afterRun()
    publish()
    await Promise.all([names, alerts()])
    return settle(next())
  }

  /**
   * By what is so now, not by what happened: whoever begins to look afterwards, or was away with Docker, saw no event, and what
   * could not be put right once is tried again with the next look.
   */
  function leadAgain(): void {
    if (watchers.size === 0) return
    // Containers that came with Docker may have other addresses than before.
    const isAstray =
      isDockerBack(seen, adapters.clock.now()) &&
      [...seen.listeners.values()].some(({ kind }) => kind === 'astray')
    if (
      isAstray ||
      asksElsewhere(seen, observe.isNative()) ||
      isTlsDue(seen, catalog(), settings, adapters.clock.now())
    )
      onDrift()
  }

  /** Everything afresh; slow names do not hold up the rest. */
  async function whole(): Promise<void> {
    const names = asked(observe.names())
    await outside()
    leadAgain()
    await Promise.race([names, pause(NAMES_PATIENCE_MS, never)])
    publish()
    await Promise.all([names, alerts()])
    publish()
  }

  /** Looks again at some services: their containers are known already. */
  async function again(ids: readonly string[]): Promise<void> {
    await observe.listeners()
    const asked = running().filter((service) => ids.includes(service.id))
    await Promise.all([
      observe.answers(asked),
      observe.tls(new Set(asked.flatMap(({ address }) => address ?? []))),
    ])
    publish()
  }

  /** Asks every running service once more, though nothing is known to have changed. */
  async function answers(): Promise<void> {
    await Promise.all([observe.wanted(), observe.listeners()])
    await observe.answers(running(), 'again')
    await alerts()
    publish()
  }

  /** When a forwarder ended, looks who listens; only services whose listeners changed are asked again. */
  async function listeners(): Promise<void> {
    // Who has a port of ours may leave it any moment, and no event tells.
    if (!freed.isAwaited() && !adapters.forwarders.someEnded()) return
    const before = seen.listeners
    await observe.listeners()
    takeFreed()
    const isNew = (key: string): boolean => before.get(key)?.kind !== seen.listeners.get(key)?.kind
    const addresses = listenersOf(catalog()).flatMap((one) => (isNew(listenerKey(one)) ? [one.address] : []))
    if (addresses.length === 0) return
    publish()
    const ids = catalog().services.flatMap((service) =>
      addressesOf(service).some((address) => addresses.includes(address)) ? [service.id] : [],
    )
    await observe.answers(running().filter((service) => ids.includes(service.id)))
    publish()
  }

  const isWatched = (): boolean => watchers.size > 0
  const { ended, changed } = eventLook({ adapters, seen, observe, publish, again, onDrift, isWatched })

  const followClusters = clusterFollower({
    adapters,
    catalog,
    seen,
    observe,
    rows,
    again,
    publish,
    onDrift,
    onNames,
    isWatched,
  })

  const watch = createWatch({
    events: async (handlers) => await adapters.docker.events(handlers),
    now: () => adapters.clock.now(),
    whole,
    changed,
    ended,
    again,
    isNamesBad: () => seen.namesAre === 'bad',
    isPortAwaited: freed.isAwaited,
    // What comes with Docker is asked for too, so that it is told when it does not come.
    isRunning: (id) =>
      isDockerBack(seen, adapters.clock.now()) || running().some((service) => service.id === id),
    async docker() {
      const before = seen.dockerCameAt
      await observe.docker()
      publish()
      return seen.dockerCameAt !== before
    },
    async containers() {
      await observe.docker().then(observe.containers)
      publish()
      leadAgain()
    },
    async names() {
      await Promise.all([observe.names('some'), observe.nameServer().then(listed), observe.tls()])
      publish()
      leadAgain()
    },
    listeners,
    answers,
  })

  function setAttention(): void {
    const isClose = [...watchers].some(({ attention }) => attention === 'closely')
    watch.setAttention(watchers.size === 0 ? undefined : isClose ? 'closely' : 'calmly')
    if (watchers.size > 0 && !following) {
      following = new AbortController()
      followClusters(following.signal)
    }
    if (watchers.size > 0) return
    following?.abort()
    following = undefined
    current = false
  }

  return {
    seen,
    observe,
    look,
    lookAfterRun,
    outside,
    publish,
    rows,
    /** Whether what was seen is kept true now, because somebody watches. */
    isWatched: () => watchers.size > 0 && current,
    /** Looks again at some services for those who watch; at nothing while nobody does. */
    async recheck(ids: readonly string[]): Promise<void> {
      if (watchers.size > 0 && ids.length > 0) await again(ids)
    },
    /** The catalog is another one: clusters that came are followed too, for as long as somebody watches. */
    followAgain: () => followClusters(following?.signal),
    current: () => last,
    /** Marks what an actor does; shown at once. */
    act(service: string, what: 'starting' | 'stopping' | undefined): void {
      if (what === undefined) seen.acting.delete(service)
      else seen.acting.set(service, what)
      publish()
    },
    subscribe(tell: Watcher['tell'], attention: Attention = 'closely'): () => void {
      const watcher = { tell, attention }
      watchers.add(watcher)
      if (current && last) tell(last)
      setAttention()
      return () => {
        if (watchers.delete(watcher)) setAttention()
      }
    },
    close(): void {
      watchers.clear()
      setAttention()
    },
  }
}

export type Truth = ReturnType<typeof createTruth>
