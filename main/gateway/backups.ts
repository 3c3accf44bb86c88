import { MaculaError, troubleOf, type Trouble } from '../model/errors.ts'
import type { RunResult, StepEvent } from '../model/run.ts'
import { sayBytes } from '../model/say.ts'
import type { BackupEnded, BackupVerb, Output, Parsed } from '../../preload/contract.ts'
import type { GatewayContext } from './context.ts'

/** Progress of a check is told at most this often (ms). */
const TELL_EVERY_MS = 200

type Name =
  'backups' | 'planBackup' | 'createBackup' | 'checkBackup' | 'restoreBackup' | 'restoreBack' | 'deleteBackup'

type Outcome = Pick<BackupEnded, 'ok' | 'moved' | 'notes'> & Partial<Pick<BackupEnded, 'trouble' | 'size'>>

const plain: Outcome = { ok: true, moved: [], notes: [] }

/** What failed first of a run that came to its end. */
const troubleIn = ({ failed }: RunResult): { readonly trouble?: Trouble } =>
  failed[0] ? { trouble: failed[0].trouble } : {}

const replaced = (result: RunResult & Pick<BackupEnded, 'moved' | 'notes'>): Outcome => ({
  ok: result.ok,
  moved: result.moved,
  notes: result.notes,
  ...troubleIn(result),
})

/** Requests about snapshots in files. How the last one ended is kept for every face, also one that was opened meanwhile. */
export function backupHandlers(context: GatewayContext): {
  readonly [Of in Name]: (input: Parsed<Of>) => Promise<Output<Of>>
} {
  const engine = () => context.system().engine

  async function run<T>(
    about: { readonly run: string; readonly verb: BackupVerb; readonly title: string },
    work: (tell: (event: StepEvent) => void, signal: AbortSignal) => Promise<T>,
    outcome: (value: T) => Outcome,
  ): Promise<T> {
    const began = Date.now()
    const end = (came: Outcome): void => {
      const now = Date.now()
      context.lastBackup.ended = context.clean().deep({ ...about, ...came, at: now, ms: now - began })
    }
    return await context.run({ ...about, services: [] }, async (tell, signal) => {
      try {
        const value = await work(tell, signal)
        end(outcome(value))
        return value
      } catch (error) {
        end({ ...plain, ok: false, trouble: troubleOf(error) })
        throw error
      }
    })
  }

  /** Settings and a person's services are others after it. */
  async function replacing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      await context.reopen().catch(() => undefined)
      context.tellAll('settings', await context.system().settings.view())
    }
  }

  return {
    backups: async () =>
      context.clean().deep({
        folder: engine().backupFolder(),
        snapshots: await engine().backups(),
        ended: context.lastBackup.ended,
        cut: (await engine().cutRestore()) ?? null,
      }),
    planBackup: async ({ registry }) => context.clean().deep(await engine().planBackup(registry)),
    createBackup: async ({ run: name, ...wish }) =>
      context.clean().deep(
        await run(
          { run: name, verb: 'snapshot', title: wish.name },
          async (tell, signal) => await engine().createBackup(wish, tell, signal),
          (made) => ({ ...plain, size: made.size, notes: made.manifest.notes }),
        ),
      ),
    async checkBackup({ run: id, name }) {
      await run(
        { run: id, verb: 'check snapshot', title: name },
        async (tell, signal) => {
          const began = Date.now()
          let told = 0
          await engine()
            .backup(name, {
              signal,
              onBytes(bytes) {
                const ms = Date.now() - began
                if (ms - told < TELL_EVERY_MS) return
                told = ms
                tell({ kind: 'phase', ms, says: `${sayBytes(bytes)} read` })
              },
            })
            .catch((error: unknown) => {
              throw signal.aborted
                ? new MaculaError({ kind: 'refused', what: `${name} was not read to its end: stopped.` })
                : error
            })
        },
        () => plain,
      )
      return null
    },
    restoreBackup: async ({ run: id, name, passphrase }) =>
      context
        .clean()
        .deep(
          await replacing(async () =>
            run(
              { run: id, verb: 'restore snapshot', title: name },
              async (tell, signal) => await engine().restoreBackup(name, { passphrase }, tell, signal),
              replaced,
            ),
          ),
        ),
    async restoreBack({ run: id }) {
      const title = (await engine().cutRestore())?.name ?? ''
      await replacing(async () =>
        run(
          { run: id, verb: 'bring back', title },
          async (tell, signal) => await engine().restoreBack(tell, signal),
          replaced,
        ),
      )
      return null
    },
    async deleteBackup({ name }) {
      await engine().deleteBackup(name)
      return null
    },
  }
}
