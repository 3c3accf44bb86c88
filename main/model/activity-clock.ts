import type { ActivityEntry } from './activity.ts'

/** Clocks of one machine differ by no more between two processes, and one that is set right by a second is not told of (ms). */
const TOLERANCE_MS = 60_000

/**
 * Entries in the order they were written, each at a time that can be: one that is later than now is of a clock that was ahead. It
 * gets the time of what was written before it (nothing was: of what was after it, else now), and `clock` is what that clock said.
 * By the clock's own time it would stay the newest of all until that time comes.
 */
export function withPossibleTimes(entries: readonly ActivityEntry[], now: number): readonly ActivityEntry[] {
  const isAhead = ({ at }: ActivityEntry): boolean => at > now + TOLERANCE_MS
  if (!entries.some(isAhead)) return entries
  let before = entries.find((entry) => !isAhead(entry))?.at ?? now
  return entries.map((entry) => {
    if (isAhead(entry)) return { ...entry, at: before, clock: entry.at }
    before = entry.at
    return entry
  })
}
