import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { RunContext } from './context.ts'
import { sayNameless } from './nameless.ts'
import { unwant } from './unwant.ts'

/**
 * Stops containers of ours whose service the catalog has no more, for good: no restart policy brings them back, as nothing
 * would ever stop them again. `remove`: their containers go too. What runs must have been looked at.
 */
export async function orphansDown(
  context: RunContext,
  containers: readonly ContainerSeen[],
  remove: boolean,
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
): Promise<RunResult> {
  const { adapters, truth } = context
  const began = elapsed()
  const done: string[] = []
  const failed: { service: string; trouble: Trouble }[] = []
  await unwant(
    context,
    containers.map(({ service }) => service),
    tell,
    elapsed,
  )
  await Promise.all(
    containers.map(async (container) => {
      const { id, service } = container
      const at = elapsed()
      if (signal.aborted) return
      try {
        tell({ kind: 'stopping', ms: at, service })
        await adapters.docker.stop(id, 'for good')
        tell({ kind: 'stopped', ms: elapsed(), service, tookMs: elapsed() - at })
        if (remove) {
          await adapters.docker.remove(id)
          truth.observe.saw(service, undefined)
          tell({ kind: 'removed', ms: elapsed(), service, what: 'container' })
          const says = sayNameless(container, service)
          if (says !== undefined) tell({ kind: 'note', ms: elapsed(), says })
        }
        done.push(service)
      } catch (error) {
        failed.push({ service, trouble: troubleOf(error) })
        tell({ kind: 'failed', ms: elapsed(), service, trouble: troubleOf(error) })
      }
    }),
  )
  await truth.observe.containers()
  if (remove && truth.seen.containers.size === 0) await adapters.docker.removeNetwork()
  return { ok: failed.length === 0, done, failed, skipped: [], ms: elapsed() - began }
}
