import { z } from 'zod'
import { version } from './shape.ts'

/** `maculactl open --json`. */
export const openSchema = z.object({
  version,
  service: z.string(),
  endpoint: z.string(),
  url: z.string(),
  kind: z.enum(['clean', 'named', 'address', 'direct']),
  /** Why it is not the name; absent when it is. */
  because: z.string().optional(),
  opened: z.boolean(),
})
