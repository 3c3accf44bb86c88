import type { WizardState, WizardStep } from '../../model/wizard.ts'
import { pad, widthOf, wrap } from '../layout.ts'
import { stateSign, type Style } from '../style.ts'

/** The shape of a step's state, as services have them. */
function sign(style: Style, { state }: WizardStep): string {
  switch (state) {
    case 'done':
      return stateSign(style, 'works')
    case 'trouble':
      return stateSign(style, 'degraded')
    case 'skipped':
      return stateSign(style, 'not set up')
    case 'todo':
    case 'waiting':
      return stateSign(style, 'stopped')
  }
}

/** All steps, one a line; the one that is next stands out. */
export function drawSteps(style: Style, { steps, at }: WizardState): readonly string[] {
  const wide = Math.max(...steps.map(({ title }) => widthOf(title)))
  return [
    style.paint.bold('Set up this machine'),
    style.paint.dim('You can leave and come back: maculactl setup continues where you left off.'),
    '',
    ...steps.map((step) => {
      const title = pad(step.title, wide)
      return `${sign(style, step)} ${step.id === at ? style.paint.bold(title) : title}  ${style.paint.dim(step.says)}`
    }),
    '',
  ]
}

/** One step that needs something: what was found, why it matters, what to do, and the command. */
export function drawTrouble(style: Style, step: WizardStep): readonly string[] {
  const width = Math.min(style.width, 110)
  const parts = [step.what, step.why, step.todo].filter((part) => part !== '')
  return [
    '',
    `${sign(style, step)} ${style.paint.bold(step.title)}`,
    ...parts.flatMap((part) => wrap(part, width, '  ', '  ')),
    ...step.command.split('\n').map((line) => `  ${style.paint.dim('$')} ${line}`),
  ]
}
