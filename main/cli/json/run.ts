import { z } from 'zod'
import type { RunResult } from '../../model/run.ts'
import type { Summary } from '../../model/snapshot.ts'
import { SCHEMA_VERSION, state, trouble, version } from './shape.ts'

/** `maculactl up|down|restart|pull|reset|fix --json`, and `secrets` where it changes something. */
export const runSchema = z.object({
  version,
  command: z.enum(['up', 'down', 'restart', 'pull', 'reset', 'fix', 'secrets', 'update', 'snapshot']),
  ok: z.boolean(),
  /** Ended by Ctrl-C: what had been started stays. */
  interrupted: z.boolean(),
  done: z.array(z.string()),
  failed: z.array(z.object({ service: z.string(), trouble })),
  skipped: z.array(z.object({ service: z.string(), because: z.string() })),
  ms: z.number(),
  /** `reset` only: which volume's data is kept in which. */
  moved: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
  /** `secrets` only: names whose value was changed, and those that had it already. */
  changed: z.array(z.string()).optional(),
  same: z.array(z.string()).optional(),
  /** `secrets` only: what is left to do, a sentence each. */
  also: z.array(z.string()).optional(),
  /** `secrets import` only: variables of the file with the secrets that they are, and those that cannot be used. */
  taken: z.array(z.object({ from: z.string(), name: z.string() })).optional(),
  refused: z.array(z.object({ from: z.string(), name: z.string(), why: z.string() })).optional(),
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
