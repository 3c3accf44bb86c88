import type { LedgerEntry, RootOutcome } from '../../model/change.ts'
import type { EnvFileEntry } from '../../model/env-file.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayPerson } from '../../model/owner.ts'
import { quoteShell } from '../../model/quote.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { hasDrift, openEntries, sayEntry, sayUndone } from '../../model/say-change.ts'
import { drawDiff, drawStep } from '../draw/change.ts'
import { drawLedger } from '../draw/ledger.ts'
import { complain, unwatched, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../style.ts'
import { unknownWords } from '../targets.ts'

export interface UndoOptions {
  readonly all?: boolean
  /** Nobody is asked: what somebody else changed is left. */
  readonly yes?: boolean
  readonly evenIfDrifted?: boolean
  readonly evenOthers?: boolean
  /** With all: also what is of other projects of the same person. */
  readonly allProjects?: boolean
  readonly history?: boolean
}

/** How many undone entries the list has without --history. */
const PAST = 10

/** The entries that are meant: by id, by the change they belong to, or by what they changed. */
export function pickEntries(
  entries: readonly LedgerEntry[],
  words: readonly string[],
  all: boolean,
): readonly LedgerEntry[] {
  const open = openEntries(entries)
  if (all) return open
  // Another project's is meant by its number alone: the words for it are those of this one's too.
  const matches = (entry: LedgerEntry, word: string): boolean =>
    entry.id === word || (entry.elsewhere !== true && (entry.change === word || entry.target === word))
  const unknown = words.filter((word) => !entries.some((entry) => matches(entry, word)))
  if (unknown.length > 0) throw unknownEntry(unknown, open)
  return open.filter((entry) => words.some((word) => matches(entry, word)))
}

/** The error for words that mean no entry: it offers only what can be undone, not what was undone long ago. */
function unknownEntry(words: readonly string[], open: readonly LedgerEntry[]): MaculaError {
  const known = open
    .filter((entry) => entry.undoable)
    .flatMap((entry) => (entry.elsewhere === true ? [entry.id] : [entry.change, entry.id]))
  if (known.length > 0) return unknownWords('entry', words, [...new Set(known)])
  return new MaculaError({
    kind: 'usage',
    what: `There is no entry "${words.join('" or "')}".`,
    why: 'No change of this machine can be undone now.',
    todo: 'maculactl undo lists what was changed.',
  })
}

/** The command that takes entries back although somebody else changed them. */
function insisting(entries: readonly LedgerEntry[]): string {
  const others = entries.some((entry) => entry.others === true) ? ' --even-others' : ''
  return `maculactl undo ${entries.map((entry) => entry.id).join(' ')} --even-if-drifted${others}`
}

function untouched(): MaculaError {
  return new MaculaError({ kind: 'refused', what: 'Nothing was undone. Everything is as it was.' })
}

/** Shows what somebody else changed and asks what becomes of it. undefined: leave everything. */
async function decideDrift(
  face: Face,
  session: Session,
  drifted: readonly LedgerEntry[],
  options: UndoOptions,
): Promise<boolean | undefined> {
  if (drifted.length === 0 || options.evenIfDrifted === true) return options.evenIfDrifted === true
  const style = face.err.style()
  for (const entry of drifted) {
    const [state, says] = sayEntry(entry)
    face.err.lines([
      `${stateSign(style, state)} ${style.paint.bold(session.clean.text(entry.target))}  ${says}`,
      ...drawDiff(style, (entry.diff ?? []).map(session.clean.text), '    '),
    ])
  }
  if (options.yes === true || !canAsk(face.host)) return false
  const answer = await face.host.ask.one({
    message: `${sayCount(drifted.length, 'entry was', 'entries were')} changed by somebody else. Undo anyway?`,
    options: [
      { value: 'leave', label: 'Leave what was changed, undo the rest' },
      { value: 'anyway', label: 'Undo all', hint: 'what is there now is kept in the backups' },
      { value: 'nothing', label: 'Undo nothing' },
    ],
  })
  return answer === undefined || answer === 'nothing' ? undefined : answer === 'anyway'
}

/** Asks before anything is taken back: true goes on. A question about drift was one already. */
async function confirmed(
  face: Face,
  { clean }: Session,
  entries: readonly LedgerEntry[],
  options: UndoOptions,
): Promise<boolean> {
  if (options.yes === true || !canAsk(face.host)) return true
  const what = entries.map(({ target, title, elsewhere, project }) => {
    const whose = elsewhere === true ? `, of your project ${project ?? ''}` : ''
    return clean.text(`${target} (${title}${whose})`)
  })
  const answer = await face.host.ask.one({
    message: `Undo ${sayCount(entries.length, 'change')}: ${sayList(what, 6)}?`,
    options: [
      { value: 'leave', label: 'Undo nothing' },
      { value: 'undo', label: entries.length === 1 ? 'Undo it' : 'Undo them' },
    ],
  })
  return answer === 'undo'
}

/** Lists what was changed on this machine, or takes it back exactly as it was. */
export async function undo(face: Face, words: readonly string[], options: UndoOptions): Promise<number> {
  if (options.all === true && words.length > 0)
    throw new MaculaError({ kind: 'usage', what: 'Name entries or --all, not both.' })
  if (options.history === true && (options.all === true || words.length > 0))
    throw new MaculaError({
      kind: 'usage',
      what: '--history is for the list and cannot be used with entries or --all.',
    })
  const even =
    options.evenIfDrifted === true ? '--even-if-drifted' : options.evenOthers === true ? '--even-others' : ''
  if (even !== '' && options.all !== true && words.length === 0)
    throw new MaculaError({
      kind: 'usage',
      what: `Nothing was undone: ${even} needs entries to undo.`,
      todo: `Name them: maculactl undo ENTRY ${even}, or maculactl undo --all ${even}. maculactl undo lists them.`,
    })
  if (options.allProjects === true && options.all !== true)
    throw new MaculaError({
      kind: 'usage',
      what: '--all-projects is for --all.',
      todo: 'maculactl undo lists what your other projects changed; maculactl undo ENTRY undoes one of these.',
    })
  return await withEngine(
    face,
    async (session) => {
      const { engine, clean } = session
      const entries = await engine.ledger()
      const answer = async (outcome: RootOutcome | null): Promise<void> => {
        const { undoJson } = await import('../json/undo.ts')
        const now = outcome === null ? entries : await engine.ledger()
        await writeJson(face.out, clean.concealDeep(undoJson(now, outcome)), 'whole')
      }
      if (options.all !== true && words.length === 0) {
        if (face.json) await answer(null)
        else
          face.out.lines(
            drawLedger(
              face.out.style(),
              cleanEntries(session, entries),
              face.host.now(),
              options.history === true ? entries.length : PAST,
            ),
          )
        if (!face.json) face.out.lines(drawEnvFiles(session, await engine.envFiles().catch(() => [])))
        return 0
      }
      const chosen = pickEntries(entries, words, options.all === true)
      const evenOthers = options.evenOthers === true
      const isMeant = (entry: LedgerEntry): boolean =>
        (entry.undoable &&
          (entry.elsewhere !== true || options.all !== true || options.allProjects === true)) ||
        (evenOthers && entry.others === true && entry.verb !== 'packages')
      for (const entry of chosen.filter((one) => !isMeant(one)))
        face.err.line(
          entry.others === true && entry.by
            ? `${clean.text(entry.target)} stays: it belongs to ${clean.text(sayPerson(entry.by))}. maculactl undo ${entry.id} --even-others undoes it too.`
            : entry.elsewhere === true
              ? `${clean.text(entry.target)} stays: it belongs to your project ${clean.text(entry.project ?? '')}. maculactl undo ${entry.id} undoes it.`
              : `${clean.text(entry.target)} stays: ${clean.text(entry.title)} is not undone.`,
        )
      const todo = chosen.filter(isMeant)
      if (todo.length === 0) {
        if (face.json) await answer(null)
        else face.out.line('There is nothing to undo.')
        return 0
      }
      const drifted = todo.filter(hasDrift)
      const evenIfDrifted = await decideDrift(face, session, drifted, options)
      if (evenIfDrifted === undefined) throw untouched()
      const doing = evenIfDrifted ? todo : todo.filter((entry) => !hasDrift(entry))
      if (doing.length === 0)
        throw new MaculaError({
          kind: 'failed',
          what: 'Nothing was undone: what is there was changed by somebody else.',
          todo: `${insisting(drifted)} undoes ${drifted.length === 1 ? 'it' : 'them'} anyway; what is there now is kept in the backups.`,
        })
      const isAsked = drifted.length > 0 && options.evenIfDrifted !== true
      if (!isAsked && !(await confirmed(face, session, doing, options))) throw untouched()
      const style = face.err.style()
      const outcome = await unwatched(
        face,
        async () =>
          await engine.undo(
            doing.map((entry) => entry.id),
            { evenIfDrifted, ...(evenOthers ? { evenOthers } : {}) },
            (step) => face.err.lines(drawStep(style, clean, step, true)),
          ),
      )
      if (face.json) await answer(outcome)
      return await ending(face, session, outcome, todo)
    },
    true,
  )
}

function cleanEntries({ clean }: Session, entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return clean.deep(entries)
}

/** What is undone and what is left is read from the record, not taken from what was asked for. */
async function ending(
  face: Face,
  { engine, clean }: Session,
  outcome: RootOutcome,
  meant: readonly LedgerEntry[],
): Promise<number> {
  switch (outcome.kind) {
    case 'done': {
      const open = openEntries(await engine.ledger())
      const left = meant.filter(({ id }) => open.some((entry) => entry.id === id))
      if (!face.json)
        face.out.line(
          `${stateSign(face.out.style(), left.length > 0 ? 'degraded' : 'works')} ${sayUndone(meant.length - left.length, left.length, open.length)}.`,
        )
      for (const entry of left)
        face.err.line(
          `${clean.text(entry.target)} is left: ${sayEntry(entry)[1]}. ${insisting([entry])} undoes it too; what is there now is kept in the backups.`,
        )
      return left.length > 0 ? 1 : 0
    }
    case 'failed':
      return complain(face, {
        kind: 'failed',
        what: 'Undo stopped before the end.',
        why: clean.text(outcome.says),
        todo: 'Run it again: it continues where it stopped. maculactl undo shows what is left.',
      })
    case 'refused':
      face.err.lines([
        ...wrap(clean.text(outcome.says), Math.min(face.err.style().width, 110)),
        'Nothing was undone. Everything is as it was.',
      ])
      return 3
  }
}

/** Files of projects that hold our variables, with the way back: they are no changes of root's. */
function drawEnvFiles({ clean }: Session, all: readonly EnvFileEntry[]): readonly string[] {
  const written = all.filter(({ state }) => state === 'written')
  if (written.length === 0) return []
  return [
    '',
    'In files of your projects:',
    ...written.map(
      ({ path, service }) =>
        `  ${clean.text(path)}: variables of ${clean.text(service)} (maculactl env ${clean.text(service)} --unwrite ${clean.text(quoteShell(path))})`,
    ),
  ]
}
