import { z } from 'zod'
import type { ActionSpec } from '../../model/action.ts'
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
  /** Bytes before `out` and `err`, of which only the ends are kept; absent: they are whole. */
  dropped: z.number().exactOptional(),
  ms: z.number(),
})

/** What an action said, in its machine-readable shape. */
export function actionJson(
  value: Omit<z.infer<typeof actionSchema>, 'version'>,
): z.infer<typeof actionSchema> {
  return actionSchema.parse({ ...value, version: SCHEMA_VERSION })
}

/** `maculactl action SERVICE --json`. */
export const actionsSchema = z.object({
  version,
  service: z.string(),
  actions: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      run: z.array(z.string()),
      /** What is asked before it runs; null: nothing. */
      asks: z.string().nullable(),
    }),
  ),
})

/** The actions of a service, in their machine-readable shape. */
export function actionsJson(service: string, actions: readonly ActionSpec[]): z.infer<typeof actionsSchema> {
  return actionsSchema.parse({
    version: SCHEMA_VERSION,
    service,
    actions: actions.map((one) => ({ ...one, asks: one.asks ?? null })),
  })
}
