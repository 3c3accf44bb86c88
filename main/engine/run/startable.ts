import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { RunContext } from './context.ts'
import { pullMissing } from './images.ts'

/**
 * What would keep services from being started again, by id; empty: nothing is known of. Looked at before they are
 * stopped: files that cannot be used, passwords that cannot be read, images that are neither here nor to be had (which
 * are pulled now). Docker must have been looked at.
 */
export async function whyNotStartable(
  context: RunContext,
  ids: readonly string[],
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Trouble>> {
  const { adapters, truth } = context
  const { services } = context.catalog()
  const all = services.filter(({ runtime }) => runtime.kind === 'container')
  const mine = all.filter(({ id }) => ids.includes(id))
  const troubles = new Map<string, Trouble>()
  // Clusters are given passwords too, in the variables of their pods.
  try {
    await adapters.secrets.read()
  } catch (error) {
    for (const { id, runtime, secrets } of services)
      if (ids.includes(id) && (runtime.kind !== 'container' || secrets.length > 0))
        troubles.set(id, troubleOf(error))
  }
  if (mine.length === 0) return troubles
  try {
    const rendered = await adapters.stack.render(services, { publish: !truth.observe.isNative() })
    const ours = rendered.services.filter(({ id }) => ids.includes(id))
    const missing = await pullMissing(adapters, ours, tell, elapsed, signal)
    for (const { service, trouble } of rendered.refused)
      if (ids.includes(service)) troubles.set(service, trouble)
    for (const { id, image } of ours) {
      const trouble = missing.get(image)
      if (trouble) troubles.set(id, trouble)
    }
  } catch (error) {
    for (const { id } of mine) troubles.set(id, troubleOf(error))
  }
  return troubles
}

/** The result of leaving services as they are, each with the reason. */
export function leftAsTheyAre(
  context: RunContext,
  troubles: ReadonlyMap<string, Trouble>,
  tell: (event: StepEvent) => void,
  ms: number,
): RunResult {
  const failed = context.catalog().services.flatMap(({ id: service, title }) => {
    const trouble = troubles.get(service)
    if (!trouble) return []
    const what = `${title} was not stopped, because it could not be started again.`
    return [
      { service, trouble: { ...trouble, what, why: [trouble.what, trouble.why].filter(Boolean).join(' ') } },
    ]
  })
  for (const { service, trouble } of failed) tell({ kind: 'failed', ms, service, trouble })
  return { ok: failed.length === 0, done: [], failed, skipped: [], ms }
}
