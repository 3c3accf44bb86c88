import { silentTrouble } from '../../model/docker-silent.ts'
import { driftOf, sayDrift, type Drift } from '../../model/drift.ts'
import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { StepEvent } from '../../model/run.ts'
import { sayCount, sayList, sentence } from '../../model/say.ts'
import type { RenderedService, ServiceRecord } from '../adapters.ts'
import type { RunContext } from './context.ts'

interface Making {
  readonly context: RunContext
  /** All that was rendered. */
  readonly rendered: readonly RenderedService[]
  /** Those of them that are to run. */
  readonly services: readonly RenderedService[]
  /** Made anew whether they differ or not. */
  readonly anew: ReadonlySet<string>
  /** Services that cannot be created, with the reason; grows. */
  readonly blocked: Map<string, Trouble>
  readonly tell: (event: StepEvent) => void
  readonly elapsed: () => number
  readonly signal: AbortSignal
}

/** In what a service's container differs from what would be made now. */
function driftFor({ context: { truth } }: Making, service: RenderedService): readonly Drift[] {
  const container = truth.seen.containers.get(service.id)
  const expected = truth.seen.expected.get(service.id)
  if (!container) return []
  if (expected) return driftOf(expected, container)
  return container.config === service.config
    ? []
    : [{ kind: 'configuration', says: 'its configuration has changed', asks: false, stops: false }]
}

/**
 * Lets compose make the containers that are missing or are not what would be made now, and writes down what they are.
 * Data stays. What somebody may have wanted is told and left, unless it is asked for by `anew`. Does nothing, and takes
 * no process, where all is right.
 */
export async function makeChanged(making: Making): Promise<void> {
  const { context, services, anew, blocked, tell, elapsed } = making
  const { truth } = context
  const title = (id: string): string =>
    context.catalog().services.find((service) => service.id === id)?.title ?? id
  const note = (says: string): void => tell({ kind: 'note', ms: elapsed(), says })
  const record = await context.adapters.record.read()
  const stale: string[] = []
  for (const service of services) {
    const { id } = service
    if (blocked.has(id)) continue
    const container = truth.seen.containers.get(id)
    // Compose would wait for an answer about it until its deadline.
    if (container?.silentSince !== undefined) {
      const silentMs = context.adapters.clock.now() - container.silentSince
      blocked.set(id, silentTrouble(container.name, silentMs))
      continue
    }
    const drift = driftFor(making, service)
    const must = drift.filter(({ asks }) => !asks)
    if (!container || must.length > 0 || anew.has(id)) {
      stale.push(id)
      if (container && drift.length > 0) note(`${title(id)} is recreated: ${sentence(sayDrift(drift))}`)
      const expected = truth.seen.expected.get(id)
      const lost = (expected?.volumes ?? []).flatMap(({ name, there }) =>
        !there && record.get(id)?.volumes.includes(name) === true ? [name] : [],
      )
      if (lost.length > 0)
        note(
          `${title(id)} starts empty: its volume ${sayList(lost)} was removed, not by Macula, and what was in it is lost.`,
        )
    } else if (drift.length > 0)
      note(
        `${title(id)} is left as it is, though ${sayDrift(drift)}: somebody may have wanted it. Undo it with maculactl up ${id} --anew.`,
      )
  }
  if (stale.length > 0) await create(making, stale)
  await keepMade(making, record, new Set(stale))
}

async function create(making: Making, stale: readonly string[]): Promise<void> {
  const { context, blocked, tell, elapsed, signal } = making
  const { adapters, truth } = context
  tell({ kind: 'phase', ms: elapsed(), says: `Creating ${sayCount(stale.length, 'container')}` })
  const onStep = (service: string, says: string): void =>
    tell({ kind: 'waiting', ms: elapsed(), service, says })
  // Compose stops what it replaces, and a paused program cannot stop.
  for (const id of stale) {
    const container = truth.seen.containers.get(id)
    if (container?.state === 'paused') await adapters.docker.stop(container.id).catch(() => undefined)
  }
  try {
    await adapters.stack.create(stale, onStep, signal, 'anew')
  } catch (error) {
    if (signal.aborted || stale.length === 1) {
      for (const id of stale) blocked.set(id, troubleOf(error))
    } else {
      // One bad service makes compose give up on all: each for itself, so that only the bad one is left out.
      for (const id of stale)
        await adapters.stack
          .create([id], onStep, signal, 'anew')
          .catch((own: unknown) => blocked.set(id, troubleOf(own)))
    }
  }
  await truth.observe.containers()
}

/** Writes down what compose just made, and what is right and was not known yet, for later comparisons. */
async function keepMade(
  { context, rendered, services, blocked }: Making,
  record: ReadonlyMap<string, ServiceRecord>,
  fresh: ReadonlySet<string>,
): Promise<void> {
  const { adapters, truth } = context
  const changes = new Map<string, ServiceRecord>()
  for (const { id, config, volumes } of services) {
    const container = truth.seen.containers.get(id)
    const before = record.get(id)
    if (!container?.made || container.config !== config || blocked.has(id)) continue
    const known = before?.made?.config === config && before.made.imageId === container.imageId
    if (known && !fresh.has(id)) continue
    const { imageId, made } = container
    changes.set(id, { ...before, made: { config, imageId, traits: made.traits }, volumes })
  }
  // Losing it costs a comparison only; nothing that starts must wait or fail for it.
  await adapters.record.keep(changes).catch(() => undefined)
  if (changes.size > 0) await truth.observe.expected(rendered)
}
