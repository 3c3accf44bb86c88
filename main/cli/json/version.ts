import { z } from 'zod'
import { version } from './shape.ts'

/** `maculactl version --json`. */
export const versionSchema = z.object({
  version,
  macula: z.string(),
  node: z.string(),
  /** null: Docker did not answer in time. */
  docker: z.string().nullable(),
})
