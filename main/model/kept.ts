import { MaculaError } from './errors.ts'
import { sayList } from './say.ts'

/** A volume whose content was moved aside, and where to; `partial`: it was a part of its service's data only. */
export interface MovedVolume {
  readonly from: string
  readonly to: string
  readonly partial?: true
}

/** What one reset moved aside: volumes that belong together. */
export interface KeptCopy {
  /** "20261124-0712", as the names of the volumes tell it, in local time; with a number behind it where there are several. */
  readonly at: string
  readonly volumes: readonly { readonly from: string; readonly to: string }[]
  /** What was kept is a part of the data only, or a part of it is not there any more: nobody gets it without naming it. */
  readonly partial?: true
  /** Putting it back was cut off: it is what goes on. */
  readonly goesOn?: true
}

const MARK = '_before-'

/** "macula_grafana_before-20261124-0712". */
export const nameOfCopy = (from: string, at: string): string => `${from}${MARK}${at}`

/** When a copy was made, as its name tells; undefined: it has another name. */
export const timeOfCopy = ({ from, to }: Pick<MovedVolume, 'from' | 'to'>): string | undefined =>
  to.startsWith(`${from}${MARK}`) ? to.slice(from.length + MARK.length) : undefined

/** What is told of volumes that were moved aside. */
export const movedOf = (kept: readonly MovedVolume[]): readonly MovedVolume[] =>
  kept.map(({ from, to, partial }) => ({ from, to, ...(partial === true ? { partial } : {}) }))

/** Groups copies by the time in their names, newest first; what has another name is a group of its own. */
export function keptCopiesOf(copies: readonly MovedVolume[]): readonly KeptCopy[] {
  const groups = new Map<string, readonly MovedVolume[]>()
  for (const copy of copies) {
    const at = timeOfCopy(copy) ?? copy.to
    groups.set(at, [...(groups.get(at) ?? []), copy])
  }
  return [...groups]
    .map(([at, all]): KeptCopy => ({
      at,
      volumes: all.map(({ from, to }) => ({ from, to })),
      ...(all.some(({ partial }) => partial) ? { partial: true } : {}),
    }))
    .sort((one, two) => two.at.localeCompare(one.at, 'en', { numeric: true }))
}

/** The copy that is meant: of that time, or ('') the one that goes on, else the newest that is whole. */
const chosenCopy = (copies: readonly KeptCopy[], at: string): KeptCopy | undefined =>
  at === ''
    ? (copies.find(({ goesOn }) => goesOn) ?? copies.find(({ partial }) => partial !== true))
    : copies.find((one) => one.at === at)

/** The copy that a person means; `at`: as a person wrote it, or ''. Throws MaculaError where there is none. */
export function needCopy(copies: readonly KeptCopy[], at: string, title: string): KeptCopy {
  const chosen = chosenCopy(copies, at)
  if (chosen) return chosen
  const isEmpty = copies.length === 0
  throw new MaculaError({
    kind: 'usage',
    what:
      at !== '' && !isEmpty
        ? `Nothing of ${title} was kept at ${at}.`
        : isEmpty
          ? `Nothing of ${title} was kept by a reset.`
          : `Nothing whole of ${title} was kept: each copy is a part of its data only.`,
    ...(isEmpty ? {} : { todo: `Kept: ${sayList(sayKeptTimes(copies), 10)}.` }),
  })
}

/** "2026-11-24 07:12" of what `at` says, and which of that minute; as it stands where it says no time. */
export function sayKeptAt(at: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(?:-(\d+))?$/.exec(at)
  if (!match) return at
  const [, year, month, day, hour, minute, number] = match
  return `${year}-${month}-${day} ${hour}:${minute}${number === undefined ? '' : ` (${number})`}`
}

/** Times of copies, each told apart where it is a part only. */
const sayKeptTimes = (copies: readonly KeptCopy[]): readonly string[] =>
  copies.map(({ at, partial }) => (partial === true ? `${at} (a part only)` : at))

/** Whether it can be put back without naming it. */
export const isWayBack = ({ partial }: Pick<MovedVolume, 'partial'>): boolean => partial !== true

/** "What was in macula_grafana is kept as macula_grafana_before-20261124-0712." */
export const sayMoved = ({ from, to, partial }: MovedVolume): string =>
  `What was in ${from} is kept as ${to}${partial === true ? ', a part of its data only' : ''}.`
