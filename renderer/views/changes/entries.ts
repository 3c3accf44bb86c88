import type { LedgerEntry } from '../../../main/model/change.ts'
import { sayDay } from '../../../main/model/say.ts'
import { sayEntry } from '../../../main/model/say-change.ts'

/** What is changed on the machine now: not undone, newest first. */
export function openEntries(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return entries.filter((entry) => entry.state !== 'undone')
}

/** The entries of some changes that undo would take back. */
export function undoableOf(
  entries: readonly LedgerEntry[],
  changes: readonly string[],
): readonly LedgerEntry[] {
  return openEntries(entries).filter((entry) => entry.undoable && changes.includes(entry.change))
}

/** In the order of the list: what stands now, oldest first as it was made; then what was undone. */
export function sortEntries(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const rank = (entry: LedgerEntry): number => (entry.state === 'undone' ? 1 : 0)
  return [...entries].sort((one, two) => rank(one) - rank(two) || one.at - two.at)
}

/** The list as text, to copy. `now` in epoch ms. */
export function listText(entries: readonly LedgerEntry[], now: number): string {
  return entries
    .map((entry) => [entry.target, entry.title, sayDay(entry.at, now), sayEntry(entry)[1]].join('\t'))
    .join('\n')
}
