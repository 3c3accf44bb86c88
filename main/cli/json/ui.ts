import { z } from 'zod'
import { version } from './shape.ts'

/** `maculactl ui --json`: printed once the window is served. */
export const uiSchema = z.object({
  version,
  /** Opens the window once. */
  url: z.string(),
})
