/** How much is fetched before services can start, from what registries told: the same words in every face. */
import type { ImageInfo } from './facts.ts'
import { sayBytes, sayCount } from './say.ts'

/** Compressed layers unpack to two or three times their size: a guess, and said as one (manifests do not tell it). */
const UNPACKED = 2.5

/** An ordinary line, for a guess before anything was fetched (bytes per second: 50 Mbit/s). */
const LINE = 6_250_000

export interface Download {
  /** Images that are not here; one that several services are made from counts once. */
  readonly missing: number
  /** Compressed bytes of those whose size is known. */
  readonly bytes: number
  /** Images whose size is not known. */
  readonly unknown: number
  /** Why, of the first of those; undefined: not checked yet. */
  readonly why: string | undefined
  /** What it takes on disk, roughly. */
  readonly onDisk: number
  /** Minutes at 50 Mbit/s, at least 1. */
  readonly minutes: number
}

/** What is still to be fetched of some images. */
export function downloadOf(images: readonly ImageInfo[]): Download {
  const missing = [
    ...new Map(images.filter(({ present }) => !present).map((one) => [one.image, one])).values(),
  ]
  const bytes = missing.reduce((sum, { download = 0 }) => sum + download, 0)
  const unknown = missing.filter(({ download }) => download === undefined)
  return {
    missing: missing.length,
    bytes,
    unknown: unknown.length,
    why: unknown.find(({ noSize }) => noSize !== undefined)?.noSize,
    onDisk: bytes * UNPACKED,
    minutes: Math.max(1, Math.round(bytes / LINE / 60)),
  }
}

/**
 * "1.2 GB to download (about 3 GB on disk), about 3 min at 50 Mbit/s.", "Size unknown: the registry does not answer.";
 * empty when nothing is missing or nobody was asked yet.
 */
export function sayDownload(images: readonly ImageInfo[]): string {
  const { missing, bytes, unknown, why, onDisk, minutes } = downloadOf(images)
  if (missing === 0) return ''
  if (unknown === missing) return why === undefined ? '' : `Size unknown: ${why}.`
  const rest =
    unknown === 0
      ? ''
      : ` The size of ${sayCount(unknown, 'more image')} is unknown${why === undefined ? '' : `: ${why}`}.`
  return `${unknown === 0 ? '' : 'At least '}${sayBytes(bytes)} to download (about ${sayBytes(onDisk)} on disk), about ${minutes} min at 50 Mbit/s.${rest}`
}
