import { ACTION_DEADLINE_MS, actionOf } from '../../model/action.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import { sayList } from '../../model/say.ts'
import type { Engine } from '../engine.ts'
import { rowOf } from '../picked.ts'
import type { RunContext } from './context.ts'

/** Runs what a service's description offers, in its container; what it printed and its exit code are the result. */
export function createAct(
  context: RunContext,
  containerOf: (id: string) => Promise<ContainerSeen | undefined>,
): Engine['act'] {
  return async (id, action, signal) => {
    const service = rowOf(context.catalog(), id)
    const found = actionOf(service, action)
    if (!found) {
      const known = (service.actions ?? []).map((one) => one.id)
      throw new MaculaError({
        kind: 'usage',
        what: `${service.title} has no action ${action}.`,
        ...(known.length === 0
          ? { todo: 'A description names them under actions in its x-macula block (docs/services.md).' }
          : { todo: `It has ${sayList(known, 10)}.` }),
      })
    }
    const container = await containerOf(id)
    if (container?.state !== 'running')
      throw new MaculaError({
        kind: 'failed',
        what: `${found.title} was not done: ${service.title} does not run.`,
        todo: `Start it: maculactl up ${id}`,
      })
    const began = context.adapters.clock.now()
    const result = await context.adapters.docker.exec(container.id, {
      argv: found.run,
      deadlineMs: ACTION_DEADLINE_MS,
      signal,
    })
    return { ...result, ms: context.adapters.clock.now() - began }
  }
}
