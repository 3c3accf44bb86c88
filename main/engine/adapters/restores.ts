/** What the engine needs to know of a restore that was cut by whatever ended its process. */
import type { BackupCut } from '../../model/backup.ts'

export interface RestoresAdapter {
  /** A restore that did not come to its end; undefined: there is none, or it goes on. */
  cut(): Promise<BackupCut | undefined>
  /** Writes down how far it is, whole; `over`: this process goes on without it. Undefined: it came to its end. */
  keep(cut: BackupCut | undefined, over?: 'over'): Promise<void>
}
