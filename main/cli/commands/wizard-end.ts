import { sayList } from '../../model/say.ts'
import type { WizardState } from '../../model/wizard.ts'
import type { Face, Session } from '../face.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../style.ts'
import { carryOut } from './run.ts'
import { drawPlan } from './setup-plan.ts'

/** What a walk through set-up carries. */
export interface Way {
  readonly face: Face
  readonly session: Session
  /** Ids of changes that the command line leaves out. */
  readonly skip: readonly string[]
  /** Whether anything was asked or done: an end without that says that all was in place. */
  acted: boolean
}

/** A number ends the walk with that exit code; undefined: the machine is looked at again. */
export type Next = number | undefined

/** The cluster that nobody needs, with its price, to whom it was not offered yet; undefined: the walk ends as without one. */
export async function offerCluster({ face, session }: Way, { steps }: WizardState): Promise<Next> {
  const step = steps.find(({ id }) => id === 'cluster')
  const action = step?.fix?.action
  if (step?.state !== 'skipped' || action?.kind !== 'start') return undefined
  const answer = await face.host.ask.one({
    message: `${step.what} ${step.why}`,
    options: [
      { value: 'without', label: `Not now (any time later: ${step.command})` },
      { value: 'now', label: 'Create it now' },
    ],
  })
  if (answer !== 'now') return undefined
  const code = await carryOut(face, session, {
    command: 'up',
    resume: step.command,
    work: async (tell, signal) => await session.engine.up(action.services, tell, signal),
  })
  return code === INTERRUPTED ? INTERRUPTED : undefined
}

/** What to open first, where connection strings are, and what was left out. */
export async function finish({ face, session, skip, acted }: Way, state: WizardState): Promise<number> {
  const { engine } = session
  if (!acted) {
    const items = await engine.setupPlan()
    face.out.lines(await drawPlan(face, session, items, []))
  }
  await engine.endWizard()
  const style = face.out.style()
  // A cluster is nobody's need: that there is none is nothing that was left out.
  const left = state.steps
    .filter(({ id, state: how }) => how === 'skipped' && id !== 'cluster')
    .map(({ title }) => title)
  const done = state.steps.find(({ id }) => id === 'done')
  face.out.lines([
    ...(left.length === 0 && skip.length === 0
      ? []
      : [
          `${stateSign(style, 'not set up')} Left out: ${sayList([...left, ...skip], 9)}. maculactl setup offers ${left.length + skip.length === 1 ? 'it' : 'them'} again.`,
        ]),
    `${stateSign(style, 'works')} ${done?.what ?? ''}`,
    ...wrap(done?.todo ?? '', Math.min(style.width, 110), '  ', '  '),
  ])
  return 0
}
