/** What the engine needs to know of work with snapshots, and with copies of data, that was cut by whatever ended its process. */
import type { BackupCut, BackupTaking } from '../../model/backup.ts'
import type { PartialData } from '../../model/partial.ts'

export interface RestoresAdapter {
  /** A restore that did not come to its end; undefined: there is none, or it goes on. */
  cut(): Promise<BackupCut | undefined>
  /** Writes down how far it is, whole; `over`: this process goes on without it. Undefined: it came to its end. */
  keep(cut: BackupCut | undefined, over?: 'over'): Promise<void>
  /** The values that passwords had before a restore gave them others; undefined: it did not, or it came to its end. */
  passwords(): Promise<ReadonlyMap<string, string> | undefined>
  /** Keeps them (0600) until `keep` is told that the restore came to its end. */
  keepPasswords(values: ReadonlyMap<string, string>): Promise<void>
  /** The making of a snapshot that did not come to its end; undefined: there is none, or it goes on. */
  taking(): Promise<BackupTaking | undefined>
  /** Writes down what it stopped and started, whole; `over` and undefined as with `keep`. */
  keepTaking(taking: BackupTaking | undefined, over?: 'over'): Promise<void>
  /** Services that have a part of their data only; without what goes on. */
  partial(): Promise<readonly PartialData[]>
  /** Writes it down before its data is replaced; `over` and undefined as with `keep`. */
  keepPartial(id: string, partial: PartialData | undefined, over?: 'over'): Promise<void>
}
