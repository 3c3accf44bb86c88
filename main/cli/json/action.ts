import { z } from 'zod'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl action SERVICE ID --json`. */
export const actionSchema = z.object({
  version,
  service: z.string(),
  action: z.string(),
  /** The exit code of its program. */
  code: z.number(),
  out: z.string(),
  err: z.string(),
  ms: z.number(),
})

/** What an action said, in its machine-readable shape. */
export function actionJson(
  value: Omit<z.infer<typeof actionSchema>, 'version'>,
): z.infer<typeof actionSchema> {
  return actionSchema.parse({ ...value, version: SCHEMA_VERSION })
}
