import type { WizardState, WizardStep } from '../../model/wizard.ts'
import { pad, widthOf, wrap } from '../layout.ts'
import { stateSign, type Pen } from '../pen.ts'

/** The shape of a step's state, as services have them. */
function sign(pen: Pen, { state }: WizardStep): string {
  switch (state) {
    case 'done':
      return stateSign(pen, 'works')
    case 'trouble':
      return stateSign(pen, 'degraded')
    case 'skipped':
      return stateSign(pen, 'not set up')
    case 'todo':
    case 'waiting':
      return stateSign(pen, 'stopped')
  }
}

/** All steps, one a line; the one that is next stands out. */
export function drawSteps(pen: Pen, { steps, at }: WizardState): readonly string[] {
  const wide = Math.max(...steps.map(({ title }) => widthOf(title)))
  return [
    pen.paint.bold('Set up this machine'),
    pen.paint.dim('You can leave and come back: maculactl setup goes on where this machine is.'),
    '',
    ...steps.map((step) => {
      const title = pad(step.title, wide)
      return `${sign(pen, step)} ${step.id === at ? pen.paint.bold(title) : title}  ${pen.paint.dim(step.says)}`
    }),
    '',
  ]
}

/** One step that needs something: what was found, why it matters, what to do, and the command. */
export function drawTrouble(pen: Pen, step: WizardStep): readonly string[] {
  const width = Math.min(pen.width, 110)
  const parts = [step.what, step.why, step.todo].filter((part) => part !== '')
  return [
    '',
    `${sign(pen, step)} ${pen.paint.bold(step.title)}`,
    ...parts.flatMap((part) => wrap(part, width, '  ', '  ')),
    ...step.command.split('\n').map((line) => `  ${pen.paint.dim('$')} ${line}`),
  ]
}
