import type { Trouble } from '../../model/errors.ts'
import type { StepEvent } from '../../model/run.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { pause } from '../wait.ts'
import type { RunContext } from './context.ts'
import { endOf } from './readiness.ts'

/** How long a new version is watched after it answered: what breaks in its later work, or in reading its data, ends it then (ms). */
export const WATCHED_MS = 10_000
const LOOK_AGAIN_MS = 500

/** Lets time pass; another one in tests. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>

/**
 * Watches a service that just answered for some time. Returns what became of it when it ended, was started anew by Docker, or fails
 * its own health check meanwhile; undefined: it stayed, or the watch was interrupted.
 */
export async function whyNotStaying(
  { adapters, truth }: RunContext,
  service: ServiceSpec,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
  wait: Wait = pause,
): Promise<Trouble | undefined> {
  const first = truth.seen.containers.get(service.id)
  if (!first) return undefined
  tell({ kind: 'phase', ms: 0, says: `Watching ${service.title} for ${WATCHED_MS / 1000} s` })
  for (let passed = 0; passed < WATCHED_MS && !signal.aborted; passed += LOOK_AGAIN_MS) {
    await wait(LOOK_AGAIN_MS, signal)
    const now = await adapters.docker.inspect(first.id, 'quick')
    const isSame = now?.state === 'running' && now.startedAt === first.startedAt
    if (isSame && now.health !== 'unhealthy') continue
    return (await endOf(adapters, service, now)).trouble
  }
  return undefined
}
