import type { State } from '../../../main/model/snapshot.ts'
import type { Started } from '../../../main/model/started.ts'
import {
  wizardStepIds,
  type WizardState,
  type WizardStep,
  type WizardStepId,
} from '../../../main/model/wizard.ts'
import { sayStart } from '../../words/wizard-services.ts'

/** The step by its id; the engine gives every one. */
export function stepOf(wizard: WizardState, id: WizardStepId): WizardStep | undefined {
  return wizard.steps.find((step) => step.id === id)
}

/**
 * The step beside another one in the order they are gone through. Who has nothing to give the password for is led past
 * it, so that nobody reads an empty page.
 */
export function beside(wizard: WizardState, id: WizardStepId, way: 1 | -1): WizardStepId | undefined {
  // Steps that this machine does not need are not there.
  const ids = wizardStepIds.filter((one) => one === id || stepOf(wizard, one) !== undefined)
  const index = ids.indexOf(id) + way
  const next = ids[index]
  if (next === undefined) return undefined
  const passes =
    next === 'password' &&
    (stepOf(wizard, 'password')?.state === 'skipped' || stepOf(wizard, 'review')?.state === 'skipped')
  return passes ? ids[index + way] : next
}

/** Whether it needs nobody any more. */
export function isOver(step: WizardStep): boolean {
  return step.state === 'done' || step.state === 'skipped'
}

/** The shape beside a step; `going`: something of it goes on now. */
export function shapeOf(step: WizardStep, going: boolean): State {
  if (going) return 'starting'
  switch (step.state) {
    case 'done':
      return 'works'
    case 'trouble':
      // What can be left out is no failure of the whole.
      return step.skippable ? 'degraded' : 'failed'
    case 'skipped':
      return 'not set up'
    case 'todo':
    case 'waiting':
      return 'stopped'
  }
}

/**
 * A step's few words. Of the first start, while it goes on, what its heading counts at that moment: the steps are read now and
 * then only, and two numbers of one thing would contradict each other.
 */
export function saysOf(step: WizardStep, going: boolean, { all, answering, failed }: Started): string {
  if (step.id !== 'start' || !going || all.length === 0) return step.says
  return `${sayStart.count(answering, all.length)}${failed === 0 ? '' : `, ${failed} failed`}`
}
