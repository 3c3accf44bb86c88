import type { Pattern } from '../../../main/model/pattern.ts'
import type { Level } from './levels.ts'
import type { Entry, Ring } from './ring.ts'

/** Which rows are shown, and which of them have what is looked for. */
export interface Filter {
  /** Lines that say a lower level are left out; those that say none are always shown. */
  readonly least: Level
  readonly pattern: Pattern | undefined
  /** Only what the pattern finds is shown. */
  readonly only: boolean
  /** Lines of our own checks are left out. */
  readonly hidesOwn?: boolean
}

/** The shown rows of a ring, kept up with it: only what came or went is looked at. */
export interface Rows {
  /** Brings it up to date with the ring; call before anything else. */
  readonly sync: () => void
  readonly count: () => number
  /** The ring's number of the row at an index. */
  readonly numberAt: (index: number) => number
  /** The index of a row, or of the next shown one. */
  readonly indexOf: (number: number) => number
  /** Numbers of the shown lines with what is looked for, in order. */
  readonly hits: () => readonly number[]
}

/** Index of the first number that is not below `number`. */
export function lowerBound(numbers: readonly number[], number: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < number) low = middle + 1
    else high = middle
  }
  return low
}

function trim(numbers: number[], first: number, end: number): void {
  const gone = lowerBound(numbers, first)
  if (gone > 0) numbers.splice(0, gone)
  numbers.length = lowerBound(numbers, end)
}

/** The rows of a ring that a filter lets through. */
export function createRows(ring: Ring, filter: Filter): Rows {
  /** Shown rows; undefined: all. */
  let shown: number[] | undefined = filter.least > 0 || filter.only ? [] : undefined
  let hits: number[] = []
  let from = 0
  let to = 0
  let epoch = -1

  const isShown = (entry: Entry, hit: boolean): boolean => {
    if (entry.own === true && filter.hidesOwn === true) return false
    // Marks tell of what is missing whatever is looked for, except where only finds are shown.
    if (entry.service === '') return !filter.only
    if (entry.level !== 0 && entry.level < filter.least) return false
    return !filter.only || hit
  }

  /** What of a stretch of the ring is shown, and has what is looked for. */
  const sift = (begin: number, end: number): { readonly rows: number[]; readonly found: number[] } => {
    const rows: number[] = []
    const found: number[] = []
    const { pattern } = filter
    if (!shown && !pattern) return { rows, found }
    for (let number = begin; number < end; number += 1) {
      const entry = ring.get(number)
      if (!entry) continue
      const hit = pattern !== undefined && entry.service !== '' && pattern.has(entry.text)
      if (!isShown(entry, hit)) continue
      rows.push(number)
      if (hit) found.push(number)
    }
    return { rows, found }
  }

  const sync = (): void => {
    const first = ring.first()
    const end = ring.end()
    // All rows are shown until there is one that is not.
    if (!shown && filter.hidesOwn === true && ring.own() > 0) {
      shown = []
      epoch = -1
    }
    if (epoch !== ring.epoch() || first >= to || end <= from) {
      epoch = ring.epoch()
      if (shown) shown = []
      hits = []
      from = first
      to = first
    }
    if (shown) trim(shown, first, end)
    trim(hits, first, end)
    if (first < from) {
      const { rows, found } = sift(first, from)
      if (shown) shown = rows.concat(shown)
      hits = found.concat(hits)
    }
    if (end > to) {
      const { rows, found } = sift(to, end)
      for (const number of rows) shown?.push(number)
      for (const number of found) hits.push(number)
    }
    from = first
    to = end
  }

  return {
    sync,
    count: () => shown?.length ?? to - from,
    numberAt: (index) => (shown ? (shown[index] ?? -Infinity) : from + index),
    indexOf: (number) =>
      shown ? lowerBound(shown, number) : Math.min(Math.max(0, number - from), Math.max(0, to - from)),
    hits: () => hits,
  }
}
