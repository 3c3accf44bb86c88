import { z } from 'zod'
import type { SecretRow } from '../../model/secret.ts'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl secrets list --json`; in clear only with --reveal. */
export const secretsSchema = z.object({
  version,
  secrets: z.array(
    z.object({
      name: z.string(),
      /** `null`: masked, or there is none. */
      value: z.string().nullable(),
      made: z.boolean(),
      usedBy: z.array(z.string()),
      /** The service that keeps it in its own data. */
      keptBy: z.string().optional(),
      /** Its name in the .env of the platform's own Compose project. */
      was: z.string().optional(),
      /** Why it cannot be used. */
      trouble: z.string().optional(),
      changing: z.boolean(),
    }),
  ),
})

export type SecretsJson = z.infer<typeof secretsSchema>

/** Rows in their machine-readable shape. */
export function secretsJson(rows: readonly SecretRow[], reveal: boolean): SecretsJson {
  return secretsSchema.parse({
    version: SCHEMA_VERSION,
    secrets: rows.map((row) => ({
      ...row,
      value: reveal ? (row.value ?? null) : null,
      made: row.value !== undefined,
    })),
  })
}
