import { z } from 'zod'
import type { StatsSample } from '../../model/facts.ts'
import type { Usage } from '../../model/load.ts'
import { jsonLines } from './json-lines.ts'
import { CALL_DEADLINE_MS, get, within, type Link } from './link.ts'
import { dockerTrouble, statusOf } from './trouble.ts'

const cpuSchema = z.object({
  cpu_usage: z.object({
    total_usage: z.number().default(0),
    percpu_usage: z.array(z.number()).nullish(),
  }),
  system_cpu_usage: z.number().default(0),
  online_cpus: z.number().default(0),
})

const statsSchema = z.object({
  read: z.string(),
  cpu_stats: cpuSchema,
  precpu_stats: cpuSchema,
  memory_stats: z.object({
    usage: z.number().optional(),
    limit: z.number().default(0),
    stats: z.record(z.string(), z.number()).default({}),
  }),
})

export type DaemonStats = z.infer<typeof statsSchema>

/** Percent of one processor since the measurement before, as the Docker CLI computes it (Docker Engine API, ContainerStats). */
function cpuOf({ cpu_stats: now, precpu_stats: before }: DaemonStats): number {
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage
  const passed = now.system_cpu_usage - before.system_cpu_usage
  if (used <= 0 || passed <= 0) return 0
  const processors = now.online_cpus || (now.cpu_usage.percpu_usage?.length ?? 0) || 1
  return (used / passed) * processors * 100
}

/** Memory without pages of files that can be given back at once: cgroup v2 has inactive_file, v1 total_inactive_file. */
function memoryOf({ memory_stats: { usage = 0, stats } }: DaemonStats): number {
  const cache = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0
  return cache < usage ? usage - cache : usage
}

/**
 * One measurement in our words. `first`: there is nothing to compare with yet, so it has no CPU; `ended`: the daemon
 * goes on to tell zeros of a container that does not run.
 */
export function sampleOf(value: unknown): StatsSample | 'first' | 'ended' | undefined {
  const stats = statsSchema.safeParse(value).data
  if (!stats) return undefined
  if (stats.read.startsWith('0001-') || stats.memory_stats.usage === undefined) return 'ended'
  if (stats.precpu_stats.system_cpu_usage === 0) return 'first'
  return {
    at: Date.parse(stats.read) || 0,
    cpu: cpuOf(stats),
    memory: memoryOf(stats),
    memoryLimit: stats.memory_stats.limit,
  }
}

/** What a running container has used so far, told at once (`one-shot`, API 1.41); undefined: it does not run any more. */
export async function readUsage(
  link: Link,
  container: { readonly id: string; readonly name: string },
  now: () => number,
): Promise<Usage | undefined> {
  const value = await within(
    CALL_DEADLINE_MS,
    async (signal) =>
      await get(link.calls, `/containers/${container.id}/stats`, {
        signal,
        query: { stream: false, 'one-shot': true },
      }),
  )
  const stats = statsSchema.safeParse(value).data
  if (!stats || stats.memory_stats.usage === undefined) return undefined
  return {
    at: Date.parse(stats.read) || now(),
    cpu: stats.cpu_stats.cpu_usage.total_usage,
    machine: stats.cpu_stats.system_cpu_usage,
    processors: stats.cpu_stats.online_cpus || 1,
    memory: memoryOf(stats),
    memoryLimit: stats.memory_stats.limit,
  }
}

/** The load of a running container about once a second; ends when it does, or when `signal` aborts. */
export async function* followStats(
  link: Link,
  container: { readonly id: string; readonly name: string },
  signal: AbortSignal,
): AsyncGenerator<StatsSample> {
  if (signal.aborted) return
  try {
    const stream = await within(
      CALL_DEADLINE_MS,
      async (call) =>
        await get(link.long, `/containers/${container.id}/stats`, {
          signal: call,
          stream: true,
          query: { stream: true },
        }),
      signal,
    )
    for await (const value of jsonLines(stream as AsyncIterable<Buffer>)) {
      if (signal.aborted) return
      const sample = sampleOf(value)
      if (sample === 'ended') return
      if (sample !== undefined && sample !== 'first') yield sample
    }
  } catch (error) {
    if (!signal.aborted && statusOf(error) !== 404)
      throw dockerTrouble(`The load of ${container.name} cannot be read`, error)
  }
}
