import { MaculaError, troubleOf, type Trouble } from '../model/errors.ts'
import type { RunResult, StepEvent } from '../model/run.ts'
import { sayBytes } from '../model/say.ts'
import type { BackupEnded, BackupVerb, Output, Parsed } from '../../preload/contract.ts'
import type { GatewayContext } from './context.ts'

/** Progress of a check is told at most this often (ms). */
const TELL_EVERY_MS = 200

type Name = 'backups' | 'planBackup' | 'createBackup' | 'checkBackup' | 'restoreBackup' | 'deleteBackup'

type Outcome = Pick<BackupEnded, 'ok' | 'moved' | 'notes'> & Partial<Pick<BackupEnded, 'trouble' | 'size'>>

const plain: Outcome = { ok: true, moved: [], notes: [] }

/** What failed first of a run that came to its end. */
const troubleIn = ({ failed }: RunResult): { readonly trouble?: Trouble } =>
  failed[0] ? { trouble: failed[0].trouble } : {}

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

  return {
    backups: async () =>
      context.clean().deep({
        folder: engine().backupFolder(),
        snapshots: await engine().backups(),
        ended: context.lastBackup.ended,
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
    async restoreBackup({ run: id, name, passphrase }) {
      const was = context.system()
      try {
        return context.clean().deep(
          await run(
            { run: id, verb: 'restore snapshot', title: name },
            async (tell, signal) => {
              try {
                return await engine().restoreBackup(name, { passphrase }, tell, signal)
              } finally {
                // Settings and a person's services may be others now.
                if (context.system() === was) await context.reopen().catch(() => undefined)
              }
            },
            (restored) => ({
              ok: restored.ok,
              moved: restored.moved,
              notes: restored.notes,
              ...troubleIn(restored),
            }),
          ),
        )
      } finally {
        context.tellAll('settings', await context.system().settings.view())
      }
    },
    async deleteBackup({ name }) {
      await engine().deleteBackup(name)
      return null
    },
  }
}
