import { z } from 'zod'
import type { Ejected } from '../../model/eject.ts'
import { SCHEMA_VERSION, trouble, version } from './shape.ts'

/** `maculactl eject --json`. */
export const ejectSchema = z.object({
  version,
  folder: z.string(),
  /** Paths below the folder. */
  files: z.array(z.string()),
  /** Where what lay in the folder is now; null: nothing was moved. */
  movedAside: z.string().nullable(),
  /** Volumes whose data goes on. */
  volumes: z.array(z.string()),
  /** Where .env comes from: written now, one that was there, or still to be made. */
  secrets: z.enum(['written', 'kept', 'to be made']),
  leftOut: z.array(z.object({ service: z.string(), trouble })),
  notes: z.array(z.string()),
})

export type EjectJson = z.infer<typeof ejectSchema>

/** What was written in its machine-readable shape. */
export function ejectJson(ejected: Ejected): EjectJson {
  return ejectSchema.parse({
    ...ejected,
    version: SCHEMA_VERSION,
    movedAside: ejected.movedAside ?? null,
  })
}
