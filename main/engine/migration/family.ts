import type { Trouble } from '../../model/errors.ts'
import type {
  ComposeProjectSeen,
  DataMeasured,
  DataProgress,
  DataSetId,
  MigrationPartId,
  MovedAside,
  OldPart,
  PlannedStep,
} from '../../model/migration.ts'

export type { OldPart, PlannedStep } from '../../model/migration.ts'

/** How a step that needs no root went. */
export interface StepDone {
  readonly says: string
}

/** One kind of thing that is recognised, taken over and given back. A new one is a file beside this. */
export interface MigrationPart {
  readonly id: MigrationPartId
  /** What is there now; empty: nothing of it. */
  detect(): Promise<readonly OldPart[]>
  /** The steps that are still to do, read from the machine each time, so that a run continues where it stopped. */
  plan(): Promise<readonly PlannedStep[]>
  /** Effects of `now` that `shown` does not cover. Absent: every effect must have been shown word for word. */
  beyond?(shown: PlannedStep, now: PlannedStep): readonly string[]
  /**
   * What `giveBack` must know of a step without `change`: JSON, kept whole on disk before `takeOver` begins. `earlier`: what
   * was kept of this part's steps before, of an interrupted run too; nothing of it may be lost.
   */
  keep(step: PlannedStep, earlier: readonly unknown[]): Promise<unknown>
  /** Carries out one step that has no `change`. Doing it twice does no harm. */
  takeOver(step: PlannedStep, tell: (says: string) => void, signal: AbortSignal): Promise<StepDone>
  /** Brings back what `takeOver` did, from what was kept. Doing it twice, or after half a `takeOver`, does no harm. */
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
    readonly movedAside: readonly MovedAside[]
  }>
}

/** One step that was begun or done, as it is kept on disk. */
export interface KeptStep {
  readonly id: string
  readonly part: MigrationPartId
  readonly title: string
  readonly brings: string
  /** Epoch ms of its begin. */
  readonly at: number
  readonly state: 'begun' | 'done'
  readonly says: string
  readonly kept: unknown
  readonly back: readonly string[]
}

/** One store whose data was taken over. */
export interface KeptData {
  readonly id: DataSetId
  readonly project: string
  readonly at: number
  readonly says: string
  readonly movedAside: readonly MovedAside[]
}

/** Everything that is kept of a take-over over processes. */
export interface Journal {
  /** Epoch ms of the first step; absent: nothing was begun. */
  readonly since?: number
  /** Root was asked to change something since then. */
  readonly byRoot?: boolean
  readonly steps: readonly KeptStep[]
  readonly data: readonly KeptData[]
}

export interface JournalAdapter {
  /** Throws MaculaError `invalid` naming the file where it cannot be used: what was done would be forgotten. */
  read(): Promise<Journal>
  write(journal: Journal): Promise<void>
  /** All was given back: the journal is kept under another name, and none is there any more. */
  close(): Promise<void>
}

/** Containers that rest. */
export interface Resting {
  readonly names: readonly string[]
  /** Why not all of them do: one did not stop, or a person ended it. */
  readonly trouble?: Trouble
  /** Starts exactly these again, every one that can be; what it answers tells of those that cannot. */
  again(): Promise<readonly Trouble[]>
}

/** What a machine ran before Macula, and the way to take it over. */
export interface MigrationAdapter {
  readonly parts: readonly MigrationPart[]
  readonly data: readonly DataMove[]
  readonly journal: JournalAdapter
  /** Their Compose projects: as they are now, with what was kept of those that are gone (`earlier`, as kept). */
  projects(earlier: readonly unknown[]): Promise<readonly ComposeProjectSeen[]>
  /** Bytes that are free where Docker keeps volumes; undefined where that cannot be told. */
  free(): Promise<number | undefined>
  /** Stops what runs of a project, so that its data holds still. */
  rest(project: ComposeProjectSeen, signal: AbortSignal): Promise<Resting>
}
