import { sayCutTodo } from '../../model/causes/restore.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayPartial, sayPartialTodo, type PartialData } from '../../model/partial.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { RunContext } from './context.ts'
import { isHalf } from './major/journal.ts'

type Context = Pick<RunContext, 'adapters'>

/**
 * Writes down that a service has a part of its data only, before anything of it is replaced, with the pid whose work it is: a kill at
 * any border leaves the truth. What is whole in the end is to be told by `forgetPartial`, what failed by `leavePartial`.
 */
export async function markPartial({ adapters }: Context, partial: PartialData): Promise<void> {
  await adapters.restores?.keepPartial(partial.id, partial)
}

/** Its work is over before its end: the mark stays, and is nobody's any more. */
export async function leavePartial({ adapters }: Context, partial: PartialData): Promise<void> {
  await adapters.restores?.keepPartial(partial.id, partial, 'over')
}

/** The data of a service is whole: filled to the end, put back, or moved aside by a reset. */
export async function forgetPartial({ adapters, truth }: RunContext, id: string): Promise<void> {
  await adapters.restores?.keepPartial(id, undefined)
  truth.seen.partial = truth.seen.partial.filter((one) => one.id !== id)
}

/** What was ended midway of a service; what goes on is none. */
export async function partialOf({ adapters }: Context, id: string): Promise<PartialData | undefined> {
  return (await adapters.restores?.partial())?.find((one) => one.id === id)
}

/** Whether what a service has now is a part of its data, by whatever was ended midway. */
export async function isPartial(context: Context, service: ServiceSpec): Promise<boolean> {
  return (await partialOf(context, service.id)) !== undefined || (await isHalf(context.adapters, service))
}

/** Refuses what would work with a part of the data of a service, and write to it. `refused`: what is not done. Throws MaculaError. */
export async function refusePartial(
  { adapters }: Context,
  ids: readonly string[],
  refused = 'Nothing was started',
): Promise<void> {
  const { restores } = adapters
  const found = (await restores?.partial())?.find(({ id }) => ids.includes(id))
  if (!found) return
  const cut = await restores?.cut()
  throw new MaculaError({
    kind: 'failed',
    what: `${refused}: ${found.title} has a part of its data only.`,
    why: sayPartial(found),
    todo: cut?.half?.id === found.id ? sayCutTodo(cut) : sayPartialTodo(found),
  })
}
