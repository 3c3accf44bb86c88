import { MaculaError } from '../../model/errors.ts'
import type { Fix, FixAction } from '../../model/ladder.ts'
import { causeTitles, problemsOf, problemsOfService, type Problem } from '../../model/problems.ts'
import { sayList } from '../../model/say.ts'
import type { ServiceView, Snapshot } from '../../model/snapshot.ts'
import { withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../style.ts'
import { carryOut } from './run.ts'
import { commandLine } from './up.ts'

type Mendable = Problem & { readonly fix: Fix }

/** What the engine carries out; the others are a person's, or set-up's. */
const DONE: ReadonlySet<FixAction['kind']> = new Set([
  'start',
  'restart',
  'forward',
  'route',
  'release',
  'engine',
])

/** What is typed for a problem: the service's id, else the id of what many share; its title can stand twice ("Network"). */
const wordOf = ({ service, cause, title }: Problem): string => service ?? cause ?? title.toLowerCase()

const mendable = (problems: readonly Problem[]): readonly Mendable[] =>
  problems.flatMap((problem) =>
    problem.headline.fix === undefined ? [] : [{ ...problem, fix: problem.headline.fix }],
  )

/** The service that a word names by its id or title. */
const serviceNamed = ({ services }: Snapshot, word: string): ServiceView | undefined =>
  services.find(({ id, title }) => [id, title.toLowerCase()].includes(word.toLowerCase()))

/**
 * The problem that a word names: its own word first, then a title; a service's word also names what it shares with others,
 * and what many could share (`names`) what only one suffers from.
 */
function problemNamed(snapshot: Snapshot, all: readonly Mendable[], word: string): Mendable | undefined {
  const wanted = word.toLowerCase()
  const view = serviceNamed(snapshot, word)
  return (
    all.find((one) => wordOf(one) === wanted) ??
    all.find(({ title }) => title.toLowerCase() === wanted) ??
    all.find(({ about }) => about === wanted) ??
    (view && mendable(problemsOfService(snapshot, view))[0])
  )
}

/** Done by this command as by their own, which other commands name beside the problem. */
const OWN: ReadonlySet<FixAction['kind']> = new Set(['start', 'restart'])

/** How a problem is mended: by the command that its button stands for, else by this one, which does more than that. */
const commandOf = (problem: Mendable): string =>
  DONE.has(problem.fix.action.kind) && !OWN.has(problem.fix.action.kind)
    ? commandLine('fix', [wordOf(problem)])
    : problem.fix.command

/** Why a word names no problem: nothing is wrong with what it names, or it names nothing. */
function sayNone(snapshot: Snapshot, word: string): string {
  const title = serviceNamed(snapshot, word)?.title
  if (title !== undefined) return `There is nothing to fix about ${title}.`
  const wanted = word.toLowerCase()
  const isCause = Object.entries(causeTitles).some(([id, one]) => [id, one.toLowerCase()].includes(wanted))
  return isCause ? `There is nothing to fix about ${wanted}.` : `There is no problem named ${word}.`
}

/**
 * `maculactl fix [problem]`: what the window's Fix does, in a terminal. Without a word it lists what is wrong with what mends it.
 * Ending who has a port is asked first. MaculaError: there is no such problem, nobody can be asked, or it is not done from here.
 */
export async function fix(
  face: Face,
  word: string | undefined,
  options: { readonly yes?: boolean },
): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine } = session
    const snapshot = await engine.look()
    const all = mendable(problemsOf(snapshot))
    if (word === undefined) return await list(face, session, all)
    const found = problemNamed(snapshot, all, word)
    if (!found) {
      const known = sayList(all.map(wordOf), 8)
      throw new MaculaError({
        kind: 'usage',
        what: session.clean.text(sayNone(snapshot, word)),
        todo: known === '' ? 'maculactl status shows that nothing is wrong.' : `What can be fixed: ${known}.`,
      })
    }
    const { action, label, command } = found.fix
    if (!DONE.has(action.kind))
      throw new MaculaError({
        kind: 'usage',
        what: `This command does not fix ${found.title}.`,
        why: session.clean.text(found.headline.what),
        todo: session.clean.text(`${label.replace(/…$/, '')}: ${command}`),
      })
    if (action.kind === 'release' && options.yes !== true) await sure(face, session, found, action)
    return await carryOut(face, session, {
      command: 'fix',
      resume: commandLine('fix', [wordOf(found)]),
      work: async (tell, signal) => await engine.fix(action, tell, signal),
    })
  })
}

async function list(face: Face, { clean }: Session, all: readonly Mendable[]): Promise<number> {
  if (face.json) {
    const { fixesJson } = await import('../json/fix.ts')
    const told = all.map((one) => ({
      id: wordOf(one),
      what: one.headline.what,
      label: one.fix.label,
      command: commandOf(one),
    }))
    await writeJson(face.out, clean.concealDeep(fixesJson(told)), 'whole')
    return 0
  }
  const style = face.out.style()
  face.out.lines(
    all.length === 0
      ? [`${stateSign(style, 'works')} There is nothing to fix.`]
      : all.flatMap((one) => [
          ...wrap(
            `${style.paint.bold(clean.text(one.title))}  ${clean.text(one.headline.what)}`,
            Math.min(style.width, 110),
            '  ',
            `${stateSign(style, one.state)} `,
          ),
          `  ${clean.text(one.fix.label)}  ${clean.text(commandOf(one))}`,
        ]),
  )
  return 0
}

/** Asks before somebody else's program is ended: which, for what, and that nothing of it is removed. */
async function sure(
  face: Face,
  { clean }: Session,
  problem: Mendable,
  { what, key }: Extract<FixAction, { kind: 'release' }>,
): Promise<void> {
  const name = clean.text(what.name)
  if (!canAsk(face.host))
    throw new MaculaError({
      kind: 'usage',
      what: `${name} was not stopped: that needs a confirmation, and this is not a terminal.`,
      todo: `Run ${commandLine('fix', [wordOf(problem)])} --yes`,
    })
  face.err.line(
    `${name} is not part of Macula and holds ${key}. ${what.kind === 'container' ? 'Docker' : 'systemd'} stops it; nothing is removed.`,
  )
  const chosen = await face.host.ask.one({
    message: `Stop ${name}?`,
    options: [
      { value: 'no', label: 'Do nothing' },
      { value: 'yes', label: `Stop ${name}` },
    ],
  })
  if (chosen !== 'yes')
    throw new MaculaError({ kind: 'refused', what: `${name} was not stopped. Everything is as it was.` })
}
