import type { Change, RootVerb } from '../../model/change.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { routeInput } from '../look/names.ts'
import type { RunContext } from './context.ts'

const again = (verb: RootVerb): RootVerb => (verb.verb === 'reload' ? { ...verb, again: true } : verb)

/**
 * Leads the resolver of this machine to our names again: what set-up wrote is written where it is gone, and its resolver reads it
 * anew. MaculaError: no route is in place, or root was refused.
 */
export async function setRoute(
  context: Pick<RunContext, 'adapters' | 'truth' | 'settings' | 'catalog'>,
  tell: (event: StepEvent) => void,
): Promise<RunResult> {
  const { adapters, truth, settings, catalog } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  await truth.observe.route()
  const seen = truth.seen.route
  const route = seen.kind === 'in place' ? adapters.routes.find(({ id }) => id === seen.id) : undefined
  if (!route)
    throw new MaculaError({
      kind: 'usage',
      what: 'There is no route to set again: names are not set up on this machine.',
      todo: 'maculactl setup sets names up.',
    })
  const plan = route.plan(routeInput(catalog(), settings, truth.seen))
  const change: Change = { ...plan, verbs: plan.verbs.map(again) }
  tell({ kind: 'phase', ms: elapsed(), says: `Setting the route again (${route.title})` })
  const outcome = await adapters.root.apply([change], () => undefined)
  if (outcome.kind !== 'done') {
    const failed =
      outcome.kind === 'failed' ? outcome.steps.find(({ result }) => result === 'failed') : undefined
    throw new MaculaError({
      kind: outcome.kind === 'refused' ? 'refused' : 'failed',
      what: 'The route was not set again.',
      why: failed === undefined ? outcome.says : `${failed.target}: ${failed.says}.`,
      todo: 'Try again; maculactl doctor names the resolver in use.',
    })
  }
  tell({ kind: 'phase', ms: elapsed(), says: 'Asking for all names' })
  await truth.look()
  // A question that came while the resolver began anew was lost, and its asker waited for it: that says nothing of the route.
  if (truth.seen.namesBadSince !== undefined) await truth.look()
  return { ok: true, done: [], failed: [], skipped: [], ms: elapsed() }
}
