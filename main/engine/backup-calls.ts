import type {
  BackupCut,
  BackupListed,
  BackupMade,
  BackupPlan,
  BackupRegistry,
  BackupRestored,
} from '../model/backup.ts'
import type { RunResult, StepEvent } from '../model/run.ts'

export type { BackupMade, BackupPlan, BackupRestored } from '../model/backup.ts'

/** What a person wants taken. */
export interface BackupWish {
  readonly name: string
  readonly registry: BackupRegistry
  /** Absent: passwords are left out. */
  readonly passphrase?: string | undefined
}

export interface RestoreWish {
  /** Absent: passwords stay as they are here. */
  readonly passphrase?: string | undefined
}

/** What came of bringing back what was there before a restore that was cut; `name` and `path`: of its snapshot. */
export type BackupBack = RunResult &
  Pick<BackupRestored, 'moved' | 'notes'> &
  Pick<BackupCut, 'name' | 'path'>

/** What faces may ask of snapshots in files. */
export interface BackupCalls {
  /** What a snapshot in a file would take, with sizes; changes nothing. */
  planBackup(registry: BackupRegistry): Promise<BackupPlan>
  /** Takes everything into one file of our folder, whole or not at all. Services whose files are copied are stopped meanwhile. */
  createBackup(wish: BackupWish, tell: (event: StepEvent) => void, signal: AbortSignal): Promise<BackupMade>
  /** The folder that they lie in. */
  backupFolder(): string
  /** Those in our folder, also those that cannot be used. */
  backups(): Promise<readonly BackupListed[]>
  /** What is in one, by its name or path; `verify`: everything in it is read and compared. Throws MaculaError `invalid`. */
  backup(
    word: string,
    verify?: { readonly onBytes: (bytes: number) => void; readonly signal: AbortSignal },
  ): Promise<BackupListed>
  deleteBackup(name: string): Promise<void>
  /** Checks one wholly, then puts everything in place; what that replaces is moved aside. Faces ask before. */
  restoreBackup(
    word: string,
    wish: RestoreWish,
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<BackupRestored>
  /** A restore that did not come to its end. */
  cutRestore(): Promise<BackupCut | undefined>
  /** Brings what that began to replace back to what was there before it. Faces ask before. Throws MaculaError `usage` where there is none. */
  restoreBack(tell: (event: StepEvent) => void, signal: AbortSignal): Promise<BackupBack>
}
