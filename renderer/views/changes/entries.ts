import type { LedgerEntry } from '../../../main/model/change.ts'
import { sayDay } from '../../../main/model/say.ts'
import { openEntries, sayEntry } from '../../../main/model/say-change.ts'

/** The entries of some changes that undo would take back. */
export function undoableOf(
  entries: readonly LedgerEntry[],
  changes: readonly string[],
): readonly LedgerEntry[] {
  return openEntries(entries).filter((entry) => entry.undoable && changes.includes(entry.change))
}

/** The list as text, to copy. `now` in epoch ms. */
export function listText(entries: readonly LedgerEntry[], now: number): string {
  return entries
    .map((entry) => [entry.target, entry.title, sayDay(entry.at, now), sayEntry(entry)[1]].join('\t'))
    .join('\n')
}
