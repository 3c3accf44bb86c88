import type { Change, RootStepResult } from '../../model/change.ts'
import type {
  ComposeProjectSeen,
  DataMeasured,
  DataProgress,
  DataSetId,
  MigrationPartId,
} from '../../model/migration.ts'

/** One thing that was found of what the machine ran before. */
export interface OldPart {
  readonly id: MigrationPartId
  /** "The Compose project infrastructure" */
  readonly title: string
  /** What it holds that Macula needs: "port 80 of all addresses", "172.23.0.0/16". */
  readonly holds: readonly string[]
  /** What does not work while it stays, in a sentence. */
  readonly costs: string
}

/** One step of a take-over, shown with its exact effect before anything is done. */
export interface PlannedStep {
  /** Stable over runs: progress is kept by it. */
  readonly id: string
  readonly part: MigrationPartId
  readonly title: string
  /** What is done exactly: containers by name, lines by file and number, processes by pid. */
  readonly effects: readonly string[]
  /** What it means for a person: "localhost:5001 does not answer until Macula runs". */
  readonly price?: string
  /** What does not work when it is left out. */
  readonly without: string
  /** Present: root does it, through the ledger, so that undo restores it. */
  readonly change?: Change
  /** What brings it back, as a person could type it. */
  readonly back: readonly string[]
}

/** How a step that needs no root went. */
export interface StepDone {
  readonly says: string
  /** What `giveBack` needs to know; kept whole on disk before the next step begins. JSON. */
  readonly kept?: unknown
}

/** One kind of thing that is recognised, taken over and given back. A new one is a file beside this. */
export interface MigrationPart {
  readonly id: MigrationPartId
  /** What is there now; undefined: nothing of it. */
  detect(): Promise<OldPart | undefined>
  /** The steps that are still to do, read from the machine each time, so that a run goes on where it stopped. */
  plan(): Promise<readonly PlannedStep[]>
  /** Carries out one step that has no `change`. Doing it twice does no harm. */
  takeOver(step: PlannedStep, tell: (says: string) => void, signal: AbortSignal): Promise<StepDone>
  /** Brings back what `takeOver` did, from what it kept. Doing it twice does no harm. */
  giveBack(kept: unknown, tell: (says: string) => void, signal: AbortSignal): Promise<string>
}

/** One store whose data is taken over. Their volumes are only ever mounted read-only. */
export interface DataMove {
  readonly id: DataSetId
  readonly title: string
  measure(from: ComposeProjectSeen): Promise<DataMeasured>
  /**
   * Copies, and compares what came with what was there. Interrupted and called again it goes on. The old containers may
   * be stopped or gone (`from` is then what was kept of them); ours of this store is stopped. Throws MaculaError with the
   * reason; what was moved aside is put back then. Returns what was compared: "212 tags, 1,804 blobs, all digests equal".
   */
  take(
    from: ComposeProjectSeen,
    tell: (progress: DataProgress) => void,
    signal: AbortSignal,
  ): Promise<{
    readonly says: string
    readonly movedAside: readonly { readonly from: string; readonly to: string }[]
  }>
}

/** What root reported of the steps that are its own. */
export type RootTell = (step: RootStepResult) => void
