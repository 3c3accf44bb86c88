import { MaculaError } from '../../model/errors.ts'
import {
  everythingOf,
  type DataSetId,
  type MigrationChoice,
  type MigrationResult,
  type MigrationView,
} from '../../model/migration.ts'
import { sayCount } from '../../model/say.ts'
import { drawBack, drawData, drawDone, drawEnd, drawFound, drawSteps } from '../draw/migration.ts'
import { askTakeOver, sayRound } from '../draw/migration-round.ts'
import { complain, unwatched, waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { wrap } from '../layout.ts'
import { unknownWords } from '../targets.ts'
import { NOTHING_CHANGED } from '../words.ts'
import { asksPasswords, envOf, importEnv } from './migrate-env.ts'
import { followMigration } from './migrate-progress.ts'
import { carryOut } from './run.ts'
import { sayPrompt } from './setup-plan.ts'

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

const REFUSED = 3

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
  if (options.list === true) return await list(face, session, view, choice, start)
  return await takeOver(face, session, view, choice, {
    yes: options.yes === true,
    importEnv: options.importEnv,
    start,
  })
}

async function look(face: Face, { engine }: Session): Promise<MigrationView> {
  return await waiting(face, 'Looking for what ran here before', engine.migration())
}

/** What the command line leaves out, or wants alone; a word that means nothing is an error. */
export function chosenOf(view: MigrationView, { without = [], onlyData }: MigrateOptions): MigrationChoice {
  const all = everythingOf(view)
  const sets = [...new Set(view.data.map(({ id }) => id))]
  const takable = view.data.flatMap(({ id, measured }) => (measured.kind === 'found' ? [id] : []))
  if (onlyData !== undefined) {
    const unknown = onlyData.filter((word) => word !== 'all' && !sets.some((id) => id === word))
    if (unknown.length > 0) throw unknownWords('store', unknown, [...sets, 'all'])
    const data = takable.filter((id) => onlyData.includes('all') || onlyData.includes(id))
    return { steps: [], left: [], data }
  }
  const known = [
    ...view.steps.map(({ id }) => id),
    ...new Set(view.steps.map(({ part }) => part)),
    ...sets,
    'data',
    'start',
  ]
  const unknown = without.filter((word) => !known.includes(word))
  if (unknown.length > 0) throw unknownWords('step', unknown, known)
  const isLeft = ({ id, part }: MigrationView['steps'][number]): boolean =>
    without.includes(id) || (without.includes(part) && view.steps.every((step) => step.id !== part))
  return {
    steps: all.steps.filter((step) => !isLeft(step)),
    left: all.steps.filter(isLeft),
    data: without.includes('data') ? [] : all.data.filter((id: DataSetId) => !without.includes(id)),
  }
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
        'maculactl migrate shows this again, asks, and does it. --without WORD leaves a step or a store out, by the word behind its name.',
      ),
    ])
  if (view.done.length > 0)
    face.out.lines([
      '',
      face.out.style().paint.bold('Taken over so far (maculactl migrate --back brings it back)'),
      ...drawDone(face.out.style(), session.clean, view.done, face.host.now()),
    ])
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
  const steps = choice.steps.length + choice.left.length > 0 ? view.steps : []
  if (view.found.length === 0 && steps.length === 0 && choice.data.length === 0)
    return [
      view.done.length === 0
        ? 'Nothing of the platform’s earlier set-up is on this machine.'
        : 'Everything of the platform’s earlier set-up is taken over. maculactl up starts Macula’s services.',
    ]
  return [
    ...(view.found.length === 0
      ? []
      : [paint.bold('What this machine has of the platform’s earlier set-up')]),
    ...drawFound(style, clean, view),
    ...drawData(style, clean, view.data, choice.data, face.host.now()),
    ...(steps.length === 0
      ? []
      : ['', paint.bold(`What is done, in this order (${sayCount(steps.length, 'step')})`)]),
    ...drawSteps(style, clean, steps, choice.left),
  ]
}

async function answer(
  face: Face,
  { clean }: Session,
  view: MigrationView,
  result: MigrationResult | null,
): Promise<void> {
  const { migrateJson } = await import('../json/migrate.ts')
  await writeJson(face.out, clean.concealDeep(migrateJson(view, result)), 'whole')
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
  if (!how.yes) {
    if (!canAsk(face.host)) {
      if (face.json) await answer(face, session, view, null)
      return complain(face, {
        kind: 'usage',
        what: 'Nothing was taken over: nobody can be asked here.',
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
        `${USUAL} is free again; Macula uses ${engine.settings.subnet}, as settings.json says. To go back to it: take "subnet" out of settings.json, then maculactl down --remove and maculactl up.`,
      ),
    )
  const up = await carryOut(face, session, {
    command: 'up',
    resume: 'maculactl up',
    work: async (tell, signal) => await engine.up('all', tell, signal),
  })
  return code === 0 ? up : code
}

/** A sentence in lines that the terminal has room for. */
const wrapped = (to: Face['out'], text: string): readonly string[] =>
  wrap(text, Math.min(to.style().width, 110))

/** Shows how it goes, and how it ended. */
async function carry(
  face: Face,
  session: Session,
  view: MigrationView,
  work: (tell: Parameters<Session['engine']['migrate']>[1], signal: AbortSignal) => Promise<MigrationResult>,
  undoing: boolean,
): Promise<number> {
  const progress = followMigration(face, session, undoing)
  const result = await unwatched(face, async () => await work(progress.tell, progress.signal)).finally(() =>
    progress.end(),
  )
  if (face.json) await answer(face, session, view, result)
  else face.out.lines(drawEnd(face.out.style(), session.clean, result))
  if (progress.signal.aborted) {
    if (result.trouble) complain(face, session.clean.deep(result.trouble))
    return INTERRUPTED
  }
  if (result.trouble) {
    complain(face, session.clean.deep(result.trouble))
    return result.trouble.kind === 'refused' ? REFUSED : 1
  }
  return result.ok ? 0 : 1
}

/** Brings back what was there: what stops and what comes is shown first. */
async function back(face: Face, session: Session, yes: boolean): Promise<number> {
  const { engine, clean } = session
  const view = await look(face, session)
  const entries = await engine.migrationEntries()
  if (view.done.length === 0 && entries.length === 0) {
    if (face.json) await answer(face, session, view, null)
    else face.out.line('Nothing was taken over, so there is nothing to bring back.')
    return 0
  }
  if (!face.json) face.out.lines(drawBack(face.out.style(), clean, view.done, entries, face.host.now()))
  if (!yes) {
    if (!canAsk(face.host))
      throw new MaculaError({
        kind: 'usage',
        what: 'Nothing was brought back: nobody can be asked here.',
        todo: 'Run maculactl migrate --back --yes.',
      })
    const go = await face.host.ask.one({
      message: 'Stop Macula’s services and bring this back?',
      options: [
        { value: 'no', label: 'No, change nothing' },
        { value: 'yes', label: 'Bring it back' },
      ],
    })
    if (go !== 'yes') {
      face.err.line(NOTHING_CHANGED)
      return REFUSED
    }
  }
  return await carry(
    face,
    session,
    view,
    async (tell, signal) => await engine.migrateBack(tell, signal),
    true,
  )
}
