import { z } from 'zod'
import type { RunResult } from '../../model/run.ts'
import type { Summary } from '../../model/snapshot.ts'
import { SCHEMA_VERSION, state, trouble, version } from './shape.ts'

/** `maculactl up|down|restart --json`. */
export const runSchema = z.object({
  version,
  command: z.enum(['up', 'down', 'restart']),
  ok: z.boolean(),
  /** Ended by Ctrl-C: what had been started stays. */
  interrupted: z.boolean(),
  done: z.array(z.string()),
  failed: z.array(z.object({ service: z.string(), trouble })),
  skipped: z.array(z.object({ service: z.string(), because: z.string() })),
  ms: z.number(),
  summary: z.object({ state, says: z.string(), more: z.string() }),
})

export type RunJson = z.infer<typeof runSchema>

/** The end of a run in its machine-readable shape. */
export function runJson(
  command: RunJson['command'],
  result: RunResult,
  interrupted: boolean,
  summary: Summary,
): RunJson {
  return runSchema.parse({ ...result, version: SCHEMA_VERSION, command, interrupted, summary })
}
