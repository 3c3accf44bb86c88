import type { StatsSample } from './facts.ts'

/** How far back load is kept (ms), and how close to each other samples are kept (ms). */
export const LOAD_KEPT_MS = 3_600_000
export const LOAD_STEP_MS = 10_000

/** What a container has used since its start, read at one instant; load is the difference of two. */
export interface Usage {
  /** Epoch ms. */
  readonly at: number
  /** Processor time of the container and of the whole machine, in the same unit. */
  readonly cpu: number
  readonly machine: number
  readonly processors: number
  /** Bytes in use without the page cache. */
  readonly memory: number
  readonly memoryLimit: number
}

/** Load between two readings of the same container; undefined: the second one is of a container that was started anew. */
export function loadBetween(before: Usage, now: Usage): StatsSample | undefined {
  const used = now.cpu - before.cpu
  const passed = now.machine - before.machine
  if (used < 0 || passed <= 0) return undefined
  return {
    at: now.at,
    cpu: (used / passed) * now.processors * 100,
    memory: now.memory,
    memoryLimit: now.memoryLimit,
  }
}

/** The samples of the last hour with one more; one that follows too closely takes the place of the last. */
export function withLoad(samples: readonly StatsSample[], sample: StatsSample): readonly StatsSample[] {
  const last = samples.at(-1)
  // A clock that was set back begins anew.
  if (last && sample.at < last.at) return sample.at < last.at - LOAD_STEP_MS ? [sample] : samples
  const kept = samples.filter(({ at }) => at > sample.at - LOAD_KEPT_MS)
  const previous = kept.at(-2)
  const isClose = previous !== undefined && kept.length > 1 && sample.at - previous.at < LOAD_STEP_MS
  return [...(isClose ? kept.slice(0, -1) : kept), sample]
}
