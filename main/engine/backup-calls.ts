import type { BackupManifest, BackupRegistry } from '../model/backup.ts'
import type { RunResult, StepEvent } from '../model/run.ts'
import type { BackupListed } from './adapters.ts'

/** What a person wants taken. */
export interface BackupWish {
  readonly name: string
  readonly registry: BackupRegistry
  /** Absent: passwords are left out. */
  readonly passphrase?: string | undefined
}

/** What a snapshot would take, told before it is made. */
export interface BackupPlan {
  readonly sources: readonly {
    readonly service: string
    readonly title: string
    readonly how: 'dump' | 'copy' | 'references'
    /** It runs, and is stopped while its files are copied. */
    readonly stops: boolean
    /** Undefined: Docker does not know. */
    readonly bytes: number | undefined
  }[]
  /** Before compression, as far as it is known. */
  readonly bytes: number
  /** Where snapshots lie; undefined: not known. */
  readonly free: number | undefined
}

export type BackupMade = RunResult & {
  readonly path: string
  readonly size: number
  readonly manifest: BackupManifest
}

export interface RestoreWish {
  /** Absent: passwords stay as they are here. */
  readonly passphrase?: string | undefined
}

export type BackupRestored = RunResult & {
  readonly manifest: BackupManifest
  readonly moved: readonly { readonly from: string; readonly to: string }[]
  readonly notes: readonly string[]
}

/** What faces may ask of snapshots in files. */
export interface BackupCalls {
  /** What a snapshot in a file would take, with sizes; changes nothing. */
  planBackup(registry: BackupRegistry): Promise<BackupPlan>
  /** Takes everything into one file of our folder, whole or not at all. Services whose files are copied are stopped meanwhile. */
  createBackup(wish: BackupWish, tell: (event: StepEvent) => void, signal: AbortSignal): Promise<BackupMade>
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
}
