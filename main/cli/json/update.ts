import { z } from 'zod'
import type { DataStepped } from '../../model/data-step.ts'
import type { ImageUpdated, NewerImage } from '../../model/image-update.ts'
import { SCHEMA_VERSION, trouble, version } from './shape.ts'

/** `maculactl update --list --json`. */
export const newerSchema = z.object({
  version,
  images: z.array(
    z.object({
      service: z.string(),
      image: z.string(),
      /** What its description names, where `image` is an update of the person's. */
      instead: z.string().optional(),
      /** The newest of the same major version, and of a later one. */
      within: z.string().optional(),
      beyond: z.string().optional(),
      /** Why `beyond` is refused. */
      held: z.string().optional(),
      unknown: z.string().optional(),
      /** A file of the person's own names it. */
      own: z.boolean().optional(),
    }),
  ),
})

/** `maculactl update NAME --json`. */
export const updateSchema = z.object({
  version,
  service: z.string(),
  outcome: z.enum(['updated', 'later', 'same', 'put back', 'refused']),
  from: z.string(),
  to: z.string(),
  kept: z.array(z.object({ from: z.string(), to: z.string() })),
  failed: z.array(z.object({ service: z.string(), trouble })),
  ms: z.number(),
})

/** `maculactl update NAME --data --json`; without data of another version `from` and `to` are null. */
export const updateDataSchema = z.object({
  version,
  service: z.string(),
  /** Major versions of PostgreSQL. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** What was compared. */
  says: z.string(),
  kept: z.array(z.object({ from: z.string(), to: z.string() })),
  failed: z.array(z.object({ service: z.string(), trouble })),
  ms: z.number(),
})

/** What is newer, in its machine-readable shape. */
export function newerJson(images: readonly NewerImage[]): z.infer<typeof newerSchema> {
  return newerSchema.parse({ version: SCHEMA_VERSION, images })
}

/** What came of an update, in its machine-readable shape. */
export function updateJson(service: string, result: ImageUpdated): z.infer<typeof updateSchema> {
  return updateSchema.parse({ ...result, version: SCHEMA_VERSION, service })
}

/** What came of bringing data over, in its machine-readable shape; undefined: there was nothing to do. */
export function dataJson(service: string, result: DataStepped | undefined): z.infer<typeof updateDataSchema> {
  const nothing = { from: null, to: null, says: '', kept: [], failed: [], ms: 0 }
  return updateDataSchema.parse({ ...(result ?? nothing), version: SCHEMA_VERSION, service })
}
