import { z } from 'zod'
import type { CheckResult } from '../../model/check.ts'
import { fix, SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl doctor --json`. */
export const doctorSchema = z.object({
  version,
  ok: z.boolean(),
  counts: z.object({ ok: z.number(), warning: z.number(), failed: z.number(), unknown: z.number() }),
  checks: z.array(
    z.object({
      id: z.string(),
      group: z.enum(['machine', 'docker', 'names', 'network', 'files', 'services']),
      title: z.string(),
      result: z.enum(['ok', 'warning', 'failed', 'unknown']),
      what: z.string(),
      why: z.string(),
      todo: z.string(),
      fix: fix.optional(),
      ms: z.number(),
    }),
  ),
})

export type DoctorJson = z.infer<typeof doctorSchema>

/** The number of checks by result. */
export function countChecks(checks: readonly CheckResult[]): DoctorJson['counts'] {
  const count = (result: CheckResult['result']): number =>
    checks.filter((check) => check.result === result).length
  return { ok: count('ok'), warning: count('warning'), failed: count('failed'), unknown: count('unknown') }
}

/** The checks in their machine-readable shape. */
export function doctorJson(checks: readonly CheckResult[]): DoctorJson {
  const counts = countChecks(checks)
  return doctorSchema.parse({ version: SCHEMA_VERSION, ok: counts.failed === 0, counts, checks })
}
