import { MaculaError, troubleOf } from '../../../model/errors.ts'
import type { BackupCalls } from '../../backup-calls.ts'
import type { RunContext } from '../context.ts'
import type { Runs } from '../runs.ts'
import { restoreBack } from './back.ts'
import { createBackup, planBackup } from './create.ts'
import { restoreBackup } from './restore.ts'

/** What faces may ask of snapshots in files. `alone`: one change at a time among all our processes. */
export function createBackupCalls(
  context: RunContext,
  runs: Runs,
  alone: <T>(purpose: string, work: () => Promise<T>) => Promise<T>,
): BackupCalls {
  const { backups } = context.adapters
  return {
    planBackup: async (registry) => await planBackup(context, registry),
    createBackup: async (wish, tell, signal) =>
      await alone('creating a snapshot', async () => await createBackup(context, runs, wish, tell, signal)),
    backupFolder: () => backups.folder,
    backups: async () => await backups.list(),
    async backup(word, verify) {
      const path = backups.pathOf(word)
      const own = (await backups.list()).find((one) => one.path === path || one.name === word)
      if (own?.cut && own.trouble) throw new MaculaError(own.trouble)
      if (!own && !word.includes('/') && !word.includes('.macula-snapshot'))
        throw new MaculaError({
          kind: 'usage',
          what: `There is no snapshot "${word}".`,
          todo: 'maculactl snapshot list names them.',
        })
      const opened = await backups.open(path)
      try {
        await (verify && opened.check(verify.onBytes, verify.signal))
        return { name: opened.manifest.name, path, size: opened.size, manifest: opened.manifest }
      } catch (error) {
        throw verify?.signal.aborted === true ? error : new MaculaError(troubleOf(error), { cause: error })
      } finally {
        await opened.close()
      }
    },
    deleteBackup: async (name) => await alone('deleting a snapshot', async () => await backups.remove(name)),
    restoreBackup: async (word, wish, tell, signal) =>
      await alone('restoring a snapshot', async () => {
        const cut = (await backups.list()).find((one) => one.cut && one.name === word)
        if (cut?.trouble) throw new MaculaError(cut.trouble)
        return await restoreBackup(context, runs, backups.pathOf(word), wish, tell, signal)
      }),
    cutRestore: async () => await context.adapters.restores?.cut(),
    restoreBack: async (tell, signal) =>
      await alone(
        'bringing back what was there before a restore',
        async () => await restoreBack(context, runs, tell, signal),
      ),
  }
}
