import type { LedgerEntry } from '../../../main/model/change.ts'
import { sayDay } from '../../../main/model/say.ts'
import { openEntries, sayEntry } from '../../../main/model/say-change.ts'

/** The entries of some changes that undo would take back; those of one project, this one when none is named. */
export function undoableOf(
  entries: readonly LedgerEntry[],
  changes: readonly string[],
  elsewhere?: string,
): readonly LedgerEntry[] {
  return openEntries(entries).filter(
    (entry) =>
      entry.undoable &&
      (entry.elsewhere === true ? entry.project : undefined) === elsewhere &&
      changes.includes(entry.change),
  )
}

/** What undo takes back with an entry: all of its change, of the same project. */
export function ofChange(entries: readonly LedgerEntry[], entry: LedgerEntry): readonly LedgerEntry[] {
  return undoableOf(entries, [entry.change], entry.elsewhere === true ? entry.project : undefined)
}

/** The list as text, to copy. `now` in epoch ms. */
export function listText(entries: readonly LedgerEntry[], now: number): string {
  return entries
    .map((entry) => [entry.target, entry.title, sayDay(entry.at, now), sayEntry(entry)[1]].join('\t'))
    .join('\n')
}
