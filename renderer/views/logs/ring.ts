import { isOwnCheck } from '../../../main/model/own-check.ts'
import { levels, levelOf, type Level } from './levels.ts'

/** One row of the stream: a line, or a mark where something is missing (`service` empty). */
export interface Entry {
  /** Epoch ms. */
  readonly at: number
  readonly service: string
  readonly level: Level
  readonly text: string
  /** It only tells of a check of ours. */
  readonly own?: true
}

/** What a row takes besides its text: the object, its number, the text's own head (bytes, measured in Chromium). */
const ROW_BYTES = 80

/** Roughly what a row takes in memory: texts with wide characters are kept with two bytes for each. */
export function bytesOf(text: string): number {
  // oxlint-disable-next-line no-control-regex -- which characters fit into one byte is the question
  return ROW_BYTES + (/[^\u0000-\u00FF]/.test(text) ? 2 : 1) * text.length
}

/** A line as it is kept. */
export function entryOf(line: {
  readonly at: number
  readonly service: string
  readonly text: string
}): Entry {
  const { at, service, text } = line
  const entry = { at, service, level: levelOf(text), text }
  return isOwnCheck(text) ? { ...entry, own: true } : entry
}

/** A mark in the stream. */
export function markOf(at: number, text: string): Entry {
  return { at, service: '', level: levels.unknown, text }
}

export interface Ring {
  /** Number of the first row; numbers go on by one and never change while a row is kept. */
  readonly first: () => number
  /** Number behind the last row. */
  readonly end: () => number
  /** Grows when all was thrown away: numbers from before mean nothing any more. */
  readonly epoch: () => number
  readonly bytes: () => number
  readonly get: (number: number) => Entry | undefined
  /** How many rows of a level are kept. */
  readonly count: (level: Level) => number
  /** How many lines of our own checks are kept. */
  readonly own: () => number
  /** How many lines of a service are kept. */
  readonly of: (service: string) => number
  /** Appends, and drops the oldest beyond the limit; returns how many were dropped. */
  readonly push: (entry: Entry) => number
  /** Puts rows in front (in their order), and drops the newest beyond the limit; returns how many were dropped. */
  readonly prepend: (entries: readonly Entry[]) => number
  /** Whether a further line finds room without pushing out an old one. */
  readonly fits: (entry: Entry) => boolean
  /** Whether rows were dropped for want of room. */
  readonly hasDropped: () => boolean
  readonly clear: () => void
}

/** Rows of a log, bounded by the memory they take; both ends can grow, the other one then gives way. */
export function createRing(limit: number): Ring {
  /** Rows that were put in front, the oldest last. */
  let front: Entry[] = []
  /** Rows that were appended; those before `head` are gone. */
  let back: (Entry | undefined)[] = []
  let head = 0
  let first = 0
  let epoch = 0
  let bytes = 0
  let dropped = false
  let own = 0
  const byLevel = [0, 0, 0, 0, 0]
  const byService = new Map<string, number>()

  const size = (): number => front.length + back.length - head
  const isOver = (): boolean => bytes > limit && size() > 1
  const weigh = (entry: Entry, sign: 1 | -1): void => {
    bytes += sign * bytesOf(entry.text)
    if (entry.service === '') return
    if (entry.own === true) own += sign
    byLevel[entry.level] = (byLevel[entry.level] ?? 0) + sign
    byService.set(entry.service, (byService.get(entry.service) ?? 0) + sign)
  }

  const shift = (): void => {
    let gone = front.pop()
    if (gone === undefined) {
      gone = back[head]
      back[head] = undefined
      head += 1
      // Moving the rest costs as much as it is long: only now and then.
      if (head > 4096 && head * 2 > back.length) {
        back = back.slice(head)
        head = 0
      }
    }
    if (gone) weigh(gone, -1)
    first += 1
  }

  const pop = (): void => {
    if (back.length === head) {
      back = front.reverse()
      front = []
      head = 0
    }
    const gone = back.pop()
    if (gone) weigh(gone, -1)
  }

  return {
    first: () => first,
    end: () => first + size(),
    epoch: () => epoch,
    bytes: () => bytes,
    get(number) {
      const index = number - first
      if (index < 0) return undefined
      return index < front.length ? front[front.length - 1 - index] : back[head + index - front.length]
    },
    count: (level) => byLevel[level] ?? 0,
    own: () => own,
    of: (service) => byService.get(service) ?? 0,
    push(entry) {
      back.push(entry)
      weigh(entry, 1)
      let gone = 0
      for (; isOver(); gone += 1) shift()
      dropped ||= gone > 0
      return gone
    },
    prepend(entries) {
      for (const entry of [...entries].reverse()) {
        front.push(entry)
        weigh(entry, 1)
      }
      first -= entries.length
      let gone = 0
      for (; isOver(); gone += 1) pop()
      dropped ||= gone > 0
      return gone
    },
    fits: (entry) => bytes + bytesOf(entry.text) <= limit,
    hasDropped: () => dropped,
    clear() {
      front = []
      back = []
      head = 0
      first = 0
      bytes = 0
      dropped = false
      own = 0
      epoch += 1
      byLevel.fill(0)
      byService.clear()
    },
  }
}
