import {
  dataSetIds,
  everythingOf,
  migrationPartIds,
  type DataSetId,
  type MigrationChoice,
  type MigrationView,
} from '../../model/migration.ts'
import { unknownWords } from '../targets.ts'

/** What `maculactl migrate` was asked for. */
export interface MigrateOptions {
  readonly list?: boolean
  readonly back?: boolean
  readonly yes?: boolean
  /** Ids of steps or stores, "data" for all of them, "start". */
  readonly without?: readonly string[]
  /** Stores to be taken (again), nothing else; "all" for every one. */
  readonly onlyData?: readonly string[]
  /** Also the passwords of their .env: of this file, or (true) of the one that was found. */
  readonly importEnv?: string | true
}

/** What the command line leaves out, or wants alone; a word that means nothing is an error. */
export function chosenOf(view: MigrationView, { without = [], onlyData }: MigrateOptions): MigrationChoice {
  const all = everythingOf(view)
  const takable = view.data.flatMap(({ id, measured }) => (measured.kind === 'found' ? [id] : []))
  if (onlyData !== undefined) {
    const unknown = onlyData.filter((word) => word !== 'all' && !dataSetIds.some((id) => id === word))
    if (unknown.length > 0) throw unknownWords('store', unknown, [...dataSetIds, 'all'])
    const data = takable.filter((id) => onlyData.includes('all') || onlyData.includes(id))
    return { steps: [], left: [], data }
  }
  const here = wordsOf(view)
  const unknown = without.filter((word) => !here.includes(word) && !isKnown(word))
  if (unknown.length > 0) throw unknownWords('step', unknown, [...new Set([...here, ...everywhere])])
  const isLeft = ({ id, part }: MigrationView['steps'][number]): boolean =>
    without.includes(id) || (without.includes(part) && view.steps.every((step) => step.id !== part))
  return {
    steps: all.steps.filter((step) => !isLeft(step)),
    left: all.steps.filter(isLeft),
    data: without.includes('data') ? [] : all.data.filter((id: DataSetId) => !without.includes(id)),
  }
}

/** What --without means on every machine: a script that runs twice says the same again. */
const everywhere: readonly string[] = [...migrationPartIds, ...dataSetIds, 'data', 'start']

/** Also steps that are done or not needed here: their ids are the same everywhere but for a name of the person's own. */
const isKnown = (word: string): boolean =>
  everywhere.includes(word) ||
  /^(?:(?:compose|cluster)-.|before-(?:unit|socat|dnsmasq|hosts)$|forwarders-own$)/.test(word)

/** The words that leave something out here. */
const wordsOf = (view: MigrationView): readonly string[] => [
  ...view.steps.flatMap(({ id, part }) => [id, part]),
  ...view.data.map(({ id }) => id),
  'data',
  'start',
]

/** Words of --without that leave nothing out, because nothing of them is here; in a sentence. Undefined: all leave something out. */
export function sayNothingLeft(view: MigrationView, { without = [] }: MigrateOptions): string | undefined {
  const here = wordsOf(view)
  const none = [...new Set(without)].filter((word) => !here.includes(word))
  if (none.length === 0) return undefined
  return `Nothing of this machine is left out by ${none.map((word) => `--without ${word}`).join(' and ')}: ${none.length === 1 ? 'there is no such step' : 'there are no such steps'} here.`
}

/** Stores that were named and that their projects do not have, in a sentence; undefined: all are there. */
export function sayNoStore(view: MigrationView, { onlyData = [] }: MigrateOptions): string | undefined {
  const none = [...new Set(onlyData)].filter(
    (word) => word !== 'all' && view.data.every(({ id }) => id !== word),
  )
  if (onlyData.includes('all') && view.data.length === 0)
    return 'No store of an earlier set-up is on this machine.'
  if (none.length === 0) return undefined
  const there = view.data.map(({ id }) => id)
  return `There is no such store of an earlier set-up on this machine: ${none.join(', ')}.${there.length === 0 ? '' : ` There ${there.length === 1 ? 'is' : 'are'}: ${there.join(', ')}.`}`
}
