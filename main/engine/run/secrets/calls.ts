import { MaculaError, troubleOf } from '../../../model/errors.ts'
import type { StepEvent } from '../../../model/run.ts'
import type { Engine } from '../../engine.ts'
import type { RunContext } from '../context.ts'
import { changeSecrets, FINISH, finishSecrets } from './change.ts'
import { importSecrets } from './import.ts'
import { needNames, secretRows } from './list.ts'

type Calls = Pick<Engine, 'secretRows' | 'setSecrets' | 'rotateSecrets' | 'importSecrets' | 'finishSecrets'>

/**
 * What faces may ask of secrets. `alone`: one change at a time among all our processes; `settle`: clusters are given what
 * changed.
 */
export function createSecretsCalls(
  context: RunContext,
  alone: <T>(purpose: string, work: () => Promise<T>) => Promise<T>,
  settle: () => Promise<void>,
): Calls & {
  readonly goOn: (tell: (event: StepEvent) => void, signal: AbortSignal) => Promise<void>
  readonly needWhole: (names: readonly string[]) => Promise<void>
} {
  const { adapters, catalog } = context
  const change = async <T>(work: () => Promise<T>): Promise<T> =>
    await alone('changing passwords', async () => {
      const result = await work()
      // Pods get the new values by their rows' own ways; a failure there is told by these.
      await settle().catch(() => undefined)
      context.truth.publish()
      return result
    })
  return {
    secretRows: async () => await secretRows(adapters.secrets, catalog().services),
    async setSecrets(values, tell, signal) {
      needNames(catalog().services, [...values.keys()], values)
      return await change(async () => await changeSecrets(context, values, tell, signal))
    },
    async rotateSecrets(names, tell, signal) {
      needNames(catalog().services, names)
      const values = new Map(names.map((name) => [name, adapters.secrets.generate()]))
      return await change(async () => await changeSecrets(context, values, tell, signal))
    },
    importSecrets: async (text, tell, signal) =>
      await change(async () => await importSecrets(context, text, tell, signal)),
    finishSecrets: async (tell, signal) =>
      await change(async () => {
        await context.truth.observe.docker()
        await context.needDocker('no program can be told its new password')
        return await finishSecrets(context, tell, signal)
      }),
    /** Throws MaculaError `refused` when one of them is neither the old nor the new one everywhere. */
    async needWhole(names) {
      const half = names.length === 0 ? undefined : await adapters.secrets.changing()
      const known = half && (await adapters.secrets.read())
      const name = names.find((one) => half?.to.has(one) === true && known?.get(one) !== half.to.get(one))
      if (name === undefined) return
      throw new MaculaError({
        kind: 'refused',
        what: `The secret ${name} is being changed, and that was interrupted.`,
        why: 'Programs may have the old or the new one.',
        todo: `Finish it: ${FINISH}`,
      })
    },
    /** Before anything is started: an interrupted change is finished, or its reason told; the start goes on either way. */
    async goOn(tell, signal) {
      const isOpen = await adapters.secrets.changing().then(Boolean, () => true)
      if (!isOpen) return
      await context.truth.observe.docker()
      await finishSecrets(context, tell, signal).catch((error: unknown) => {
        const { what, why, todo } = troubleOf(error)
        tell({
          kind: 'note',
          ms: 0,
          says: ['A change of passwords is not finished.', what, why, todo].filter(Boolean).join(' '),
        })
      })
    },
  }
}
