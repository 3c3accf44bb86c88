import type { RootOutcome, RootStepResult } from '../../main/model/change.ts'
import type { Trouble } from '../../main/model/errors.ts'

/** A run of root's program that this window asked for; kept while the person looks at other views. */
export interface RootJob {
  readonly kind: 'setup' | 'undo'
  /** Ids of the changes (set-up) or of the entries (undo) that are meant. */
  readonly meant: readonly string[]
  /** Whether entries that somebody else changed are taken back too. */
  readonly evenIfDrifted: boolean
  /** Epoch ms. */
  readonly at: number
  readonly steps: readonly RootStepResult[]
  /** Null while it goes on. */
  readonly end: RootOutcome | { readonly kind: 'trouble'; readonly trouble: Trouble } | null
}

/** The job with one more step; steps of others' jobs are not ours. */
export function hearRoot(job: RootJob | null, step: RootStepResult): RootJob | null {
  return job === null || job.end !== null ? job : { ...job, steps: [...job.steps, step] }
}
