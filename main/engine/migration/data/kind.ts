import type { DataSetId } from '../../../model/migration.ts'
import type { DataHands, OpenVolume } from '../../adapters.ts'
import type { Ours } from './ours.ts'
import type { Source } from './source.ts'

/** Stages whose names begin so are of the new store of ours: they count for nothing once that one is replaced. */
export const FILL = 'fill '

/** What a member works with while it takes. */
export interface Work {
  readonly hands: DataHands
  readonly source: Source
  /** Image for helpers that only read and write files; it is here for sure. */
  readonly image: string
  /** Of their volume. */
  readonly bytes: number
  readonly ours: Ours
  readonly signal: AbortSignal
  /** Whether a stage or part was done before, in an interrupted run too. */
  has(stage: string): boolean
  /** Notes that it is done, on disk, with the bytes that it had. */
  mark(stage: string, bytes?: number): Promise<void>
  hasImage(image: string): Promise<boolean>
  /** What a program of an image prints. */
  ask(image: string, argv: readonly [string, ...string[]]): Promise<string | undefined>
  /** Variables that their container was made with; undefined: it is gone. */
  variables(): Promise<ReadonlyMap<string, string> | undefined>
  says(what: string, bytesNow?: number): void
}

/** One kind of store, as far as it differs from the others. */
export interface Kind {
  readonly id: DataSetId
  readonly title: string
  /** The service of ours that takes it. */
  readonly service: string
  /** Scratch volumes, by the names that `hands.scratch` knows. */
  readonly scratch: readonly string[]
  /** Bytes that pass by for each byte of theirs; for the progress. */
  readonly passes: number
  /** Room for each byte of theirs, at most, while it is taken. */
  readonly room: number
  /** Programs of our own image are run: it is pulled where it is not here. */
  readonly needsOwnImage?: boolean
  /** What is in it, or why it cannot be taken: MaculaError. */
  measure(
    volume: OpenVolume,
    source: Source,
    ours: Ours,
    signal: AbortSignal,
    hands: DataHands,
  ): Promise<string>
  /** Everything that can be done before ours is touched. Throws MaculaError when theirs is not whole. */
  prepare(work: Work): Promise<void>
  /** Fills the new, empty store of ours, whose volume was made. Returns what was compared. */
  load(work: Work): Promise<string>
}
