import type { SetupItem } from '../../model/change.ts'
import type { RootOutcome } from '../../model/change.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { drawChange, drawStep, type Present } from '../draw/change.ts'
import { complain, waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../pen.ts'
import { unknownWords } from '../targets.ts'
import { sentence } from '../../model/say.ts'
import { addressesLines } from './without.ts'

export interface SetupOptions {
  readonly yes?: boolean
  readonly print?: boolean
  readonly skip?: readonly string[]
}

async function readPresent(face: Face, items: readonly SetupItem[]): Promise<Present> {
  const present = new Map<string, string>()
  for (const { change } of items)
    for (const verb of change.verbs)
      if (verb.verb === 'file') {
        const text = await face.host.readText(verb.path)
        if (text !== undefined) present.set(verb.path, text)
      }
  return present
}

/** The commands for people who prefer to type them. */
function commandsOf(session: Session, items: readonly SetupItem[]): readonly string[] {
  const { clean } = session
  return items.flatMap(({ change }, index) => [
    ...(index === 0 ? [] : ['']),
    `# ${clean.text(change.title)}`,
    ...change.commands.flatMap((command) => command.split('\n').map(clean.text)),
  ])
}

function sayPrompt(elevation: Awaited<ReturnType<Session['engine']['elevation']>>): string {
  switch (elevation) {
    case 'root':
      return 'You are root; no password is asked.'
    case 'sudo':
      return 'sudo asks for your password once. Nothing keeps running as root afterwards.'
    case 'desktop':
      return 'A window asks for your password once. Nothing keeps running as root afterwards.'
    case undefined:
      return 'There is no way to ask for root here (no sudo, no polkit agent).'
  }
}

/** What to do, without what the person left out; an id that means nothing is an error. */
function wantedItems(items: readonly SetupItem[], skip: readonly string[]): readonly SetupItem[] {
  const known = items.map((item) => item.change.id)
  const unknown = skip.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw unknownWords('step', unknown, known)
  return items.filter((item) => item.state === 'to do' && !skip.includes(item.change.id))
}

/** Asks once; undefined: the person changes nothing. */
async function choose(
  face: Face,
  { clean }: Session,
  items: readonly SetupItem[],
): Promise<readonly SetupItem[] | undefined> {
  const chosen = await face.host.ask.some({
    message: 'Which of these shall be made? Esc changes nothing.',
    options: items.map(({ change }) => ({ value: change.id, label: clean.text(change.title) })),
  })
  if (chosen === undefined || chosen.length === 0) return undefined
  return items.filter((item) => chosen.includes(item.change.id))
}

/** Prepares the machine: shows every change, asks once, runs one elevation, reports each step. */
export async function setup(face: Face, options: SetupOptions): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    const skip = options.skip ?? []
    const items = await waiting(face, 'Looking at this machine', engine.setupPlan())
    let todo = wantedItems(items, skip)
    const answer = async (outcome: RootOutcome | null) => {
      const { setupJson } = await import('../json/setup.ts')
      await writeJson(face.out, clean.concealDeep(setupJson(items, new Set(skip), outcome)), 'whole')
    }
    if (options.print === true) {
      if (face.json) await answer(null)
      else if (todo.length === 0) face.err.line('Everything is in place; there is nothing to run.')
      else face.out.lines(commandsOf(session, todo))
      return 0
    }
    if (!face.json) face.out.lines(await drawPlan(face, session, items, todo))
    if (todo.length === 0) {
      if (face.json) await answer(null)
      return 0
    }
    if (options.yes !== true) {
      if (!canAsk(face.host)) {
        if (face.json) await answer(null)
        return complain(face, {
          kind: 'usage',
          what: 'Nothing was changed: nobody can be asked here.',
          todo: 'Run maculactl setup --yes to apply this, or maculactl setup --print for the commands.',
        })
      }
      const chosen = await choose(face, session, todo)
      if (chosen === undefined) return refused(face, session, todo, '')
      todo = chosen
    }
    const elevation = await engine.elevation()
    if (elevation === undefined) {
      refused(face, session, todo, sayPrompt(elevation))
      return 4
    }
    if (elevation !== 'root') face.err.line(sayPrompt(elevation))
    const pen = face.err.pen()
    const outcome = await engine.setup(
      todo.map((item) => item.change),
      (step) => face.err.lines(drawStep(pen, clean, step, false)),
    )
    if (face.json) await answer(outcome)
    switch (outcome.kind) {
      case 'done':
        // Ports that were closed may be open now: forwarders that run already move to their clean URLs.
        await engine.reconcile().catch(() => undefined)
        if (!face.json)
          face.out.line(
            `${stateSign(face.out.pen(), 'works')} ${sayCount(todo.length, 'change')} made. maculactl undo lists and takes back every one.`,
          )
        return 0
      case 'failed':
        return complain(face, {
          kind: 'failed',
          what: 'Set-up did not get to its end.',
          why: clean.text(outcome.says),
          todo: 'maculactl setup goes on where it ended; maculactl undo lists what was changed.',
        })
      case 'refused':
        return refused(face, session, todo, outcome.says)
    }
  })
}

async function drawPlan(
  face: Face,
  { clean }: Session,
  items: readonly SetupItem[],
  todo: readonly SetupItem[],
): Promise<readonly string[]> {
  const pen = face.out.pen()
  const { paint } = pen
  const lines: string[] = []
  if (todo.length > 0) {
    const present = await readPresent(face, todo)
    lines.push(paint.bold(`${sayCount(todo.length, 'change')} of this machine, each as it will be written:`))
    for (const [index, item] of todo.entries())
      lines.push('', ...drawChange(pen, clean, item, index + 1, present))
    lines.push('')
  }
  const place = items.filter((item) => item.state === 'in place')
  for (const item of place)
    lines.push(
      ...wrap(
        `${clean.text(item.change.title)}: in place. ${sentence(clean.text(item.says))}`,
        Math.min(pen.width, 110),
        '  ',
        `${stateSign(pen, 'works')} `,
      ),
    )
  const left = items.filter((item) => item.state === 'to do' && !todo.includes(item))
  if (left.length > 0)
    lines.push(`${stateSign(pen, 'stopped')} Left out: ${sayList(left.map((item) => item.change.id))}.`)
  if (todo.length === 0 && left.length === 0)
    lines.push(paint.bold('Everything is in place already. Nothing was changed.'))
  return lines
}

/** Says that all is as before, what still works, and how to do it by hand. Exit 3. */
function refused(face: Face, session: Session, todo: readonly SetupItem[], says: string): 3 {
  const { clean } = session
  const pen = face.err.pen()
  face.err.lines([
    ...(says === '' ? [] : wrap(clean.text(says), Math.min(pen.width, 110))),
    ...addressesLines(pen, session),
    '',
    'The same by hand:',
    ...commandsOf(session, todo).map((line) => (line === '' ? '' : `  ${line}`)),
  ])
  return 3
}
