import { troubleOf, type Trouble } from '../../model/errors.ts'
import { neededBy, usedBy, withNeeds } from '../../model/graph.ts'
import { sayList, sayThe } from '../../model/say.ts'
import { INGRESS, type Catalog, type ServiceSpec } from '../../model/service.ts'
import type { Consequences, RunResult, StepEvent } from '../../model/run.ts'
import type { RunContext } from './context.ts'
import { sayNameless } from './nameless.ts'
import { unwant } from './unwant.ts'

/** What else is touched by stopping `ids`. Only services that are wanted or running count: pass them as `alive`. */
export function consequencesOf(
  catalog: Catalog,
  ids: readonly string[],
  alive: ReadonlySet<string>,
): Consequences {
  const { services } = catalog
  const because = (service: ServiceSpec, of: 'needs' | 'uses', among: readonly string[]): string => {
    const hit = services.filter(({ id }) => service[of].includes(id) && among.includes(id))
    return `${of} ${hit.map(({ title }) => sayThe(title)).join(' and ')}`
  }
  const failing = neededBy(services, ids).filter((id) => alive.has(id))
  const missing = usedBy(services, ids).filter((id) => alive.has(id) && !failing.includes(id))
  const saying = (these: readonly string[], of: 'needs' | 'uses', among: readonly string[]) =>
    services
      .filter(({ id }) => these.includes(id))
      .map((service) => ({
        service: service.id,
        title: service.title,
        because: because(service, of, among),
      }))
  return { failing: saying(failing, 'needs', [...ids, ...failing]), missing: saying(missing, 'uses', ids) }
}

/**
 * Stops services that run in containers, those that need others first. Volumes are never touched. `done` is what was stopped,
 * removed or given up: what neither ran nor was wanted is as it was.
 */
export async function down(
  context: RunContext,
  ids: readonly string[],
  options: { readonly remove: boolean; readonly keepWanted?: boolean },
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  const { adapters, truth } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const { services } = context.catalog()
  await truth.observe.docker()
  await context.needDocker()
  await Promise.all([truth.observe.containers(), truth.observe.wanted()])
  const targets = services.filter(({ id }) => ids.includes(id))
  const wantedBefore = truth.seen.wanted
  if (options.keepWanted !== true)
    await unwant(
      context,
      targets.map((service) => service.id),
      tell,
      elapsed,
    )
  else await adapters.intent.rest(targets.map(({ id }) => id)).catch(() => undefined)
  for (const service of targets) truth.act(service.id, 'stopping')
  const done: string[] = []
  /** What did not run: nothing was stopped of it. */
  const already: string[] = []
  const failed: { service: string; trouble: Trouble }[] = []
  const endings = new Map<string, Promise<void>>()
  const titleOf = (id: string): string => services.find((service) => service.id === id)?.title ?? id
  const stopOne = async (id: string): Promise<void> => {
    // What needs this one stops first: it must not meet a dead need while it still works.
    await Promise.all(
      services
        .filter((service) => service.needs.includes(id))
        .map(async (service) => await endings.get(service.id)),
    )
    const container = truth.seen.containers.get(id)
    const at = elapsed()
    try {
      if (signal.aborted) return
      let isOther = wantedBefore.has(id)
      if (container) {
        isOther ||= container.state !== 'exited' || options.remove
        if (container.state === 'exited') already.push(id)
        else {
          tell({ kind: 'stopping', ms: at, service: id })
          await adapters.docker.stop(container.id)
          tell({ kind: 'stopped', ms: elapsed(), service: id, tookMs: elapsed() - at })
        }
        if (options.remove) {
          await adapters.docker.remove(container.id)
          truth.observe.saw(id, undefined)
          tell({ kind: 'removed', ms: elapsed(), service: id, what: 'container' })
          const says = sayNameless(container, titleOf(id))
          if (says !== undefined) tell({ kind: 'note', ms: elapsed(), says })
        }
      }
      if (isOther) done.push(id)
    } catch (error) {
      failed.push({ service: id, trouble: troubleOf(error) })
      tell({ kind: 'failed', ms: elapsed(), service: id, trouble: troubleOf(error) })
    } finally {
      truth.act(id, undefined)
    }
  }
  // Dependents come before what they need, so that their promises exist when they are waited for.
  const order = withNeeds(
    services,
    targets.map((service) => service.id),
  ).toReversed()
  for (const id of order) if (targets.some((service) => service.id === id)) endings.set(id, stopOne(id))
  await Promise.all(endings.values())
  const resting = services.filter(({ id }) => already.includes(id)).map(({ title }) => title)
  if (resting.length > 0)
    tell({
      kind: 'note',
      quiet: true,
      ms: elapsed(),
      says: `${sayList(resting)} ${resting.length === 1 ? 'was' : 'were'} not running.`,
    })
  await truth.observe.containers()
  await context.idle(options.keepWanted === true)
  // Clean URLs go on without the ingress: straight to what they name.
  if (ids.includes(INGRESS) && truth.seen.wanted.size > 0) await context.reconcileForwards(tell, elapsed)
  if (options.remove && services.every((service) => !truth.seen.containers.has(service.id)))
    await adapters.docker.removeNetwork()
  await truth.outside()
  truth.publish()
  return { ok: failed.length === 0, done, failed, skipped: [], ms: elapsed() }
}
