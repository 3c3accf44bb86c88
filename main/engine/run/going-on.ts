import type { LogLine } from '../../model/log-line.ts'
import { pause } from '../wait.ts'
import type { Adapters } from '../adapters.ts'
import { readOn, type LogSource } from './logs.ts'

/** Between two readings that gave nothing (ms); the shortest keeps one that ends right away from being asked without end. */
const PAUSE_MS = { first: 250, longest: 5000 } as const

/** Resolves when a source may have lines again, or `signal` aborts. Never throws. */
export type NextRun = (signal: AbortSignal) => Promise<void>

/**
 * A source that does not end with its container or its pods: what runs next is read on from the last line. `onEnd` is
 * called when there is nothing to follow any more, once until there is again.
 */
export function goingOn(
  source: LogSource,
  nextRun: NextRun,
  clock: Adapters['clock'],
  onEnd: (service: string) => void,
): LogSource {
  async function* follow(options: Parameters<LogSource['read']>[0]): AsyncGenerator<LogLine> {
    const { signal } = options
    const begin = clock.now()
    let last = options.since
    for await (const line of source.read(options)) {
      last = line.at
      yield line
    }
    let wait: number = PAUSE_MS.first
    let isQuiet = false
    while (!signal.aborted) {
      if (!isQuiet) onEnd(source.service)
      isQuiet = true
      await Promise.all([nextRun(signal), pause(wait, signal)])
      wait = Math.min(wait * 2, PAUSE_MS.longest)
      // What was there before it was looked at was not asked for.
      const from = last ?? begin
      try {
        for await (const line of readOn(source, from, last !== undefined, signal)) {
          wait = PAUSE_MS.first
          isQuiet = false
          last = line.at
          yield line
        }
      } catch {
        // Not there yet, or gone again: its next run is waited for.
      }
    }
  }
  return {
    ...source,
    read: (options) => (options.follow ? follow(options) : source.read(options)),
  }
}

/** Waits until a container of a service runs: told by Docker's events, looked at whenever their stream is opened. */
export function nextContainer(docker: Adapters['docker'], service: string): NextRun {
  return async (signal) => {
    const done = new AbortController()
    const look = async (): Promise<void> => {
      const all = await docker.containers().catch(() => [])
      if (all.some((one) => one.service === service && one.state === 'running')) done.abort()
    }
    await docker.events({
      signal: AbortSignal.any([signal, done.signal]),
      onOpen: () => void look(),
      onEvent: (event) => {
        if (event.service === service) void look()
      },
    })
  }
}

/** Waits until a cluster's API server answers. */
export function nextCluster(
  clusters: Adapters['clusters'],
  cluster: Parameters<Adapters['clusters']['watch']>[0],
): NextRun {
  return async (signal) => {
    const done = new AbortController()
    const look = async (): Promise<void> => {
      if ((await clusters.see(cluster, [], undefined)).kind === 'up') done.abort()
    }
    await clusters.watch(cluster, {
      signal: AbortSignal.any([signal, done.signal]),
      onChange: () => void look(),
    })
  }
}
