import type { ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { Progress } from '../../parts/progress.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayClusterStep, sayWizard } from '../../words/wizard.ts'
import { sayStart } from '../../words/wizard-services.ts'
import { Answers, Next, StepFrame, type StepProps } from './step-frame.tsx'

/** A cluster for one's own applications, with its price; nobody has to make one. */
export function ClusterStep(props: StepProps): ReactNode {
  const actions = useActions()
  const { step } = props
  const { fix } = step
  const hub = useShellState((state) => state.shown?.services.find((view) => view.cluster === 'cluster'))
  const run = useShellState((state) =>
    state.runs.find((one) => one.verb === 'start' && hub !== undefined && one.services.includes(hub.id)),
  )
  const going = run !== undefined || hub?.state === 'starting'
  const wanted = step.state === 'todo' || step.state === 'trouble'
  const create =
    fix === undefined || going ? null : (
      <Button
        kind={wanted ? 'primary' : 'normal'}
        onPress={() => {
          // What it costs stands beside the button: it is not asked once more.
          if (fix.action.kind === 'start') actions.startNow(fix.action.services)
          else actions.fix(fix)
        }}
      >
        {fix.label}
      </Button>
    )
  return (
    <StepFrame
      {...props}
      title={going ? sayClusterStep.creating : sayWizard.heading('cluster', step.state === 'done')}
      says={going && hub !== undefined && hub.reason !== '' ? hub.reason : step.what}
      head={going ? <Progress label={sayClusterStep.creating} part={undefined} /> : null}
      left={
        run === undefined ? (
          wanted ? null : (
            create
          )
        ) : (
          <Button onPress={() => actions.cancel(run.run)}>{sayStart.cancel}</Button>
        )
      }
      noSkip={!wanted || going}
      primary={wanted && create !== null ? create : <Next {...props} quiet={going} />}
    >
      <Answers step={step} />
    </StepFrame>
  )
}
