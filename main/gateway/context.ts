import type { BackupEnded, EventName, Payload, RunView, Told } from '../../preload/contract.ts'
import type { LearningCleaner } from '../model/clean.ts'
import type { StepEvent } from '../model/run.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { System } from '../system/open-system.ts'

/** Who is on the other side of one connection: a window, a tray, a browser page. */
export interface Listener {
  /** Called in order; must not throw. */
  readonly push: (told: Told) => void
  /** Resolves when the other side can take more; streams wait for it, so that nothing piles up. */
  readonly ready: () => Promise<void>
  /** The other side missed a part: the next snapshot goes to it whole. Absent: every one does. */
  readonly anew?: () => void
}

/** What handlers work with. */
export interface GatewayContext {
  system(): System
  /** Hides what every process made a secret, as far as it has learnt. */
  clean(): LearningCleaner
  /** The last snapshot that anybody was told, if somebody watches. */
  latest(): Snapshot | undefined
  /** Does `work` as a run that everybody sees and that can be interrupted. */
  run<T>(
    view: Omit<RunView, 'at'>,
    work: (tell: (event: StepEvent) => void, signal: AbortSignal) => Promise<T>,
  ): Promise<T>
  /** How the last work with a snapshot in a file ended: of all faces. */
  readonly lastBackup: { ended: BackupEnded | null }
  cancel(run: string): void
  tellAll<Name extends EventName>(event: Name, payload: Payload<Name>): void
  /** Opens everything again, with the settings as they are now. */
  reopen(): Promise<void>
  readonly face: 'desktop' | 'browser'
  readonly version: string
}
