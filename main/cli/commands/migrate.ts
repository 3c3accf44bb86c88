import { writersOf, type MigrationChoice, type MigrationView } from '../../model/migration.ts'
import { sayCount } from '../../model/say.ts'
import { drawAside, drawData, drawDone, drawFound, drawSteps } from '../draw/migration.ts'
import { askTakeOver, sayRound } from '../draw/migration-round.ts'
import { complain, withEngine, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { NOTHING_CHANGED } from '../words.ts'
import { back } from './migrate-back.ts'
import { answer, carry, look, REFUSED, wrapped } from './migrate-carry.ts'
import { chosenOf, sayNoStore, sayNothingLeft, type MigrateOptions } from './migrate-choice.ts'
import { asksPasswords, envOf, importEnv } from './migrate-env.ts'
import { carryOut } from './run.ts'
import { sayPrompt } from './setup-plan.ts'

/** The subnet of the approved design, which theirs lay over. */
const USUAL = '172.23.0.0/24'

/** Takes over what this machine ran for the platform before Macula, lists it, or brings it back. */
export async function migrate(face: Face, options: MigrateOptions): Promise<number> {
  return await withEngine(face, async (session) => await migrateIn(face, session, options))
}

/** The same within a session that is open: set-up goes through it step by step. */
export async function migrateIn(face: Face, session: Session, options: MigrateOptions): Promise<number> {
  if (options.back === true) return await back(face, session, options.yes === true)
  const view = await look(face, session)
  const choice = chosenOf(view, options)
  const start = options.onlyData === undefined && options.without?.includes('start') !== true
  const none = options.onlyData === undefined ? sayNothingLeft(view, options) : sayNoStore(view, options)
  if (none !== undefined) face.err.lines(wrapped(face.err, none))
  if (options.list === true) return await list(face, session, view, choice, start)
  return await takeOver(face, session, view, choice, {
    yes: options.yes === true,
    importEnv: options.importEnv,
    start,
  })
}

/** What is there, what would be done and what was done; nothing is changed. */
async function list(
  face: Face,
  session: Session,
  view: MigrationView,
  choice: MigrationChoice,
  start: boolean,
): Promise<number> {
  if (face.json) {
    await answer(face, session, view, null)
    return 0
  }
  face.out.lines(draw(face, session, view, choice))
  if (choice.steps.length + choice.data.length > 0)
    face.out.lines([
      '',
      ...sayRound(session.clean.deep(view), choice, start).flatMap((one) => wrapped(face.out, one)),
      '',
      ...wrapped(
        face.out,
        'maculactl migrate shows this again, asks, and does it. --without WORD leaves a step or a store out, by the word after its name.',
      ),
    ])
  if (view.done.length > 0)
    face.out.lines([
      '',
      face.out.style().paint.bold('Taken over so far (maculactl migrate --back brings it back)'),
      ...drawDone(face.out.style(), session.clean, view.done, face.host.now()),
    ])
  const aside = drawAside(
    face.out.style(),
    session.clean,
    view.aside ?? [],
    'Data of Macula’s own that is kept aside',
  )
  if (aside.length > 0) face.out.lines(['', ...aside])
  return 0
}

function draw(
  face: Face,
  { clean }: Session,
  view: MigrationView,
  choice: MigrationChoice,
): readonly string[] {
  const style = face.out.style()
  const { paint } = style
  // Who wants data alone reads of data alone.
  const isData = choice.steps.length + choice.left.length === 0 && view.steps.length > 0
  const { found, steps } = isData ? { ...view, found: [], steps: [] } : view
  if (found.length === 0 && steps.length === 0 && choice.data.length === 0 && !isData)
    return [
      view.done.length === 0
        ? 'Nothing of the platform’s earlier set-up is on this machine.'
        : 'Everything of the platform’s earlier set-up is taken over. maculactl up starts Macula’s services.',
    ]
  return [
    ...(found.length === 0 ? [] : [paint.bold('What this machine has of the platform’s earlier set-up')]),
    ...drawFound(style, clean, found),
    ...drawData(style, clean, view.data, choice.data, face.host.now()),
    ...(steps.length === 0
      ? []
      : ['', paint.bold(`What is done, in this order (${sayCount(steps.length, 'step')})`)]),
    ...drawSteps(style, clean, steps, choice.left),
  ]
}

async function takeOver(
  face: Face,
  session: Session,
  view: MigrationView,
  choice: MigrationChoice,
  how: {
    readonly yes: boolean
    readonly start: boolean
    readonly importEnv: MigrateOptions['importEnv']
  },
): Promise<number> {
  const { engine } = session
  const nothing = choice.steps.length === 0 && choice.data.length === 0
  if (!face.json) face.out.lines(draw(face, session, view, choice))
  if (nothing) {
    if (face.json) await answer(face, session, view, null)
    return 0
  }
  const byRoot = choice.steps.filter(({ change }) => change !== undefined)
  const start = how.start && !face.json
  const round = face.json ? [] : sayRound(session.clean.deep(view), choice, start)
  if (round.length > 0) face.out.lines(['', ...round.flatMap((one) => wrapped(face.out, one))])
  // Known now: nobody need say yes to what would be refused.
  const writers = writersOf(view, choice.data)
  if (writers !== undefined) {
    if (face.json) await answer(face, session, view, null)
    return complain(face, session.clean.deep(writers))
  }
  if (!how.yes) {
    if (!canAsk(face.host)) {
      if (face.json) await answer(face, session, view, null)
      return complain(face, {
        kind: 'usage',
        what: 'Nothing was taken over: that needs a confirmation, and this is not a terminal.',
        todo: 'Run maculactl migrate --yes to do this, or maculactl migrate --list to read it.',
      })
    }
    const go = await face.host.ask.one({
      message: askTakeOver(choice, start, asksPasswords(view, how.importEnv)),
      options: [
        { value: 'no', label: 'No, change nothing' },
        { value: 'yes', label: 'Take it over' },
      ],
    })
    if (go !== 'yes') {
      face.err.line(NOTHING_CHANGED)
      return REFUSED
    }
  }
  const env = await envOf(face, view, how)
  // Before anything is made with other passwords. One that cannot be used is told by name; the rest is no worse for it.
  const imported = env === undefined ? 0 : await importEnv(face, env)
  if (imported === INTERRUPTED) return imported
  const elevation = byRoot.length === 0 ? 'root' : await engine.elevation()
  if (elevation !== 'root' && !face.json) face.err.lines(wrapped(face.err, sayPrompt(elevation)))
  const taken = await carry(
    face,
    session,
    view,
    async (tell, signal) => await engine.migrate(choice, tell, signal),
    false,
  )
  const code = taken === 0 ? imported : taken
  if (taken === INTERRUPTED || !start) return code
  // What was left has its price, and ours can start all the same, unless the old world has its room still.
  const left = await look(face, session)
  if (left.found.some(({ hasSubnet }) => hasSubnet === true)) {
    face.err.lines(
      wrapped(
        face.err,
        `Macula’s services are not started: the old network still has ${engine.settings.subnet}. maculactl setup offers a free one.`,
      ),
    )
    return code
  }
  if (engine.settings.subnet !== USUAL && choice.steps.some(({ part }) => part === 'compose'))
    face.err.lines(
      wrapped(
        face.err,
        `${USUAL} is free again; Macula uses ${engine.settings.subnet}, as settings.json says. To go back to it: remove "subnet" from settings.json, then run maculactl down --remove and maculactl up.`,
      ),
    )
  const up = await carryOut(face, session, {
    command: 'up',
    resume: 'maculactl up',
    work: async (tell, signal) => await engine.up('all', tell, signal),
  })
  if (up === 0)
    face.out.lines(
      wrapped(
        face.out,
        'maculactl open home shows all services in the browser; maculactl migrate --back brings back what was here before.',
      ),
    )
  return code === 0 ? up : code
}
