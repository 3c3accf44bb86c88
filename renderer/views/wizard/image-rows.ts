import type { Trouble } from '../../../main/model/errors.ts'
import type { ImageInfo } from '../../../main/model/facts.ts'
import { rateOf, type Pulls } from '../../store/pulls.ts'

/** Silence that is worth a word; a registry's pause is often a second or two. */
const STALLED_MS = 10_000

/** One image as it is drawn: several services may be made from it. */
export interface ImageRow {
  readonly image: string
  readonly title: string
  readonly services: readonly string[]
  readonly state:
    | 'here'
    | 'done'
    | 'missing'
    | 'waiting'
    | 'asking'
    | 'downloading'
    | 'stalled'
    | 'extracting'
    | 'paused'
    | 'failed'
  /** What came over the line so far; on disk for those that are here. */
  readonly bytes: number
  /** Over the line, as far as known; 0 while unknown. */
  readonly total: number
  /** Bytes per second. */
  readonly rate: number
  /** How long it took, or takes so far; 0: not begun. */
  readonly ms: number
  /** Since when nothing came. */
  readonly quietMs: number
  /** Why its registry told no size. */
  readonly noSize?: string
  readonly trouble?: Trouble
}

/** The images with how far each is. `running`: a run that gets images goes on. `now` in epoch ms. */
export function imageRows(
  infos: readonly ImageInfo[],
  pulls: Pulls,
  running: boolean,
  now: number,
): readonly ImageRow[] {
  const byImage = new Map<string, ImageInfo[]>()
  for (const info of infos) byImage.set(info.image, [...(byImage.get(info.image) ?? []), info])
  return [...byImage].map(([image, group]): ImageRow => {
    const services = group.map(({ service }) => service)
    const download = group.find((one) => one.download !== undefined)?.download ?? 0
    const noSize = group.find((one) => one.noSize !== undefined)?.noSize
    const base = {
      image,
      services,
      title: group.map(({ title }) => title).join(', '),
      ...(noSize === undefined ? {} : { noSize }),
    }
    const pull = pulls.images[image]
    const ended = pull?.endedAt
    const idle = { ...base, bytes: 0, total: 0, rate: 0, ms: 0, quietMs: 0 }
    const info = group[0]
    if (info?.present === true || ended !== undefined) {
      const ms = pull && ended !== undefined ? ended - pull.beganAt : 0
      const bytes = info?.bytes ?? pull?.total ?? 0
      // Fetched now: its total is what came over the line, which is less than it takes on disk.
      const total = ended === undefined ? bytes : (pull?.total ?? 0)
      return { ...idle, state: ended === undefined ? 'here' : 'done', bytes, total, ms }
    }
    const trouble = services.map((service) => pulls.failed[service]).find((one) => one !== undefined)
    // The registry told the whole; Docker tells of each layer only when it begins, and not of those that are here.
    const far = { bytes: pull?.bytes ?? 0, total: Math.max(pull?.total ?? 0, download) }
    // Interrupted by the person is no failure.
    if (trouble && trouble.kind !== 'refused') return { ...idle, ...far, state: 'failed', trouble }
    if (!running) return { ...idle, ...far, state: far.bytes > 0 || trouble ? 'paused' : 'missing' }
    if (!pull) return { ...idle, state: 'waiting' }
    // The reader's clock ticks each second only and may be behind what was heard.
    const quietMs = Math.max(0, now - pull.movedAt)
    const ms = Math.max(0, now - pull.beganAt)
    const rate = rateOf(pull, now)
    const state =
      pull.phase === 'downloading' ? (quietMs >= STALLED_MS ? 'stalled' : 'downloading') : pull.phase
    return { ...base, ...far, rate, ms, quietMs, state: state === 'done' ? 'extracting' : state }
  })
}

/** All of what is fetched now: what came, what is known of the rest. */
export interface ImageSum {
  readonly here: number
  readonly all: number
  readonly failed: number
  readonly bytes: number
  readonly total: number
  /** Some sizes are not known yet. */
  readonly atLeast: boolean
  readonly rate: number
  /** At this rate; undefined while it cannot be said. */
  readonly leftMs: number | undefined
  /** 0 to 1, by bytes as far as known. */
  readonly part: number
  readonly onDisk: number
}

/** The sum over all rows. Images that were here before count as images, not as bytes to fetch. */
export function sumImages(rows: readonly ImageRow[]): ImageSum {
  const fetched = rows.filter((row) => row.state !== 'here')
  const here = rows.filter((row) => row.state === 'here' || row.state === 'done')
  const add = (some: readonly ImageRow[], of: (row: ImageRow) => number): number =>
    some.reduce((sum, row) => sum + of(row), 0)
  const bytes = add(fetched, (row) => (row.state === 'done' ? row.total : row.bytes))
  const total = add(fetched, (row) => row.total)
  const atLeast = fetched.some((row) => row.total === 0 && row.state !== 'failed')
  const rate = add(fetched, (row) => row.rate)
  // Unknown sizes are guessed by the mean of the known ones, so that the bar does not run back when they come.
  const known = fetched.filter((row) => row.total > 0).length
  const guessed = known === 0 ? 0 : (total / known) * fetched.length
  return {
    here: here.length,
    all: rows.length,
    failed: rows.filter((row) => row.state === 'failed').length,
    bytes,
    total,
    atLeast,
    rate,
    leftMs: rate > 0 && !atLeast ? ((total - bytes) * 1000) / rate : undefined,
    part: guessed === 0 ? 0 : Math.min(1, bytes / guessed),
    onDisk: add(here, (row) => row.bytes),
  }
}
