import type { WizardState, WizardStep, WizardStepId } from '../../model/wizard.ts'
import type { WizardFacts, Judged, Step } from './step.ts'
import { cluster } from './steps/cluster.ts'
import { before } from './steps/before.ts'
import { docker } from './steps/docker.ts'
import { done } from './steps/done.ts'
import { images } from './steps/images.ts'
import { names } from './steps/names.ts'
import { network } from './steps/network.ts'
import { password } from './steps/password.ts'
import { review } from './steps/review.ts'
import { start } from './steps/start.ts'
import { tools } from './steps/tools.ts'
import { welcome } from './steps/welcome.ts'

export const steps: readonly Step[] = [
  welcome,
  docker,
  before,
  tools,
  network,
  review,
  password,
  names,
  images,
  start,
  cluster,
  done,
]

/** How the set-up of this machine stands. Pure: the same facts gives the same steps. */
export function judgeWizard(facts: WizardFacts): WizardState {
  const settled = new Map<WizardStepId, WizardStep['state']>()
  const all = steps
    .filter(({ isThere }) => isThere?.(facts) ?? true)
    .map((step): WizardStep => {
      const judged = judgeStep(facts, step, settled)
      settled.set(step.id, judged.state)
      const { id, title, skippable } = step
      const { undo = [], ...rest } = judged
      return { id, title, skippable, undo, ...rest }
    })
  const at = all.find(({ state }) => state === 'todo' || state === 'trouble')?.id ?? 'done'
  const { memory, idle } = facts
  return { steps: all, at, chosen: memory.services ?? null, first: !memory.ended && idle }
}

const isOver = (state: WizardStep['state'] | undefined): boolean => state === 'done' || state === 'skipped'

function judgeStep(
  facts: WizardFacts,
  step: Step,
  settled: ReadonlyMap<WizardStepId, WizardStep['state']>,
): Judged {
  const own = step.judge(facts)
  const waits = step.after.some((id) => !isOver(settled.get(id)))
  // The end is not reached while something before it is open, whoever was there before.
  if (own.state === 'done' && !(step.id === 'done' && waits)) return own
  const isSkipped =
    facts.memory.skipped.includes(step.id) ||
    // Who changes nothing on this machine need not be asked for the password.
    (step.id === 'password' && settled.get('review') === 'skipped')
  if (step.skippable && isSkipped) return { ...own, state: 'skipped', says: 'left out' }
  return waits ? { ...own, state: 'waiting', says: step.ahead(facts) } : own
}
