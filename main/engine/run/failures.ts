import { nextFailure, UNHEALTHY, type Unmade } from '../../model/fixes.ts'
import type { Trouble } from '../../model/errors.ts'
import type { ServiceRecord } from '../adapters.ts'
import type { RunContext } from './context.ts'

/** How the start of a service ended; undefined: it works. */
export type Endings = ReadonlyMap<string, Trouble | undefined>

/**
 * Writes down how starts ended, so that a fix that did not help is not offered a second time. What was interrupted, or
 * failed for Docker's sake, says nothing of the service.
 */
export async function keepFailures(
  { adapters, truth }: RunContext,
  endings: Endings,
  anew: ReadonlySet<string>,
): Promise<void> {
  const record = await adapters.record.read()
  const changes = new Map<string, ServiceRecord>()
  for (const [id, trouble] of endings) {
    const { failed, ...rest } = record.get(id) ?? { volumes: [] }
    const unmade = trouble && unmadeFor(truth.seen, id, trouble)
    if (trouble && !unmade && trouble.kind !== 'failed') continue
    if (trouble) {
      const next = nextFailure(failed, trouble.what, anew.has(id))
      changes.set(id, { ...rest, failed: { ...next, ...(unmade ? { unmade } : {}) } })
    } else if (failed?.says === UNHEALTHY && anew.has(id))
      changes.set(id, { ...rest, failed: { ...failed, anew: true } })
    else if (failed && (failed.says !== UNHEALTHY || truth.seen.containers.get(id)?.health === 'healthy'))
      changes.set(id, rest)
  }
  if (changes.size === 0) return
  await adapters.record.keep(changes).catch(() => undefined)
  await truth.observe.failures()
}

/** The words of a start that left no container, for whoever looks later; what was interrupted left none either. */
function unmadeFor(
  seen: RunContext['truth']['seen'],
  id: string,
  { kind, what, why, todo }: Trouble,
): Unmade | undefined {
  if (seen.containers.has(id) || kind === 'refused' || kind === 'busy') return undefined
  const config = seen.expected.get(id)?.config
  return {
    what,
    ...(why === undefined ? {} : { why }),
    ...(todo === undefined ? {} : { todo }),
    ...(config === undefined ? {} : { config }),
  }
}

/** Before services are restarted: those whose own health check fails are known to have been restarted for it. */
export async function keepUnhealthy({ adapters, truth }: RunContext, ids: readonly string[]): Promise<void> {
  const ill = ids.filter((id) => truth.seen.containers.get(id)?.health === 'unhealthy')
  if (ill.length === 0) return
  const record = await adapters.record.read()
  await adapters.record
    .keep(
      new Map(
        ill.map((id) => {
          const before = record.get(id) ?? { volumes: [] }
          return [id, { ...before, failed: nextFailure(before.failed, UNHEALTHY, false) }]
        }),
      ),
    )
    .catch(() => undefined)
}
