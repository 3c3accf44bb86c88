import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { LogLine } from '../../../main/model/log-line.ts'
import { newToken } from '../../token.ts'
import type { Shell } from '../../store/shell.ts'
import { takeEarly } from '../../store/early-log.ts'
import { sayLogs } from '../../words/logs.ts'
import { nameOf, withoutKnown } from './known-lines.ts'
import { levels } from './levels.ts'
import { createRing, entryOf, markOf, type Entry } from './ring.ts'
import { closed, type Frames, type LogStream, type StreamState, type Wish } from './stream-state.ts'

/** Memory that rows may take (bytes). */
export const KEPT_BYTES = 32_000_000

/** Lines asked for at a time when reading on towards the past. */
const PAGE = 1000

/** Silence after which it is asked whether there is anything to read at all (ms). */
const QUIET_MS = 300

/** How far a stream that is opened again overlaps what is kept, so that nothing between is missed (ms). */
const OVERLAP_MS = 2000

/** How far behind an instant somebody is led to is read (ms). */
const AFTER_MS = 60_000

/** Opens nothing yet. `tail`: how many lines of each service are read at first. */
export function createLogStream(
  shell: Shell,
  wish: Wish,
  tail: number,
  frames: Frames,
  limit = KEPT_BYTES,
): LogStream {
  const ring = createRing(limit)
  const listeners = new Set<() => void>()
  let state = closed
  let token: string | undefined
  let quiet: (() => void) | undefined
  let opened = Promise.resolve()
  let pending: LogLine[] = []
  let frame: number | undefined
  /** Lines at the end of the ring that a stream opened again will tell once more. */
  let known = new Map<string, number>()
  /** Set while it is not clear yet whether a stream opened again joins what is kept (instant of the last line). */
  let joining: number | undefined

  const set = (change: Partial<StreamState>): void => {
    state = { ...state, ...change }
    for (const tell of listeners) tell()
  }

  const lastLine = (): Entry | undefined => {
    for (let number = ring.end() - 1; number >= ring.first(); number -= 1) {
      const entry = ring.get(number)
      if (entry && entry.service !== '') return entry
    }
    return undefined
  }

  /** The kept lines from an instant on (`end`: those at the end of the ring), to be recognised. */
  const keptFrom = (instant: number): Map<string, number> => {
    const names = new Map<string, number>()
    for (let number = ring.end() - 1; number >= ring.first(); number -= 1) {
      const entry = ring.get(number)
      if (!entry) break
      // Lines of several services are only nearly in order.
      if (entry.at < instant - OVERLAP_MS) break
      if (entry.at >= instant) names.set(nameOf(entry), (names.get(nameOf(entry)) ?? 0) + 1)
    }
    return names
  }

  const take = (lines: readonly LogLine[]): void => {
    const before = lines.length
    const fresh = withoutKnown(lines, known)
    if (joining !== undefined) {
      const first = fresh[0]
      // Something that was there came again: both parts join. Else there may be a hole, and it is marked.
      if (fresh.length < before) joining = undefined
      else if (first && first.at > joining) {
        ring.push(markOf(first.at, sayLogs.hole(joining, first.at)))
        joining = undefined
      }
    }
    let { detached, waiting, waitingErrors } = state
    for (const line of fresh) {
      const entry = entryOf(line)
      if (!state.follows) {
        if (entry.own !== true) waiting += 1
        if (entry.level === levels.error) waitingErrors += 1
        // What somebody reads must not vanish under them.
        if (!ring.fits(entry)) detached = true
      }
      if (!detached) ring.push(entry)
    }
    set({ phase: 'live', trouble: undefined, detached, waiting, waitingErrors, version: state.version + 1 })
  }

  const flush = (): void => {
    frame = undefined
    const lines = pending
    pending = []
    if (lines.length > 0) take(lines)
  }

  const hear = (lines: readonly LogLine[]): void => {
    for (const line of lines) pending.push(line)
    // Who waits for the first lines has them in the next frame; what comes then is drawn once a frame.
    if (state.phase === 'opening' && frame === undefined) flush()
    else frame ??= frames.next(flush)
  }

  const end = (trouble: Trouble | undefined): void => {
    flush()
    token = undefined
    set(trouble ? { phase: 'failed', trouble } : { phase: 'ended' })
  }

  const close = (): void => {
    if (frame !== undefined) frames.drop(frame)
    flush()
    quiet?.()
    quiet = undefined
    const stream = token
    token = undefined
    if (stream === undefined) return
    // Never before it is open: the two may travel by different ways.
    void opened.then(async () => await shell.request('closeStream', { stream })).catch(() => undefined)
  }

  let wasLed = false
  const around = async (at: number): Promise<void> => {
    wasLed = true
    const asked = ring.epoch()
    try {
      const lines = await shell.request('readLogs', {
        services: [...wish.services],
        until: at + AFTER_MS,
        tail: PAGE,
      })
      if (ring.epoch() !== asked || !state.detached || ring.end() > ring.first()) return
      ring.prepend(lines.map(entryOf))
      set({ past: lines.length < PAGE ? 'begin' : 'more', version: state.version + 1 })
    } catch (error) {
      if (ring.epoch() === asked) set({ phase: 'failed', trouble: troubleOf(error) })
    }
  }

  /** Whether there is nothing that the open stream would tell soon; what cannot be asked is taken for nothing. */
  const isEmpty = async (): Promise<boolean> => {
    if (ring.end() > ring.first() || wish.at !== undefined) return true
    try {
      const asked = { services: [...wish.services], until: Date.now(), tail: 1 }
      const newest = (await shell.request('readLogs', asked)).at(-1)
      return newest === undefined || newest.at < (wish.since ?? 0)
    } catch {
      return true
    }
  }

  /** A long log is still being read when its stream is open: that nothing was written is only said when it is known. */
  const askWhetherEmpty = async (mine: string): Promise<void> => {
    const isOpening = (): boolean => token === mine && state.phase === 'opening'
    // Lines that are there come by themselves: asked at once, Docker would read the log twice side by side.
    if (isOpening()) await frames.rest(QUIET_MS)
    const isKnown = isOpening() && (await isEmpty())
    // Ended or closed already: what came after is what counts.
    if (isKnown && isOpening()) set({ phase: 'live' })
  }

  const open = (): void => {
    close()
    if (wish.services.length === 0) return
    const last = lastLine()
    const isFirst = last === undefined && wish.since === undefined && wish.at === undefined
    const early = isFirst ? takeEarly(shell, wish.services, tail) : undefined
    const mine = early?.stream ?? newToken()
    token = mine
    // What is read of another time has no end that a stream could join.
    if (wish.at !== undefined && !wasLed) set({ follows: false, detached: true })
    joining = state.detached ? undefined : last?.at
    const since = last === undefined ? wish.since : Math.max(wish.since ?? 0, last.at - OVERLAP_MS)
    known = last === undefined ? new Map() : keptFrom(last.at - OVERLAP_MS)
    set({ phase: 'opening', trouble: undefined })
    if (wish.at !== undefined && !wasLed) void around(wish.at)
    const undo = [
      shell.on('log', ({ stream, lines }) => {
        if (stream === mine) hear(lines)
      }),
      shell.on('streamEnd', ({ stream, trouble }) => {
        if (stream === mine) end(trouble)
      }),
    ]
    quiet = () => {
      for (const one of undo) one()
    }
    const asked = async (): Promise<void> => {
      try {
        await (early?.opened ??
          shell.request('openLogs', {
            stream: mine,
            services: [...wish.services],
            tail: state.detached ? 0 : tail,
            follow: true,
            ...(since === undefined ? {} : { since }),
          }))
        void askWhetherEmpty(mine)
      } catch (error) {
        if (token === mine) end(troubleOf(error))
      }
    }
    opened = asked()
    early?.handOver(hear, end)
  }

  const older = (): void => {
    const first = ring.get(ring.first())
    if (!first || state.past === 'loading' || state.past === 'begin') return
    const { epoch } = ring
    const asked = epoch()
    set({ past: 'loading' })
    // Lines of the same microsecond are asked for once more: some of them may not be here yet.
    const same = new Map<string, number>()
    for (let number = ring.first(); ring.get(number)?.at === first.at; number += 1) {
      const entry = ring.get(number)
      if (entry) same.set(nameOf(entry), (same.get(nameOf(entry)) ?? 0) + 1)
    }
    const read = async (): Promise<void> => {
      try {
        const lines = await shell.request('readLogs', {
          services: [...wish.services],
          until: first.at + 0.001,
          tail: PAGE,
        })
        if (epoch() !== asked) return
        const since = wish.since ?? 0
        const before = withoutKnown(lines, same)
        const page = before.filter((line) => line.at >= since)
        const dropped = ring.prepend(page.map(entryOf))
        const isBegin = page.length === 0 || page.length < before.length || lines.length < PAGE
        set({
          past: isBegin ? 'begin' : 'more',
          detached: state.detached || dropped > 0,
          version: state.version + 1,
        })
      } catch {
        set({ past: 'failed' })
      }
    }
    void read()
  }

  return {
    ring,
    state: () => state,
    subscribe(tell) {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    open,
    close,
    older,
    pause() {
      if (state.follows) set({ follows: false })
    },
    newest() {
      const { detached, follows } = state
      if (follows && !detached) return
      set({ follows: true, waiting: 0, waitingErrors: 0, detached: false })
      if (!detached) return
      ring.clear()
      set({ past: 'more', version: state.version + 1 })
      open()
    },
  }
}
