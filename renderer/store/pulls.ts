import type { Trouble } from '../../main/model/errors.ts'
import type { PullProgress, StepEvent } from '../../main/model/run.ts'

/** How far the pull of one image is, as the window saw it. Times in epoch ms, of this window's clock. */
export interface Pull {
  readonly image: string
  readonly phase: PullProgress['phase']
  readonly bytes: number
  /** 0 while unknown. */
  readonly total: number
  readonly beganAt: number
  /** When bytes came last. */
  readonly movedAt: number
  /** When it ended; undefined while it goes on. */
  readonly endedAt?: number
  /** What came in the last seconds, oldest first: [time, bytes]. */
  readonly lately: readonly (readonly [number, number])[]
}

export interface Pulls {
  readonly images: Readonly<Record<string, Pull>>
  /** Why a service's image cannot be had, by service. */
  readonly failed: Readonly<Record<string, Trouble>>
}

export const noPulls: Pulls = { images: {}, failed: {} }

/** A rate over a shorter time dances, over a longer one it lags. */
const RATE_OVER_MS = 5000

/** The pulls after an event of a run that began at `begun` (this window's clock). */
export function hearPull(pulls: Pulls, event: StepEvent, now: number): Pulls {
  switch (event.kind) {
    case 'pull': {
      const { image, phase, currentBytes: bytes, totalBytes: total } = event.progress
      const old = pulls.images[image]
      // One that ended before is pulled anew.
      const last = old?.endedAt === undefined ? old : undefined
      const pull: Pull = {
        image,
        phase,
        bytes,
        total,
        beganAt: last?.beganAt ?? now,
        movedAt: last === undefined || bytes !== last.bytes || phase !== last.phase ? now : last.movedAt,
        lately: [...(last?.lately ?? []).filter(([at]) => now - at <= RATE_OVER_MS), [now, bytes]],
      }
      return { ...pulls, images: { ...pulls.images, [image]: pull } }
    }
    case 'pulled': {
      const last = pulls.images[event.image]
      const pull: Pull = {
        image: event.image,
        phase: 'done',
        bytes: last?.total ?? 0,
        total: last?.total ?? 0,
        beganAt: now - event.tookMs,
        movedAt: now,
        endedAt: now,
        lately: [],
      }
      return { ...pulls, images: { ...pulls.images, [event.image]: pull } }
    }
    case 'failed':
      return { ...pulls, failed: { ...pulls.failed, [event.service]: event.trouble } }
    case 'phase':
    case 'waiting':
    case 'starting':
    case 'answers':
    case 'stopping':
    case 'stopped':
    case 'removed':
    case 'skipped':
    case 'forward':
    case 'note':
      return pulls
  }
}

/** Bytes per second over the last seconds; 0 when nothing came. */
export function rateOf(pull: Pull, now: number): number {
  const first = pull.lately.find(([at]) => now - at <= RATE_OVER_MS)
  if (first === undefined || pull.endedAt !== undefined) return 0
  const [at, bytes] = first
  // The reader's clock ticks each second only; what came since counts until it came.
  const over = Math.max(now, pull.movedAt) - at
  return over < 200 ? 0 : (Math.max(0, pull.bytes - bytes) * 1000) / over
}
