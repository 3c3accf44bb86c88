import type { RootOutcome } from '../../model/change.ts'
import { sayCount } from '../../model/say.ts'
import { drawStep } from '../draw/change.ts'
import { complain, unwatched, waiting, withEngine, writeJson, type Face } from '../face.ts'
import { canAsk } from '../host.ts'
import { stateSign } from '../style.ts'
import { AGAIN, takeSubnet } from './take-subnet.ts'
import { choose, commandsOf, drawPlan, refused, sayPrompt, wantedItems } from './setup-plan.ts'

/** More rounds than settings that a walk can change. */
const MOST_ROUNDS = 8

export interface SetupOptions {
  readonly yes?: boolean
  readonly print?: boolean
  readonly skip?: readonly string[]
  /** A private /24 for the docker network; "free": one that nothing has, if the one of the settings is taken. */
  readonly subnet?: string
}

/** Saves the subnet that was asked for. AGAIN: set-up goes on. */
async function chooseSubnet(face: Face, wish: string): Promise<number> {
  return await withEngine(face, async (session) => {
    if (wish !== 'free') return await takeSubnet(face, session, wish)
    const { steps } = await waiting(face, 'Looking at this machine', session.engine.wizard())
    const action = steps.find(({ id }) => id === 'network')?.fix?.action
    return action?.kind === 'subnet' ? await takeSubnet(face, session, action.subnet) : AGAIN
  })
}

/**
 * Prepares the machine. At a terminal step by step (wizard.ts); else shows every change, runs one elevation, reports each
 * step.
 */
export async function setup(face: Face, options: SetupOptions): Promise<number> {
  let code = options.subnet === undefined ? AGAIN : await chooseSubnet(face, options.subnet)
  // Whoever saves a setting ends the round: the next one is by an engine of the new settings.
  for (let rounds = 0; code === AGAIN && rounds < MOST_ROUNDS; rounds += 1) code = await once(face, options)
  return code
}

/** One round, by an engine of its own. */
async function once(face: Face, options: SetupOptions): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    const skip = options.skip ?? []
    if (options.yes !== true && options.print !== true && !face.json && canAsk(face.host)) {
      const { walk } = await import('./wizard.ts')
      return await walk(face, session, skip)
    }
    const items = await waiting(face, 'Looking at this machine', engine.setupPlan())
    let todo = wantedItems(items, skip)
    const blocked = items.filter(({ change, state }) => state === 'blocked' && !skip.includes(change.id))
    const answer = async (outcome: RootOutcome | null) => {
      const { setupJson } = await import('../json/setup.ts')
      await writeJson(face.out, clean.concealDeep(setupJson(items, new Set(skip), outcome)), 'whole')
    }
    if (options.print === true) {
      if (face.json) await answer(null)
      else if (todo.length > 0) face.out.lines(commandsOf(session, todo))
      else if (blocked.length === 0) face.err.line('Everything is in place; there is nothing to run.')
      else face.err.lines(await drawPlan(face, session, blocked, []))
      return todo.length === 0 && blocked.length > 0 ? 1 : 0
    }
    if (!face.json) face.out.lines(await drawPlan(face, session, items, todo))
    if (todo.length === 0) {
      if (face.json) await answer(null)
      return blocked.length > 0 ? 1 : 0
    }
    if (options.yes !== true) {
      if (!canAsk(face.host)) {
        if (face.json) await answer(null)
        return complain(face, {
          kind: 'usage',
          what: 'Nothing was changed: that needs a confirmation, and this is not a terminal.',
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
    const style = face.err.style()
    const outcome = await unwatched(
      face,
      async () =>
        await engine.setup(
          todo.map((item) => item.change),
          (step) => face.err.lines(drawStep(style, clean, step, false)),
        ),
    )
    if (face.json) await answer(outcome)
    switch (outcome.kind) {
      case 'done':
        if (!face.json)
          face.out.line(
            `${stateSign(face.out.style(), 'works')} ${sayCount(todo.length, 'change')} made. maculactl undo lists them, with what can be undone.`,
          )
        return 0
      case 'failed':
        return complain(face, {
          kind: 'failed',
          what: 'Set-up stopped before the end.',
          why: clean.text(outcome.says),
          todo: 'maculactl setup continues where it stopped; maculactl undo lists what was changed.',
        })
      case 'refused':
        return refused(face, session, todo, outcome.says)
    }
  })
}
