import type { PlannedStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { commandsOf } from '../root/commands.ts'

/** A step that root does: its change goes through the ledger, so that undo gives it back. */
export function rootStep(
  step: Omit<PlannedStep, 'change' | 'brings' | 'back'> & {
    readonly reason: string
    readonly verbs: readonly RootVerb[]
  },
): PlannedStep {
  const { reason, verbs, ...rest } = step
  return {
    ...rest,
    brings: step.title,
    change: {
      id: step.id,
      title: step.title,
      reason,
      ...(step.price === undefined ? {} : { price: step.price }),
      verbs,
      commands: commandsOf(verbs),
    },
    back: [`maculactl undo ${step.id}`],
  }
}
