/** What the engine needs of the .env files of a person's projects. */
import type { EnvFileEntry } from '../../model/env-file.ts'

/** A file that was written for a service. `names`: of the variables that were written last; absent: not known. */
export type Remembered = Omit<EnvFileEntry, 'state'> & { readonly names?: readonly string[] }

export interface EnvFileText {
  readonly text: string
  /** Permission bits. */
  readonly mode: number
  /** What it is known again by, so that one that changed meanwhile is not written over. */
  readonly mark: string
}

export interface EnvFilesAdapter {
  /** The file; undefined: there is none yet. Throws MaculaError `invalid` with the reason where it may not be one of ours to write. */
  read(path: string): Promise<EnvFileText | undefined>
  /** Whether nothing is there, the folder included. */
  isGone(path: string): Promise<boolean>
  /** Reads, changes and writes while nobody else of ours does, in this process or another. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** Writes it whole with its mode. Throws MaculaError `failed` when it is not as it was read any more. */
  write(path: string, text: string, before: EnvFileText | undefined): Promise<void>
  remove(path: string, before: EnvFileText): Promise<void>
  /** What was written, newest first; never throws. */
  remembered(): Promise<readonly Remembered[]>
  /** Writes what `change` makes of what is remembered then, by whichever face. */
  remember(change: (before: readonly Remembered[]) => readonly Remembered[]): Promise<void>
}
