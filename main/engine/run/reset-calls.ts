import { MaculaError } from '../../model/errors.ts'
import { isFor } from '../../model/may.ts'
import type { Engine } from '../engine.ts'
import { picked, rowOf, rowSeen } from '../picked.ts'
import { forgetHalf } from './backup/cut.ts'
import type { RunContext } from './context.ts'
import { listVolumes } from './list-volumes.ts'
import { forgetStep } from './major/journal.ts'
import { planStep } from './major/plan.ts'
import { stepMajor } from './major/step.ts'
import { keptCopies, putBack } from './put-back.ts'
import { isTyped } from '../../model/service-name.ts'
import { needData, reset } from './reset.ts'
import type { Runs } from './runs.ts'

/** What faces may ask of a service's data: moving it aside, bringing it to another version, and of a cluster its removal. `alone`: one change at a time. */
export function createResetCalls(
  context: RunContext,
  runs: Runs,
  alone: <T>(purpose: string, work: () => Promise<T>) => Promise<T>,
): Pick<
  Engine,
  | 'needData'
  | 'resetData'
  | 'removeCluster'
  | 'needRemovable'
  | 'needMakeable'
  | 'keptCopies'
  | 'putBack'
  | 'listVolumes'
  | 'dataStep'
  | 'stepData'
> {
  const removeCluster: Engine['removeCluster'] = async (id, tell) =>
    await alone(`removing ${id}`, async () => await runs.remove(id, tell))

  /** What was left half of its data counts for nothing any more. */
  const forgetAll = async (id: string): Promise<void> => {
    await forgetHalf(context, id)
    await forgetStep(context.adapters, id)
  }

  return {
    async needData(id) {
      const service = rowOf(context.catalog(), id)
      if (isFor('delete', service)) return
      picked(context.catalog(), [id], 'reset')
      await needData(context, service)
    },
    async resetData(id, typed, tell, signal) {
      const service = rowOf(context.catalog(), id)
      // A cluster has nothing that could be moved aside: its reset is its removal, asked for in the same way.
      const removes = isFor('delete', service)
      if (!removes) picked(context.catalog(), [id], 'reset')
      if (!isTyped(service, typed))
        throw new MaculaError({
          kind: 'usage',
          what: 'Nothing was reset: the name is not the one of the service.',
          todo: `Type ${service.title} or ${id}.`,
        })
      if (removes) return { ...(await removeCluster(id, tell)), moved: [] }
      return await alone(`resetting ${id}`, async () => {
        const done = await reset(context, service, tell, signal)
        if (done.ok) await forgetAll(id)
        return done
      })
    },
    removeCluster,
    needRemovable: async (ids) => await runs.removable(ids),
    needMakeable: async (ids, tell, signal) =>
      await alone(`looking whether ${ids.join(', ')} can be made`, async () => {
        await runs.makeable(ids, tell, signal)
      }),
    async keptCopies(id) {
      const service = rowOf(context.catalog(), id)
      return await keptCopies(context, service)
    },
    async listVolumes(id, volume) {
      return await listVolumes(context, rowSeen(context, id), volume)
    },
    async putBack(id, at, tell, signal) {
      const service = rowOf(context.catalog(), id)
      return await alone(`putting back data of ${id}`, async () => {
        const done = await putBack(context, service, at, tell, signal)
        if (done.ok) await forgetAll(id)
        return done
      })
    },
    async dataStep(id, image) {
      const service = rowOf(context.catalog(), id)
      return (await planStep(context, service, image))?.step
    },
    async stepData(id, image, tell, signal) {
      picked(context.catalog(), [id], 'reset')
      const service = rowOf(context.catalog(), id)
      return await alone(
        `upgrading data of ${id}`,
        async () => await stepMajor(context, runs, service, image, tell, signal),
      )
    },
  }
}
