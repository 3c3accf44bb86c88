import type { RootVerb } from '../../model/change.ts'
import type { Person } from '../../model/owner.ts'
import { parseLedger, type LedgerRecord } from '../root/ledger.ts'
import type { Machine } from './machine.ts'

const FOLDERS = { darwin: '/Library/Application Support/macula-desktop', other: '/var/lib/macula-desktop' }

type Wrote = readonly [verb: RootVerb['verb'], target: string]

/** The other project of ours for which root wrote this, as its record tells; undefined: this one, or nobody wrote it down. */
export async function writtenForProject(
  machine: Machine,
  own: string,
  ...wrote: Wrote
): Promise<string | undefined> {
  const live = await liveRecord(machine, ...wrote)
  if (live?.by && live.by.uid !== machine.person.uid) return undefined
  return live?.project === own ? undefined : live?.project
}

/** The other person for whom root wrote this, as its record tells; undefined: us, nobody, or an older version. */
export async function writtenFor(
  machine: Machine,
  verb: RootVerb['verb'],
  target: string,
): Promise<Person | undefined> {
  const live = await liveRecord(machine, verb, target)
  return live?.by && live.by.uid !== machine.person.uid ? live.by : undefined
}

/** What root wrote last and stands, as its record tells. */
async function liveRecord(
  machine: Machine,
  verb: RootVerb['verb'],
  target: string,
): Promise<LedgerRecord | undefined> {
  const folder = machine.platform === 'darwin' ? FOLDERS.darwin : FOLDERS.other
  const { records } = parseLedger((await machine.text(`${folder}/ledger`)) ?? '')
  return records.findLast(
    (record) => record.verb === verb && record.target === target && record.state === 'applied',
  )
}

/** The line in our block that says of whom it is; root writes it only for whoever asks. */
export function personLine({ uid, user }: Person): string {
  return user === undefined ? `# of uid ${uid}\n` : `# of ${user} (uid ${uid})\n`
}

/** A block without that line, and the person it names. */
export function readPersonLine(text: string): { readonly person?: Person; readonly rest: string } {
  const [line = '', user, one, other] =
    /^# of (?:([\w.-]+) \(uid (\d{1,10})\)|uid (\d{1,10}))\n/.exec(text) ?? []
  if (line === '') return { rest: text }
  return {
    person: { uid: Number(one ?? other), ...(user === undefined ? {} : { user }) },
    rest: text.slice(line.length),
  }
}
