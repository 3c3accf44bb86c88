import { troubleOf } from '../../model/errors.ts'
import { meantOf } from '../../model/may.ts'
import { sayCount, sayList } from '../../model/say.ts'
import type { WizardState, WizardStep } from '../../model/wizard.ts'
import { drawStep } from '../draw/change.ts'
import { drawSteps, drawTrouble } from '../draw/wizard.ts'
import { complain, unwatched, waiting, type Face, type Session } from '../face.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { stateSign } from '../style.ts'
import { startEngine } from './docker.ts'
import { carryOut } from './run.ts'
import { welcome } from './welcome.ts'
import { migrateIn } from './migrate.ts'
import { takeSubnet } from './take-subnet.ts'
import { choose, drawPlan, refused, sayPrompt, wantedItems } from './setup-plan.ts'
import { finish, offerCluster, type Next, type Way } from './wizard-end.ts'

const REFUSED = 3

/**
 * Set-up step by step in a terminal. Each round reads the machine afresh, so it goes on where the machine is, whoever did
 * the rest; nothing is remembered here.
 */
export async function walk(face: Face, session: Session, skip: readonly string[]): Promise<number> {
  const { engine, clean } = session
  const way: Way = { face, session, skip, acted: false }
  const look = async (): Promise<WizardState> =>
    clean.deep(await waiting(face, 'Looking at this machine', engine.wizard()))
  // A step that means nothing is an error before anything is asked.
  if (skip.length > 0) wantedItems(await engine.setupPlan(), skip)
  let state = await look()
  face.err.lines(drawSteps(face.err.style(), state))
  if (await takeIn(way, state)) state = await look()
  for (;;) {
    const step = state.steps.find(({ id }) => id === state.at)
    if (!step || step.id === 'done') {
      // Nobody needs a cluster, so the walk never stops at it: who was led here is asked once.
      const ended = way.acted ? await offerCluster(way, state) : undefined
      return ended ?? (await finish(way, state))
    }
    const next = await take(way, step)
    if (next !== undefined) return next
    way.acted = true
    state = await look()
  }
}

async function take(way: Way, step: WizardStep): Promise<Next> {
  switch (step.id) {
    case 'welcome':
      return (await welcome(way.face, way.session, step)) ? undefined : REFUSED
    case 'cluster':
      return await run(way, step, 'up', 'Create it now')
    case 'before':
      return await takeOver(way, step)
    case 'docker':
    case 'tools':
    case 'network':
    case 'names':
      return await repair(way, step)
    case 'review':
    case 'password':
      return await change(way, step)
    case 'images':
      return await run(way, step, 'pull', 'Download them now')
    case 'start':
      return await run(way, step, 'up', 'Start all services now')
    case 'done':
      return undefined
  }
}

/** What was left out before, and whether it is taken in now. */
async function takeIn({ face, session, skip }: Way, state: WizardState): Promise<boolean> {
  const { engine, clean } = session
  const settled = state.steps.some(
    ({ id, state: how }) => id === 'review' && (how === 'done' || how === 'skipped'),
  )
  const items = settled ? wantedItems(await engine.setupPlan(), skip) : []
  const left = state.steps.filter(
    ({ id, state: how }) =>
      how === 'skipped' && (id === 'tools' || id === 'review' || id === 'images' || id === 'start'),
  )
  const titles = [
    ...items.map(({ change: { title } }) => clean.text(title)),
    ...left.filter(({ id }) => id !== 'review').map(({ title }) => title),
  ]
  const refusedBefore = state.steps.some(({ id, state: how }) => id === 'password' && how === 'trouble')
  if (titles.length === 0 || refusedBefore) return false
  const answer = await face.host.ask.one({
    message: `Left out before: ${sayList(titles)}. Include ${titles.length === 1 ? 'it' : 'them'} now?`,
    options: [
      { value: 'leave', label: 'Leave out' },
      { value: 'take', label: 'Include' },
    ],
  })
  if (answer !== 'take') return false
  if (items.length > 0) await engine.skipStep('review', false)
  for (const { id } of left) await engine.skipStep(id, false)
  return true
}

/** What the machine ran before: shown and taken over, or left with its price. */
async function takeOver({ face, session }: Way, step: WizardStep): Promise<Next> {
  face.err.lines(drawTrouble(face.err.style(), step))
  const answer = await face.host.ask.one({
    message: `${step.title}: ${step.says}`,
    options: [
      { value: 'take', label: 'Show what taking it over would do…' },
      { value: 'without', label: 'Leave it, and set Macula up beside it' },
      { value: 'stop', label: 'Stop here' },
    ],
  })
  switch (answer) {
    case 'take': {
      // Set-up itself goes on with names, images and the first start.
      const code = await migrateIn(face, session, { without: ['start'] })
      return code === INTERRUPTED ? INTERRUPTED : undefined
    }
    case 'without':
      await session.engine.skipStep('before', true)
      return undefined
    case 'stop':
    case undefined:
      return REFUSED
  }
}

/** Something a person has to put right, or may go on without. */
async function repair({ face, session }: Way, step: WizardStep): Promise<Next> {
  const { engine } = session
  face.err.lines(drawTrouble(face.err.style(), step))
  const action = step.fix?.action
  const canFix = action?.kind === 'forward' || action?.kind === 'subnet' || action?.kind === 'engine'
  const answer = await face.host.ask.one({
    message: `${step.title}: ${step.says}`,
    options: [
      ...(canFix ? [{ value: 'fix' as const, label: step.fix?.label ?? '' }] : []),
      { value: 'again' as const, label: 'Check again' },
      ...(step.skippable ? [{ value: 'without' as const, label: 'Go on without' }] : []),
      { value: 'stop' as const, label: 'Stop here' },
    ],
  })
  switch (answer) {
    case 'fix':
      if (action?.kind === 'subnet') return await takeSubnet(face, session, action.subnet)
      if (action?.kind === 'engine') {
        // What is in the way of it is told; the step then stands as before.
        await startEngine(face, session).catch((error: unknown) => complain(face, troubleOf(error)))
        return undefined
      }
      await waiting(
        face,
        'Restoring names',
        engine.fix({ kind: 'forward' }, () => undefined, AbortSignal.timeout(60_000)),
      )
      return undefined
    case 'again':
      return undefined
    case 'without':
      await engine.skipStep(step.id, true)
      return undefined
    case 'stop':
    case undefined:
      return REFUSED
  }
}

/** The changes of the machine: read, chosen, and made with one prompt. A refusal is survived. */
async function change(way: Way, step: WizardStep): Promise<Next> {
  const { face, session } = way
  const { engine, clean } = session
  const items = await waiting(face, 'Looking at this machine', engine.setupPlan())
  const open = step.fix?.action.kind === 'setup' ? step.fix.action.changes : []
  const todo = wantedItems(items, way.skip).filter(({ change: { id } }) => open.includes(id))
  if (todo.length === 0) {
    await engine.skipStep('review', true)
    return undefined
  }
  face.out.lines(await drawPlan(face, session, items, todo))
  const chosen = await choose(face, session, todo)
  if (chosen === undefined) return await without(way, refused(face, session, todo, ''))
  const elevation = await engine.elevation()
  if (elevation === undefined) {
    refused(face, session, chosen, sayPrompt(elevation))
    return await without(way, 4)
  }
  if (elevation !== 'root') face.err.line(sayPrompt(elevation))
  const outcome = await unwatched(
    face,
    async () =>
      await engine.setup(
        chosen.map((item) => item.change),
        (told) => face.err.lines(drawStep(face.err.style(), clean, told, false)),
      ),
  )
  switch (outcome.kind) {
    case 'done':
      face.out.line(
        `${stateSign(face.out.style(), 'works')} ${sayCount(chosen.length, 'change')} made. maculactl undo lists them, with what can be undone.`,
      )
      return undefined
    case 'failed':
      return await without(
        way,
        complain(face, {
          kind: 'failed',
          what: 'Set-up stopped before the end.',
          why: clean.text(outcome.says),
          todo: 'maculactl setup continues where it stopped; maculactl undo lists what was changed.',
        }),
      )
    case 'refused':
      return await without(way, refused(face, session, chosen, outcome.says))
  }
}

/** The changes were not made: `code` is the exit code of whoever stops there. */
async function without({ face, session }: Way, code: number): Promise<Next> {
  const answer = await face.host.ask.one({
    message: 'The changes were not made. Services still start, and open by address and port.',
    options: [
      { value: 'without', label: 'Go on without' },
      { value: 'again', label: 'Read and try again' },
      { value: 'stop', label: 'Stop here' },
    ],
  })
  switch (answer) {
    case 'without':
      await session.engine.skipStep('review', true)
      return undefined
    case 'again':
      return undefined
    case 'stop':
    case undefined:
      return code
  }
}

/** Images and first start: done with live progress, or left for later. */
async function run(way: Way, step: WizardStep, command: 'pull' | 'up', label: string): Promise<Next> {
  const { face, session } = way
  const { engine } = session
  if (step.state === 'trouble') face.err.lines(drawTrouble(face.err.style(), step))
  const answer = await face.host.ask.one({
    message: `${step.title}: ${step.what}`,
    options: [
      { value: 'now', label: step.state === 'trouble' ? 'Try again' : label },
      { value: 'later', label: 'Leave it for later' },
      { value: 'stop', label: 'Stop here' },
    ],
  })
  switch (answer) {
    case 'now': {
      const { chosen } = await engine.wizard()
      const mine = (id: string): boolean => chosen === null || chosen.includes(id)
      const images = meantOf(engine.catalog().services, 'pull').filter(mine)
      // The step's own fix names what is to be started: what was chosen, or the cluster.
      const action = step.fix?.action
      const targets =
        (chosen !== null || step.id === 'cluster') && action?.kind === 'start' ? action.services : 'all'
      const code = await carryOut(face, session, {
        command,
        resume: 'maculactl setup',
        work: async (tell, signal) =>
          command === 'pull'
            ? await engine.pull(images, tell, signal)
            : await engine.up(targets, tell, signal),
      })
      return code === INTERRUPTED ? INTERRUPTED : undefined
    }
    case 'later':
      await engine.skipStep(step.id, true)
      return undefined
    case 'stop':
    case undefined:
      return REFUSED
  }
}
