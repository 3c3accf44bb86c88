/** Buckets of an object store that speaks S3. */

/** How a description offers them: programs in its container, by argv; `create` is given the name, and `versioned` where that is wished. */
export interface BucketsSpec {
  /** Prints a name a line. */
  readonly list: readonly string[]
  /** Prints `made`, or `there` for one that is there already, which stays as it is. */
  readonly create: readonly string[]
}

/** The buckets of one service, by name. */
export interface BucketsView {
  readonly service: string
  readonly buckets: readonly string[]
}

/** A bucket that is there now. */
export interface BucketMade {
  readonly service: string
  /** False: it was there already, and was not changed. */
  readonly made: boolean
}

/** Beginnings and ends that S3 keeps for itself. */
const RESERVED = [
  /^xn--/,
  /^sthree-/,
  /^amzn-s3-demo-/,
  /-s3alias$/,
  /--ol-s3$/,
  /\.mrap$/,
  /--x-s3$/,
  /--table-s3$/,
]

/**
 * Why a text cannot be the name of a bucket, as a clause; undefined: it can. By Amazon S3's "General purpose bucket naming rules",
 * which MinIO's servers follow; `minio` is theirs (cmd/utils, minioReservedBucket).
 */
export function whyNotBucket(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `it has ${name.length} characters, and must have 3 to 63`
  if (!/^[a-z0-9.-]+$/.test(name)) return 'only a-z, 0-9, hyphens and dots can be in it'
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'it must begin and end with a letter or a digit'
  if (/\.\.|\.-|-\./.test(name)) return 'a dot must stand between letters or digits'
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'it has the form of an IP address'
  if (name === 'minio' || RESERVED.some((one) => one.test(name))) return 'S3 keeps such names for itself'
  return undefined
}
