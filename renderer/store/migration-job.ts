import type { MigrationEvent, MigrationResult } from '../../main/model/migration.ts'
import type { Trouble } from '../../main/model/trouble.ts'
import { sayBytes } from '../../main/model/say.ts'
import { sayStep } from '../../main/model/say-change.ts'

/** A take-over that this window asked for; kept while the person looks at other views. */
export interface MigrationJob {
  readonly run: string
  /** What was told, newest last. */
  readonly lines: readonly string[]
  /** How far a copy is, 0 to 1; null: nothing is copied now. */
  readonly part: number | null
  /** What goes on now. */
  readonly now: string
  /** Null while it goes on. */
  readonly end: MigrationResult | { readonly trouble: Trouble } | null
}

/** More lines than a take-over has; a log that runs away must not fill memory. */
const MOST = 500

/** The job with one more thing told; others' jobs are not ours. */
export function hearMigration(job: MigrationJob | null, event: MigrationEvent): MigrationJob | null {
  if (job === null || job.end !== null) return job
  const told = (says: string): MigrationJob => ({ ...job, lines: [...job.lines, says].slice(-MOST) })
  switch (event.kind) {
    case 'begins':
      return { ...job, now: event.title, part: null }
    case 'tells':
      return told(event.says)
    case 'done':
      return { ...told(event.says), part: null }
    case 'bytes': {
      const { doneBytes, totalBytes, says } = event.progress
      return {
        ...job,
        now: `${says}: ${sayBytes(doneBytes)} of ${sayBytes(totalBytes)}`,
        part: totalBytes === 0 ? null : doneBytes / totalBytes,
      }
    }
    case 'root': {
      const { result, target, says } = event.step
      return told(result === 'failed' ? `${target}: ${says}` : `${sayStep(event.step, false)} ${target}`)
    }
    case 'run':
      return job
  }
}
