import type { Person } from '../../model/owner.ts'
import type { LedgerEntry, RootVerb } from '../../model/change.ts'

/** One step as root wrote it down (the format is in assets/root/macula-root). */
export interface LedgerRecord {
  readonly id: string
  /** Epoch ms. */
  readonly at: number
  readonly change: string
  readonly title: string
  readonly verb: RootVerb['verb']
  readonly target: string
  /** What we wrote: SHA-256 of a file or block, value of a key. */
  readonly wrote: string
  /** The same of what was there before. */
  readonly was: string
  readonly state: LedgerEntry['state']
  /** For whom it was written; absent in what an older version wrote. */
  readonly by?: Person
  /** For which project of that person; absent in what an older version wrote. */
  readonly project?: string
}

const HEADER = 'macula-ledger 1'
const BEGIN =
  /^begin ([1-9]\d{0,5}) (\d{9,11}) ([a-z][a-z0-9-]{0,63}) ([A-Za-z0-9+/]{2,}={0,2}) (file|block|sysctl|packages|remove|lines|unit-off|install|enable|group|stop|end) (\S+) (\S+) (\S+) \S+ \S+ \S+ \d{1,6}$/
const END = /^(done|undone|dropped) ([1-9]\d{0,5}) \d{9,11}$/
const BY = /^by ([1-9]\d{0,5}) (\d{1,10}) (-|[\w.-]{1,64}) \d{9,11}$/
const OF = /^of ([1-9]\d{0,5}) ([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?) \d{9,11}$/
const RELOADED = /^reloaded \S+ \d{9,11}$/

/**
 * The steps the ledger tells of, oldest first, without those that did not happen and those a later one of ours
 * replaced. Lines that make no sense are named in `problems` and skipped; nothing here throws.
 */
export function parseLedger(text: string): {
  readonly records: readonly LedgerRecord[]
  readonly problems: readonly string[]
} {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (lines[0] !== HEADER)
    return {
      records: [],
      problems: text === '' ? [] : [`line 1 is not "${HEADER}": made by a newer Macula, or damaged`],
    }
  const problems: string[] = []
  const begun = new Map<string, Omit<LedgerRecord, 'state'>>()
  const ended = new Map<string, string>()
  const people = new Map<string, Person>()
  const projects = new Map<string, string>()
  for (const [index, line] of lines.entries()) {
    const begin = BEGIN.exec(line)
    const end = END.exec(line)
    const by = BY.exec(line)
    const of = OF.exec(line)
    if (begin) {
      const [, id = '', time = '', change = '', title = '', verb = '', target = '', wrote = '', was = ''] =
        begin
      begun.set(id, {
        id,
        at: Number(time) * 1000,
        change,
        title: Buffer.from(title, 'base64').toString('utf8'),
        verb: verb as RootVerb['verb'],
        target,
        wrote,
        was,
      })
    } else if (by && begun.has(by[1] ?? '')) people.set(by[1] ?? '', personOf(by[2] ?? '', by[3] ?? '-'))
    else if (of && begun.has(of[1] ?? '')) projects.set(of[1] ?? '', of[2] ?? '')
    else if (end && begun.has(end[2] ?? '')) ended.set(end[2] ?? '', end[1] ?? '')
    else if (index > 0 && !RELOADED.test(line)) problems.push(`line ${index + 1} is damaged and is skipped`)
  }
  const records = [...begun.values()].map((record) => {
    const by = people.get(record.id)
    const project = projects.get(record.id)
    return { ...record, ...(by ? { by } : {}), ...(project === undefined ? {} : { project }) }
  })
  return { records: standing(records, ended), problems }
}

function personOf(uid: string, name: string): Person {
  return { uid: Number(uid), ...(name === '-' ? {} : { user: name }) }
}

function standing(
  begun: readonly Omit<LedgerRecord, 'state'>[],
  ended: ReadonlyMap<string, string>,
): readonly LedgerRecord[] {
  const records: LedgerRecord[] = []
  const newer = new Set<string>()
  for (const record of begun.toReversed()) {
    const end = ended.get(record.id)
    // Lines and processes are each for itself, however many there are of the same file or number.
    const alone = record.verb === 'lines' || record.verb === 'end'
    const target = `${record.verb} ${record.target}${alone ? ` ${record.id}` : ''}`
    if (end === 'undone') records.push({ ...record, state: 'undone' })
    else if (end === undefined) records.push({ ...record, state: 'unfinished' })
    else if (end === 'done' && !newer.has(target)) records.push({ ...record, state: 'applied' })
    if (end === 'done' || end === 'undone') newer.add(target)
  }
  return records.toReversed()
}
