import { z } from 'zod'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl env --format json` (and --json): the only answer that holds secrets in clear. */
export const envSchema = z.object({
  version,
  variables: z.array(
    z.object({ service: z.string(), name: z.string(), value: z.string(), secret: z.boolean() }),
  ),
})

export type EnvJson = z.infer<typeof envSchema>

/** The variables in their machine-readable shape. */
export function envJson(variables: EnvJson['variables']): EnvJson {
  return envSchema.parse({ version: SCHEMA_VERSION, variables })
}
