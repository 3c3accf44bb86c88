import { MaculaError, troubleOf } from '../../model/errors.ts'
import { keptCopiesOf, needCopy, type KeptCopy } from '../../model/kept.ts'
import { partialCommand, type PartialData } from '../../model/partial.ts'
import type { StepEvent } from '../../model/run.ts'
import { sayBytes, sayCount, sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { RunContext } from './context.ts'
import { down } from './down.ts'
import { forgetPartial, leavePartial, markPartial, partialOf } from './partial.ts'
import { keepAside, make, moved, needData, refuseNeeded, refuseShared, type ResetResult } from './reset.ts'

/** What resets of a service moved aside. A service that has no container is told by its data's names alone. */
export async function keptCopies(
  { adapters, truth }: RunContext,
  service: ServiceSpec,
): Promise<readonly KeptCopy[]> {
  const all = await adapters.docker.volumes.copies()
  if (all.length === 0) return []
  const names = new Set(await volumesNamed({ adapters, truth }, service))
  const cut = await partialOf({ adapters }, service.id)
  return keptCopiesOf(all.filter(({ from }) => names.has(from))).map((copy) =>
    cut?.of.kind === 'back' && cut.of.copy === copy.at ? { ...copy, goesOn: true } : copy,
  )
}

/** Names of its volumes: those of its container, else those that its description makes. */
export async function volumesNamed(
  { adapters, truth }: Pick<RunContext, 'adapters' | 'truth'>,
  service: ServiceSpec,
): Promise<readonly string[]> {
  const container = truth.seen.containers.get(service.id)
  const of = container ? await adapters.docker.volumes.of(container.id).catch(() => []) : []
  if (of.length > 0) return of
  const rendered = await adapters.stack.expect([service], { publish: false })
  return rendered.find(({ id }) => id === service.id)?.volumes ?? []
}

/**
 * Puts a kept copy back: what the service has now is moved aside as by a reset, then the copy is laid in its place and compared.
 * From the first volume that is emptied until all are whole it is known that the data is a part only; run again it goes on.
 */
export async function putBack(
  context: RunContext,
  service: ServiceSpec,
  at: string,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<ResetResult> {
  const { adapters, truth } = context
  const { volumes } = adapters.docker
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  await truth.observe.docker().then(truth.observe.containers)
  await context.needDocker('nothing can be put back')
  const copies = await keptCopies(context, service)
  const chosen = needCopy(copies, at, service.title)
  if (truth.seen.containers.has(service.id)) await needData(context, service)
  refuseNeeded(context, service, `The data of ${service.title} is not put back`)
  await volumes.sweep()
  const container = truth.seen.containers.get(service.id) ?? (await make(context, service, tell, signal))
  const names = await volumes.of(container.id)
  const wanted = chosen.volumes.filter(({ from }) => names.includes(from))
  for (const { from } of wanted) await refuseShared(context, service, from, container.id)
  const stopped = await down(context, [service.id], { remove: false }, tell, signal)
  if (!stopped.ok || signal.aborted) return { ...stopped, ok: false, moved: [] }
  const kept = await keepAside(
    context,
    { service, names: wanted.map(({ from }) => from), image: container.imageId, began },
    tell,
    signal,
  )
  await adapters.docker.remove(container.id)
  truth.observe.saw(service.id, undefined)
  const partial: PartialData = {
    id: service.id,
    title: service.title,
    of: { kind: 'back', copy: chosen.at },
  }
  await markPartial(context, partial)
  try {
    for (const { from, to } of wanted) {
      tell({ kind: 'phase', ms: elapsed(), says: `Putting ${to} back` })
      const done = await volumes.putBack(
        { copy: to, to: from, image: container.imageId },
        (bytes) =>
          tell({ kind: 'waiting', ms: elapsed(), service: service.id, says: `${sayBytes(bytes)} copied` }),
        signal,
      )
      tell({
        kind: 'note',
        done: true,
        ms: elapsed(),
        says: `${to} was copied to ${from} and compared: ${sayCount(done.entries, 'file or folder', 'files and folders')}, ${sayBytes(done.bytes)}. ${to} stays.`,
      })
    }
  } catch (error) {
    await leavePartial(context, partial)
    const { todo, ...trouble } = troubleOf(error)
    const stays = `Nothing is lost: what it had is kept (${sayList(kept.map(({ to }) => to))}), and the copy is as it was.`
    throw new MaculaError(
      {
        ...trouble,
        todo: [
          todo,
          stays,
          `${partialCommand(partial)} continues; until then ${service.title} is not started.`,
        ]
          .filter(Boolean)
          .join(' '),
      },
      { cause: error },
    )
  }
  await forgetPartial(context, service.id)
  await truth.look()
  return moved(service, kept, elapsed())
}
