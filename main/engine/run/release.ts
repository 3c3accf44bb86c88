import { MaculaError } from '../../model/errors.ts'
import type { FixAction, Releasable } from '../../model/ladder.ts'
import { listenerKey, listenersOf } from '../../model/listeners.ts'
import { isHeldBy } from '../../model/release.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { sayHolder } from '../../model/say.ts'
import type { RunContext } from './context.ts'
import { forward } from './fix.ts'

type Release = Extract<FixAction, { kind: 'release' }>

/**
 * Ends who holds a port of ours, by the right end of it, if it is still who was shown; then puts forwarders back. A port that is
 * free by then needs no end. MaculaError: somebody else has it now, or the end was refused.
 */
export async function release(
  context: RunContext,
  { key, what }: Release,
  tell: (event: StepEvent) => void,
): Promise<RunResult> {
  const { adapters, truth, catalog } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  if (!listenersOf(catalog()).some((listener) => listenerKey(listener) === key))
    throw new MaculaError({ kind: 'usage', what: `${key} is not a port of Macula.` })
  await truth.observe.docker()
  await truth.observe.listeners()
  const seen = truth.seen.listeners.get(key)
  if (seen?.kind === 'foreign') {
    if (!isHeldBy(seen.holder, what))
      throw new MaculaError({
        kind: 'failed',
        what: `${what.name} was left alone: ${sayHolder(seen.holder)} has ${key} now.`,
        why: 'Another program has the port now than the one that was shown.',
        todo: 'Read who has it now, then go on.',
      })
    tell({ kind: 'phase', ms: elapsed(), says: `Stopping ${what.name}, which has ${key}` })
    await end(context, what, Number(key.slice(key.lastIndexOf(':') + 1)))
    tell({ kind: 'note', ms: elapsed(), done: true, says: `${what.name} is stopped.` })
  }
  return await forward(context, tell)
}

async function end({ adapters }: RunContext, what: Releasable, port: number): Promise<void> {
  if (what.kind === 'unit' && what.of === 'system') {
    const outcome = await adapters.root.apply(
      [
        {
          id: 'free-port',
          title: `Stop ${what.name}`,
          reason: `It holds port ${port}, which Macula forwards to a service.`,
          verbs: [{ verb: 'stop', unit: what.name, port }],
          commands: [`sudo systemctl stop ${what.name}`],
        },
      ],
      () => undefined,
    )
    if (outcome.kind === 'done') return
    const failed =
      outcome.kind === 'failed' ? outcome.steps.find(({ result }) => result === 'failed') : undefined
    throw new MaculaError({
      kind: outcome.kind === 'refused' ? 'refused' : 'failed',
      what: `${what.name} was not stopped.`,
      why: failed?.says ?? outcome.says,
      todo: `In a terminal: sudo systemctl stop ${what.name}`,
    })
  }
  if (!adapters.release)
    throw new MaculaError({ kind: 'usage', what: `${what.name} cannot be stopped from here.` })
  await (what.kind === 'container'
    ? adapters.release.container(what.name)
    : adapters.release.userUnit(what.name))
}
