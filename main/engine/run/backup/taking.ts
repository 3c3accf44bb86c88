import { isTakingOver, type BackupTaking } from '../../../model/backup.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { RunContext } from '../context.ts'

/** Writes down what the making of a snapshot stops and starts, each time before it does. */
export interface TakingKeeping {
  /** It is about to be stopped for its copy. */
  stops(service: ServiceSpec): Promise<void>
  /** It is about to be started for its dump. */
  starts(service: ServiceSpec): Promise<void>
  /** It is again as it was. */
  putBack(service: ServiceSpec): Promise<void>
  /** The making is over; what is not as it was stays known. */
  end(): Promise<void>
}

const without = (all: BackupTaking['stopped'], id: string): BackupTaking['stopped'] =>
  all.filter((one) => one.id !== id)

/** Begins to write it down, before anything of it is there. `at`: epoch ms. */
export async function keepTaking({ adapters }: RunContext, name: string, at: number): Promise<TakingKeeping> {
  const { restores } = adapters
  let taking: BackupTaking = { name, at, stopped: [], started: [], making: true }
  const put = async (next: BackupTaking, over?: 'over'): Promise<void> => {
    taking = next
    await restores?.keepTaking(isTakingOver(next) ? undefined : next, over)
  }
  await put(taking)
  return {
    stops: async ({ id, title }) => await put({ ...taking, stopped: [...taking.stopped, { id, title }] }),
    starts: async ({ id, title }) => await put({ ...taking, started: [...taking.started, { id, title }] }),
    putBack: async ({ id }) =>
      await put({ ...taking, stopped: without(taking.stopped, id), started: without(taking.started, id) }),
    end: async () => await put({ ...taking, making: undefined }, 'over'),
  }
}

/** Somebody started or stopped these since: they are as they are meant to be. */
export async function forgetTaking({ adapters, truth }: RunContext, ids: readonly string[]): Promise<void> {
  const left = await adapters.restores?.taking()
  if (!left) return
  const others = (all: BackupTaking['stopped']): BackupTaking['stopped'] =>
    all.filter(({ id }) => !ids.includes(id))
  const next = { ...left, stopped: others(left.stopped), started: others(left.started) }
  const rest = isTakingOver(next) ? undefined : next
  await adapters.restores?.keepTaking(rest, 'over')
  truth.seen.taking = rest
}
