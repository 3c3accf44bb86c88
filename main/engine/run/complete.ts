import type { StepEvent } from '../../model/run.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { makeDatabases } from './databases.ts'
import type { RunContext } from './context.ts'
import { prepare } from './prepare.ts'

/**
 * Sees to what belongs in a service that just answered: its databases, and what its description prepares. `goOn` lets start
 * what needs it: at once where this very container had everything after a start before, since it was made from the
 * same description and has the same data; else when it has. Losing the record costs that wait.
 */
export async function completeService(
  context: RunContext,
  service: ServiceSpec,
  container: string,
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
  goOn: () => void,
): Promise<void> {
  const { record } = context.adapters
  const { id } = service
  if (service.databases === undefined && service.prepare === undefined) return goOn()
  if ((await record.read()).get(id)?.complete === container) goOn()
  await makeDatabases(context, service, container, tell, elapsed)
  await prepare(context, service, container, tell, elapsed, signal)
  goOn()
  if (signal.aborted) return
  const { complete, ...rest } = (await record.read()).get(id) ?? { volumes: [] }
  const now = rest.lacks === undefined ? container : undefined
  if (now === complete) return
  await record
    .keep(new Map([[id, now === undefined ? rest : { ...rest, complete: now }]]))
    .catch(() => undefined)
}
