import { MaculaError, type Trouble } from '../../model/errors.ts'
import type { FixAction } from '../../model/ladder.ts'
import { listenerKey, listenersOf, ownerOf } from '../../model/listeners.ts'
import type { Holder } from '../../model/observation.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { adviseHolder, beginning, FORWARDER_COMES, sayCommand, sayHolder, sayLeft } from '../../model/say.ts'
import { INGRESS } from '../../model/service.ts'
import type { RunContext } from './context.ts'

/** A fix that the engine does not carry out itself, with what to do instead. */
export function notOurs(
  action: Exclude<FixAction, { kind: 'start' | 'restart' | 'forward' | 'engine' | 'release' | 'route' }>,
): MaculaError {
  switch (action.kind) {
    case 'setup':
      return new MaculaError({
        kind: 'usage',
        what: 'This needs your password.',
        why: 'Changes of the machine are read and allowed first.',
        todo: 'Open set-up, or run maculactl setup.',
      })
    case 'logs':
      return new MaculaError({
        kind: 'usage',
        what: `The log of ${action.service} says more; there is nothing to carry out.`,
        todo: `maculactl logs ${action.service}`,
      })
    case 'subnet':
      return new MaculaError({
        kind: 'usage',
        what: `${action.subnet} is a setting; there is nothing to carry out.`,
        todo: `maculactl setup --subnet ${action.subnet}`,
      })
    case 'none':
      return new MaculaError({
        kind: 'usage',
        what: 'Only a person can do this.',
        todo: 'The explanation beside it says how.',
      })
  }
}

/** Somebody still has the port: who, and the command that ends it for good. */
function stillHeld(key: string, holder: Holder): Trouble {
  return {
    kind: 'failed',
    what: `${beginning(sayHolder(holder))} still has ${key}.`,
    why: `It listens there${sayCommand(holder)}; ${sayLeft(holder)}`,
    todo: adviseHolder(holder, key, FORWARDER_COMES),
  }
}

function noForwarder(title: string, key: string, says: string): Trouble {
  return {
    kind: 'failed',
    what: `${title} has no forwarder on ${key}.`,
    why: says,
    todo: 'maculactl doctor says what is in the way.',
  }
}

/** Puts names and forwarders back as they should be for what runs, and tells what was done. */
export async function forward(context: RunContext, tell: (event: StepEvent) => void): Promise<RunResult> {
  const { adapters, truth, catalog } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const { services } = catalog()
  const owner = new Map(listenersOf(catalog()).map((listener) => [listenerKey(listener), ownerOf(listener)]))
  /** What was said of each listener that is not there. */
  const missing = new Map<string, string>()
  const note = (event: StepEvent): void => {
    tell(event)
    if (event.kind === 'forward' && !event.ok) missing.set(event.listener, event.says)
  }
  await Promise.all([truth.observe.docker().then(truth.observe.containers), truth.observe.wanted()])
  context.needOwn()
  tell({ kind: 'phase', ms: elapsed(), says: 'Restoring names and forwarders' })
  if (truth.seen.wanted.size > 0)
    await Promise.all([context.names(note, elapsed), context.zones(note, elapsed)])
  await context.reconcileForwards(note, elapsed)
  await truth.look()
  const failed = new Map<string, Trouble>()
  for (const [key, says] of missing) {
    const service = owner.get(key) ?? INGRESS
    const title = services.find((one) => one.id === service)?.title ?? service
    // Who has it was looked up with its unit and its container's name just now.
    const now = truth.seen.listeners.get(key)
    failed.set(service, now?.kind === 'foreign' ? stillHeld(key, now.holder) : noForwarder(title, key, says))
  }
  const running = services.filter((service) => truth.seen.containers.get(service.id)?.state === 'running')
  return {
    ok: failed.size === 0,
    done: running.map(({ id }) => id).filter((id) => !failed.has(id)),
    failed: [...failed].map(([service, trouble]) => ({ service, trouble })),
    skipped: [],
    ms: elapsed(),
  }
}
