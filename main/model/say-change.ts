import { structuredPatch } from 'diff'
import type { LedgerEntry, RootStepResult, RootVerb } from './change.ts'
import { sayPerson } from './owner.ts'
import { sayCount, sayList, sayMany, sentence } from './say.ts'
import type { State } from './snapshot.ts'

/** Changes of the machine in words; the same in every face. */

/** How an entry of the ledger stands, as a shape and in words. */
export function sayEntry(entry: LedgerEntry): readonly [State, string] {
  if (entry.state === 'undone') return ['stopped', 'undone']
  if (entry.others === true && entry.by)
    return [entry.drift === 'none' ? 'works' : 'degraded', `belongs to ${sayPerson(entry.by)}; undo keeps it`]
  if (entry.elsewhere === true)
    return [entry.drift === 'none' ? 'works' : 'degraded', `of your project ${entry.project ?? ''}`]
  if (entry.state === 'unfinished') return ['failed', 'was not finished; setup continues it, undo reverts it']
  switch (entry.drift) {
    case 'none':
      return ['works', sayAsWe(entry)]
    case 'changed':
      return ['degraded', 'changed by somebody else']
    case 'missing':
      return ['degraded', 'removed by somebody else']
    case 'unreadable':
      return ['unknown', 'not readable by this user']
  }
}

/** Only what was written is as we wrote it. */
function sayAsWe({ verb, undoable }: LedgerEntry): string {
  if (!undoable) return 'as we left it; undo keeps it'
  return ['remove', 'lines', 'unit-off', 'end', 'install', 'enable', 'group', 'stop'].includes(verb)
    ? 'as we left it'
    : 'as we wrote it'
}

/** What is changed on the machine now: all that was not undone. */
export function openEntries(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return entries.filter((entry) => entry.state !== 'undone')
}

/**
 * The list that a person reads: what stands now, oldest first as it was made; then at most `past` of what was undone,
 * newest first. `older`: how many more were undone.
 */
export function listEntries(
  entries: readonly LedgerEntry[],
  past: number,
): { readonly listed: readonly LedgerEntry[]; readonly older: number } {
  const open = [...openEntries(entries)].sort((one, two) => one.at - two.at)
  const undone = entries
    .filter((entry) => entry.state === 'undone')
    .sort((one, two) => two.at - one.at || Number(two.id) - Number(one.id))
  return { listed: [...open, ...undone.slice(0, past)], older: Math.max(0, undone.length - past) }
}

/** Of undone entries that a list does not show: "31 more were undone before". */
export function sayOlder(older: number): string {
  return `${older} more ${older === 1 ? 'was' : 'were'} undone before`
}

/**
 * What an undo came to: "2 changes undone, 1 left". `left`: how many were meant and are still made; `open`: how many
 * changes stand on this machine now. How the machine was before is not claimed: others may have changed it since.
 */
export function sayUndone(done: number, left: number, open: number): string {
  const said = `${sayCount(done, 'change')} undone`
  if (left > 0) return `${said}, ${left} left`
  return open > 0
    ? `${said}; ${sayMany(open, 'other change', ['stays', 'stay'])} on this machine`
    : `${said}; no change by Macula is left on this machine`
}

/** Which of the changes that stand can be undone and how; undefined: none of them. */
export function sayUndoable(open: readonly LedgerEntry[]): string | undefined {
  const undoable = open.filter((entry) => entry.undoable)
  const count = undoable.length
  if (count === 0) return undefined
  const each = count === open.length ? 'Each' : `${count} of them`
  const projects = [
    ...new Set(undoable.flatMap(({ elsewhere, project }) => (elsewhere === true ? [project ?? ''] : []))),
  ]
  if (projects.length === 0) return `${each} can be undone: maculactl undo ENTRY, or maculactl undo --all.`
  const theirs = `what is of your ${projects.length === 1 ? 'project' : 'projects'} ${sayList(projects)}`
  return undoable.every(({ elsewhere }) => elsewhere === true)
    ? `${each} can be undone by its number: maculactl undo ENTRY. maculactl undo --all leaves ${theirs}.`
    : `${each} can be undone: maculactl undo ENTRY, or maculactl undo --all, which leaves ${theirs}.`
}

/** Whether somebody else changed what we wrote: undoing it needs a yes of its own. */
export function hasDrift(entry: LedgerEntry): boolean {
  return entry.drift === 'changed' || entry.drift === 'missing'
}

const stepWords: Readonly<Record<RootVerb['verb'], readonly [done: string, unchanged: string]>> = {
  file: ['wrote', 'is as it should be:'],
  block: ['wrote the block in', 'holds the block already:'],
  sysctl: ['set', 'is set already:'],
  reload: ['reloaded', 'needed no reload:'],
  packages: ['installed', 'are installed already:'],
  remove: ['took away', 'is gone already:'],
  lines: ['took lines out of', 'no longer has these lines:'],
  'unit-off': ['stopped', 'is stopped already:'],
  install: ['installed', 'are installed already:'],
  start: ['started', 'runs already:'],
  enable: ['started', 'runs already:'],
  group: ['joined the group', 'is joined already: the group'],
  stop: ['stopped', 'is stopped already:'],
  end: ['ended process', 'has ended already: process'],
}

/** The verbs that are told in a sentence: those that take something of others away, and those about units, groups, packages. */
export type TakingVerb = Extract<
  RootVerb,
  {
    readonly verb: 'remove' | 'lines' | 'unit-off' | 'end' | 'install' | 'start' | 'enable' | 'group' | 'stop'
  }
>

/**
 * What such a verb does exactly: to what, in words, and the lines that go ("-") and stay ("+"). `present`: what a file
 * holds now, where that is known. Not made inert.
 */
export function sayTaking(
  verb: TakingVerb,
  present: string | undefined,
): { readonly target: string; readonly says: string; readonly lines: readonly string[] } {
  switch (verb.verb) {
    case 'remove':
      return {
        target: verb.path,
        says: 'is moved away; undo puts it back',
        lines:
          present === undefined
            ? []
            : present
                .replace(/\n$/, '')
                .split('\n')
                .map((line) => `-${line}`),
      }
    case 'lines':
      return {
        target: verb.path,
        says: 'loses these, its other lines stay; undo puts them back',
        lines: verb.lines.flatMap(({ line, text, stays }) => [
          `@@ -${line} +${line} @@ line ${line}`,
          `-${text}`,
          ...(stays === '' ? [] : [`+${stays}`]),
        ]),
      }
    case 'unit-off':
      return {
        target: verb.unit,
        says: 'is stopped and no longer starts by itself; undo enables and starts it as it was',
        lines: [],
      }
    case 'install':
      return {
        target: verb.names.join(', '),
        says: 'installed with all that it needs; undo removes exactly what came',
        lines: [],
      }
    case 'start':
      return { target: verb.unit, says: 'is started; nothing else changes', lines: [] }
    case 'enable':
      return {
        target: verb.unit,
        says: 'is started now and with the machine; undo stops and disables it as it was',
        lines: [],
      }
    case 'group':
      return {
        target: `group ${verb.group}`,
        says: 'you become a member, and may use its socket at once; undo takes you out',
        lines: [],
      }
    case 'stop':
      return {
        target: verb.unit,
        says: `is stopped, while it has port ${verb.port}; it starts with the machine as before, undo starts it now`,
        lines: [],
      }
    case 'end':
      return {
        target: `process ${verb.pid}`,
        says: 'is ended; undo starts it again',
        lines: [`-${verb.argv.join(' ')}`],
      }
  }
}

/**
 * "systemctl reload-or-restart systemd-resolved"; dnsmasq reads no configuration at a reload, and the store of authorities is
 * made by a program of its own.
 */
export function sayReload(unit: string): string {
  if (unit.startsWith('update-ca-')) return unit
  return `systemctl ${unit === 'dnsmasq' ? 'restart' : 'reload-or-restart'} ${unit}`
}

/** What root did in a step that did not fail: "wrote", "is set already:". `undoing`: it put back what was there before. */
export function sayStep(step: RootStepResult, undoing: boolean): string {
  const [done, unchanged] = stepWords[step.verb]
  return step.result === 'unchanged' ? unchanged : undoing ? 'put back' : done
}

/** What a step was about: packages as a list that is read. */
export function sayTarget({ verb, target }: Pick<RootStepResult, 'verb' | 'target'>): string {
  return verb === 'packages' || verb === 'install' ? target.split(',').join(', ') : target
}

/** What root says besides: its own word for what was done is told already ("installed dnsmasq, installed"). */
export function sayMore({ says }: Pick<RootStepResult, 'says'>): string {
  return says.replace(/^(?:written|installed|started|stopped)(?:; |$)/, '')
}

/** "0644" */
export function sayMode(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

/** What a change also means, without the words that stand before it. */
export function sayPrice(price: string): string {
  const said = price.replace(/^also means:\s*/i, '')
  return sentence(said.charAt(0).toUpperCase() + said.slice(1))
}

/** Lines of a diff, " ", "-" or "+" first, "@@" between pieces; two lines around each. Not made inert. */
export function diffLines(before: string, after: string): readonly string[] {
  const { hunks } = structuredPatch('now', 'new', before, after, '', '', { context: 2 })
  return hunks.flatMap((hunk, index) => [
    ...(index === 0 ? [] : ['@@']),
    ...hunk.lines.filter((line) => !line.startsWith('\\')),
  ])
}
