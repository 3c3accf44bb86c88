/** What a stream of log lines is asked for, tells and can be told. */
import type { Trouble } from '../../../main/model/errors.ts'
import type { Ring } from './ring.ts'

/** What is asked for: whose lines, from when on. */
export interface Wish {
  readonly services: readonly string[]
  /** Epoch ms; undefined: from the beginning of the logs. */
  readonly since: number | undefined
  /** What was written around this instant (epoch ms) is read first, and stayed at. */
  readonly at?: number | undefined
}

export interface StreamState {
  /** opening: nothing came yet; live: goes on; ended: no service writes any more; failed: see `trouble`. */
  readonly phase: 'closed' | 'opening' | 'live' | 'ended' | 'failed'
  readonly trouble: Trouble | undefined
  /** The way back: more: can be read; loading; begin: the log's begin, or the chosen time, is reached. */
  readonly past: 'more' | 'loading' | 'begin' | 'failed'
  /** Stays at the newest line. */
  readonly follows: boolean
  /** Lines that came since it does not follow, and how many of them are errors. */
  readonly waiting: number
  readonly waitingErrors: number
  /** The newest lines are not kept: what is read reaches too far back. */
  readonly detached: boolean
  /** Grows with every change of rows. */
  readonly version: number
}

/** Before it is opened. */
export const closed: StreamState = {
  phase: 'closed',
  trouble: undefined,
  past: 'more',
  follows: true,
  waiting: 0,
  waitingErrors: 0,
  detached: false,
  version: 0,
}

/** The lines of a wish as they come, and back into the past; drawn at most once a frame. */
export interface LogStream {
  readonly ring: Ring
  readonly state: () => StreamState
  readonly subscribe: (tell: () => void) => () => void
  /** Opens the stream; goes on where it was when it was open before. */
  readonly open: () => void
  readonly close: () => void
  /** Reads a page of the past in front of what is kept. */
  readonly older: () => void
  /** Stays where it is; what comes is counted. */
  readonly pause: () => void
  /** To the newest line, and on with it. */
  readonly newest: () => void
}

/** How the page waits: for its next frame, and for a while (ms). */
export interface Frames {
  readonly rest: (ms: number) => Promise<void>
  readonly next: (draw: () => void) => number
  readonly drop: (frame: number) => void
}
