import type { Snapshot, State } from '../../model/snapshot.ts'
import type { TheirEnd } from '../../model/told-end.ts'
import type { ContainerEvent, DockerAdapter } from '../adapters.ts'
import { coalesce } from '../../model/coalesce.ts'
import { pause } from '../wait.ts'
import { schedule } from './schedule.ts'

export type Attention = 'closely' | 'calmly'

/** Pauses in ms. What changes is told by Docker's events at once; this is for what has no event. */
const pace = {
  closely: { answers: 60_000, listeners: 5000, namesGood: 60_000, namesBad: 15_000, longestRetry: 2000 },
  /** Nobody looks: a rare look finds what no event tells (names, forwarders, a hung program). */
  calmly: { whole: 120_000, held: 10_000, longestRetry: 10_000 },
  firstRetry: 250,
  dockerDown: { first: 500, longest: 10_000 },
} as const

/** A wall clock that ran this much more or less than our timers: the machine slept, or was set (ms). */
const JUMP_MS = 5000

/** States that do not stay as they are while a service runs. */
const restless: ReadonlySet<State> = new Set(['starting', 'failed', 'unknown'])

interface Observer {
  readonly events: DockerAdapter['events']
  readonly now: () => number
  readonly whole: () => Promise<void>
  /** Whether it answers again since this look. */
  readonly docker: () => Promise<boolean>
  readonly containers: () => Promise<void>
  readonly names: () => Promise<void>
  /** Next to nothing while no forwarder ended. */
  readonly listeners: () => Promise<void>
  readonly answers: () => Promise<void>
  readonly changed: (id: string, service: string | undefined) => Promise<void>
  /** The event itself says what became of it; `changed` is called besides. */
  readonly ended: (id: string, end: TheirEnd) => void
  readonly again: (ids: readonly string[]) => Promise<void>
  readonly isNamesBad: () => boolean
  /** Whether somebody else has a port of ours, or left it and it is not taken back yet. */
  readonly isPortAwaited: () => boolean
  readonly isRunning: (id: string) => boolean
}

/** Decides when is looked, from who watches: nothing runs while nobody does. */
export function createWatch(observer: Observer) {
  let attention: Attention | undefined
  /** Lives while anybody watches. */
  let following: AbortController | undefined
  /** Lives while the attention stays the same. */
  let pacing: AbortController | undefined
  let retry: NodeJS.Timeout | undefined
  let retried = ''

  function onEvents(signal: AbortSignal): (event: ContainerEvent) => void {
    // At most one inspect running and one owed per container: 5,000 events end in the same state as one.
    const changed = coalesce(
      async (id: string, service: string | undefined) => {
        if (!signal.aborted) await observer.changed(id, service)
      },
      (id) => id,
    )
    return ({ id, service, ended }) => {
      if (ended && !signal.aborted) observer.ended(id, ended)
      void changed(id, service).catch(() => undefined)
    }
  }

  /** Keeps one event stream open: stream first, then inspect all, in that order, and again on every reconnect. */
  async function follow(signal: AbortSignal): Promise<void> {
    let wait: number = pace.dockerDown.first
    let isFirst = true
    const onChange = onEvents(signal)
    while (!signal.aborted) {
      await observer.events({
        signal,
        onOpen: () => {
          wait = pace.dockerDown.first
          // The first time a whole look is under way already; what it read of containers may be older than the stream.
          void (isFirst ? observer.containers() : observer.whole()).catch(() => undefined)
          isFirst = false
        },
        onEvent: onChange,
      })
      if (signal.aborted) return
      isFirst = false
      if (await observer.docker().catch(() => false)) {
        wait = pace.dockerDown.first
        continue
      }
      await pause(wait, signal)
      wait = Math.min(wait * 2, pace.dockerDown.longest)
    }
  }

  function walk(how: Attention, signal: AbortSignal): void {
    const plan = schedule(signal)
    let before = observer.now()
    /** Whether the wall clock went as our own did; after a sleep everything is looked at, not only what is due. */
    const jumped = (pauseMs: number): boolean => {
      const passed = observer.now() - before
      before = observer.now()
      return passed < pauseMs - JUMP_MS || passed > pauseMs * 2 + JUMP_MS
    }
    if (how === 'calmly') {
      plan.every(() => pace.calmly.whole, observer.whole)
      // Looks at nothing while nobody else has a port of ours.
      plan.every(
        () => pace.calmly.held,
        async () => (observer.isPortAwaited() ? await observer.listeners() : undefined),
      )
      return
    }
    plan.every(() => (observer.isNamesBad() ? pace.closely.namesBad : pace.closely.namesGood), observer.names)
    plan.every(
      () => pace.closely.listeners,
      async () => await (jumped(pace.closely.listeners) ? observer.whole() : observer.listeners()),
    )
    plan.every(() => pace.closely.answers, observer.answers)
  }

  function stopRetry(): void {
    clearTimeout(retry)
    retry = undefined
    retried = ''
  }

  /** What starts, or runs and does not answer or was not asked, is asked again and again, less and less often. */
  function onPublished(snapshot: Snapshot): void {
    if (attention === undefined) return
    const busy = snapshot.services
      .filter(({ id, state }) => restless.has(state) && observer.isRunning(id))
      .map(({ id }) => id)
    const key = busy.join(' ')
    if (key === retried) return
    stopRetry()
    retried = key
    if (busy.length > 0) retryLater(busy, pace.firstRetry)
  }

  function retryLater(ids: readonly string[], wait: number): void {
    const mine = setTimeout(() => {
      void observer
        .again(ids)
        .catch(() => undefined)
        .finally(() => {
          // Another retry may have begun meanwhile.
          if (attention !== undefined && retry === mine)
            retryLater(ids, Math.min(wait * 1.5, pace[attention].longestRetry))
        })
    }, wait)
    retry = mine
  }

  return {
    onPublished,
    /** Somebody watches so now; undefined: nobody. More attention than before begins with a look at everything. */
    setAttention(wanted: Attention | undefined): void {
      if (wanted === attention) return
      const isMore = attention === undefined || wanted === 'closely'
      attention = wanted
      pacing?.abort()
      pacing = undefined
      if (wanted === undefined) {
        following?.abort()
        following = undefined
        stopRetry()
        return
      }
      if (!following) {
        following = new AbortController()
        void follow(following.signal)
      }
      pacing = new AbortController()
      walk(wanted, pacing.signal)
      if (isMore) {
        stopRetry()
        void observer.whole().catch(() => undefined)
      }
    },
  }
}
