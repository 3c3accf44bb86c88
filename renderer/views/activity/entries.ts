import {
  groupOf,
  isChosen,
  servicesOf,
  type ActivityEntry,
  type ActivityGroup,
} from '../../../main/model/activity.ts'
import { sayDate, searchText } from '../../../main/model/activity-words.ts'

/** What is looked for. */
export interface Wish {
  readonly text: string
  /** Undefined: all. */
  readonly service: string | undefined
  readonly group: ActivityGroup | undefined
}

/** One row of the list; `day`: it is the first of its day, whose name stands above it. */
export interface Row {
  readonly entry: ActivityEntry
  readonly day: string | undefined
}

/** The rows that are shown, newest first. Words may stand anywhere in an entry, all of them must. */
export function rowsOf(
  entries: readonly ActivityEntry[],
  { text, service, group }: Wish,
  titleOf: (service: string) => string,
  now: number,
): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const choice = {
    services: service === undefined ? [] : [service],
    groups: group === undefined ? [] : [group],
  }
  const rows: Row[] = []
  let last: string | undefined
  for (const entry of [...entries].reverse()) {
    if (!isChosen(entry, choice)) continue
    const whole = words.length === 0 ? '' : searchText(entry, titleOf)
    if (!words.every((word) => whole.includes(word))) continue
    const day = sayDate(entry.at, now)
    rows.push({ entry, day: day === last ? undefined : day })
    last = day
  }
  return rows
}

/** The groups and services that there is something of. */
export function choicesOf(entries: readonly ActivityEntry[]): {
  readonly groups: ReadonlySet<ActivityGroup>
  readonly services: ReadonlySet<string>
} {
  return { groups: new Set(entries.map(groupOf)), services: new Set(entries.flatMap(servicesOf)) }
}

/** Index of the row that is nearest to an instant; 0 where there is none. */
export function nearestTo(rows: readonly Row[], at: number): number {
  let best = 0
  for (const [index, { entry }] of rows.entries()) {
    const nearest = rows[best]?.entry.at ?? Infinity
    if (Math.abs(entry.at - at) < Math.abs(nearest - at)) best = index
  }
  return best
}
