import { z } from 'zod'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl fix --json` without a problem: what can be fixed. */
export const fixesSchema = z.object({
  version,
  fixes: z.array(
    z.object({
      /** What is typed for it. */
      id: z.string(),
      what: z.string(),
      label: z.string(),
      command: z.string(),
    }),
  ),
})

/** What can be fixed in its machine-readable shape. */
export function fixesJson(fixes: z.infer<typeof fixesSchema>['fixes']): z.infer<typeof fixesSchema> {
  return fixesSchema.parse({ version: SCHEMA_VERSION, fixes })
}
