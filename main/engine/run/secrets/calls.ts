import { MaculaError, troubleOf } from '../../../model/errors.ts'
import { sayList } from '../../../model/say.ts'
import type { SecretsChange } from '../../../model/secret.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { StepEvent } from '../../../model/run.ts'
import type { Engine } from '../../engine.ts'
import type { RunContext } from '../context.ts'
import { changeSecrets, FINISH, finishSecrets } from './change.ts'
import { importSecrets } from './import.ts'
import { needNames, secretRows } from './list.ts'

type Calls = Pick<
  Engine,
  'secrets' | 'secretRows' | 'setSecrets' | 'rotateSecrets' | 'importSecrets' | 'finishSecrets'
>

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
  const { adapters, catalog, truth } = context
  const change = async <T extends SecretsChange | undefined>(work: () => Promise<T>): Promise<T> =>
    await alone('changing passwords', async () => {
      const result = await work()
      if (!result || result.changed.length === 0) return result
      await truth.observe.clusters().catch(() => undefined)
      // A failure there is told by the rows of the clusters.
      await settle().catch(() => undefined)
      truth.publish()
      const up = catalog().services.filter(
        ({ runtime }) =>
          runtime.kind === 'cluster' &&
          !runtime.app &&
          truth.seen.clusters.get(runtime.cluster.id)?.kind === 'up',
      )
      return up.length === 0 ? result : { ...result, also: [...result.also, sayPods(up)] }
    })
  return {
    async secrets() {
      // Of a change both are in use until it is whole; where it cannot be read the others are told all the same.
      const half = await adapters.secrets.changing().catch(() => undefined)
      const known = await adapters.secrets.read()
      return [...known.values(), ...(half ? [...half.from.values(), ...half.to.values()] : [])]
    },
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
        await truth.observe.docker()
        await context.needDocker('no program can be given its new password')
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
        what: `The change of the secret ${name} was interrupted.`,
        why: 'Some programs may still have the old one.',
        todo: `Finish it: ${FINISH}`,
      })
    },
    /** Before anything is started: an interrupted change is finished, or its reason told; the start goes on either way. */
    async goOn(tell, signal) {
      const isOpen = await adapters.secrets.changing().then(Boolean, () => true)
      if (!isOpen) return
      await truth.observe.docker()
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

/** Variables of a pod are those that there were when it started. */
function sayPods(clusters: readonly ServiceSpec[]): string {
  return `Pods in ${sayList(clusters.map(({ title }) => title))} that use macula-env get the new values when they are restarted: maculactl restart NAME of the application.`
}
