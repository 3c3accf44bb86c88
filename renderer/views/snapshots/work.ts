import type { BackupListed, BackupRegistry } from '../../../main/model/backup.ts'
import { backupVerbs, type BackupVerb, type RunView } from '../../../preload/contract.ts'
import type { Actions } from '../../actions.ts'
import { newToken } from '../../token.ts'
import type { Shell } from '../../store/shell.ts'
import { saySnapshots as say } from '../../words/snapshots.ts'

interface Reach {
  readonly shell: Shell
  readonly actions: Actions
}

export type BackupRun = RunView & { readonly verb: BackupVerb }

/** Whether a run works with a snapshot in a file. */
export const isBackupRun = (run: RunView): run is BackupRun => backupVerbs.some((verb) => verb === run.verb)

/** How it ends is told by the answer to `backups`, which every window asks for; here nothing waits for it. */
const untold = (work: Promise<unknown>): void => {
  work.catch(() => undefined)
}

/** Begins a snapshot. */
export function beginCreate(
  { shell, actions }: Reach,
  wish: { readonly name: string; readonly registry: BackupRegistry; readonly passphrase?: string },
): void {
  const run = newToken()
  untold(
    actions.deed(
      run,
      say.createLabel(wish.name),
      'snapshot',
      async () => await shell.request('createBackup', { run, ...wish }),
    ),
  )
}

/** Begins a restore; `passphrase` absent: passwords stay. */
export function beginRestore({ shell, actions }: Reach, name: string, passphrase: string | undefined): void {
  const run = newToken()
  untold(
    actions.deed(
      run,
      say.restoreLabel(name),
      'restore snapshot',
      async () =>
        await shell.request('restoreBackup', {
          run,
          name,
          ...(passphrase === undefined ? {} : { passphrase }),
        }),
    ),
  )
}

/** Begins to read all of one. */
export function beginCheck({ shell }: Reach, { name }: BackupListed): void {
  untold(shell.request('checkBackup', { run: newToken(), name }))
}

/** Begins to bring back what was there before a restore that was cut. */
export function beginBack({ shell }: Reach): void {
  untold(shell.request('restoreBack', { run: newToken() }))
}

/** A name for a new one: the day, with a number where that is taken. `now`: epoch ms, local time. */
export function freshName(taken: readonly string[], now: number): string {
  const date = new Date(now)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? day : `${day}-${count}`
    if (!taken.includes(name)) return name
  }
}
