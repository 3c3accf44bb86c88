import type { PlannedStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { commandsOf } from '../root/commands.ts'

/** Verbs that root's program is about to learn. */
export type LaterVerb = { readonly verb: 'remove' | 'lines' | 'unit-off' | 'end' } & Readonly<
  Record<string, unknown>
>

/** A step that root does: its change goes through the ledger, so that undo gives it back. */
export function rootStep(
  step: Omit<PlannedStep, 'change' | 'back'> & {
    readonly reason: string
    readonly verbs: readonly (RootVerb | LaterVerb)[]
  },
): PlannedStep {
  const { reason, verbs: all, ...rest } = step
  const verbs = all as readonly RootVerb[]
  return {
    ...rest,
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
