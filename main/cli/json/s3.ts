import { z } from 'zod'
import type { BucketMade, BucketsView } from '../../model/bucket.ts'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl s3 list --json`. */
export const bucketsSchema = z.object({ version, service: z.string(), buckets: z.array(z.string()) })

/** `maculactl s3 create --json`. */
export const bucketSchema = z.object({
  version,
  service: z.string(),
  name: z.string(),
  /** False: it was there already, and was not changed. */
  made: z.boolean(),
})

export type BucketsJson = z.infer<typeof bucketsSchema>
export type BucketJson = z.infer<typeof bucketSchema>

export function bucketsJson(view: BucketsView): BucketsJson {
  return bucketsSchema.parse({ version: SCHEMA_VERSION, ...view })
}

export function bucketJson(name: string, made: BucketMade): BucketJson {
  return bucketSchema.parse({ version: SCHEMA_VERSION, name, ...made })
}
