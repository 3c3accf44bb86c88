import type { ReactNode } from 'react'
import type { WizardState, WizardStepId } from '../../../main/model/wizard.ts'
import { Button } from '../../parts/button.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { sayWizard } from '../../words/wizard.ts'
import { useStarted } from './use-started.ts'
import { saysOf, shapeOf } from './walk.ts'

/** The steps at the left: where one is, how each stands, and the way to any of them. */
export function StepsNav(props: {
  readonly wizard: WizardState
  readonly at: WizardStepId
  readonly going: ReadonlySet<WizardStepId>
  readonly onGo: (id: WizardStepId) => void
  readonly onLeave: () => void
}): ReactNode {
  const { steps, chosen } = props.wizard
  const started = useStarted(chosen)
  const index = steps.findIndex((step) => step.id === props.at)
  return (
    <nav className="steps" aria-label={sayWizard.steps} data-region="top">
      <h1>{sayWizard.title}</h1>
      <p className="xs t3">{sayWizard.place(index + 1, steps.length)}</p>
      <ol>
        {steps.map((step) => {
          const going = props.going.has(step.id) || (step.id === 'start' && started.starting)
          return (
            <li key={step.id}>
              <button
                type="button"
                aria-current={step.id === props.at ? 'step' : undefined}
                onClick={() => props.onGo(step.id)}
              >
                <StateShape state={shapeOf(step, going)} quiet />
                <span>
                  <b>{step.title}</b>
                  <span className="vh">, {sayWizard.states[going ? 'going' : step.state]}</span>
                  <small>{saysOf(step, going, started)}</small>
                </span>
              </button>
            </li>
          )
        })}
      </ol>
      <div className="foot">
        <p className="xs t3">
          {sayWizard.terminal} <br />
          <code>{sayWizard.command}</code>
        </p>
        <Button small onPress={props.onLeave}>
          {sayWizard.leave}
        </Button>
      </div>
    </nav>
  )
}
