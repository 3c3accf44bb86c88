import type { ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { DeedButton } from '../../parts/deed.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayWizard } from '../../words/wizard.ts'
import { Answers, Next, StepFrame, WaitsFor, type StepProps } from './step-frame.tsx'
import { StepUndo } from './step-undo.tsx'
import { isOver } from './walk.ts'

/** Docker, the tools, the network: looked at, and said what is in the way. */
export function CheckStep(props: StepProps): ReactNode {
  const actions = useActions()
  const { step, walk } = props
  const { fix } = step
  const over = isOver(step)
  // What set-up itself brings later needs nobody here.
  const later = step.state === 'waiting' || fix?.action.kind === 'setup'
  const does = !over && fix !== undefined && fix.action.kind !== 'none' && fix.action.kind !== 'setup'
  // Tools that nobody brings from here keep only what they are for: the way on is the way on.
  const goesOn = step.id === 'tools' && !does
  // Nothing can be done from here but looking again.
  const only = !does && step.id !== 'network' && !goesOn
  const again = (kind: 'normal' | 'primary'): ReactNode => (
    <Button icon="restart" kind={kind} waits={walk.looking} onPress={walk.look}>
      {sayCommon.checkAgain}
    </Button>
  )
  return (
    <StepFrame
      {...props}
      // What was not checked yet is not said to be missing.
      title={
        step.id === 'network' && step.state === 'waiting'
          ? step.title
          : sayWizard.heading(step.id, step.state === 'done')
      }
      says={step.what}
      left={over || later || only ? null : again('normal')}
      primary={
        over ? (
          <Next {...props} />
        ) : goesOn ? (
          <Next {...props} />
        ) : later ? (
          <WaitsFor {...props} />
        ) : does && fix ? (
          <DeedButton of={fix.label} kind="primary" onPress={() => actions.fix(fix)}>
            {fix.label}
          </DeedButton>
        ) : step.id === 'network' ? (
          <Button kind="primary" onPress={() => actions.go({ view: 'settings' })}>
            {sayWizard.subnet}
          </Button>
        ) : (
          again('primary')
        )
      }
    >
      <Answers step={step}>
        {step.state === 'done' ? (
          <StepUndo step={step} />
        ) : (
          <div>
            <h3>{sayWizard.inTerminal}</h3>
            <ScrollBox className="code" label={sayWizard.commandName}>
              {step.command}
            </ScrollBox>
          </div>
        )}
      </Answers>
    </StepFrame>
  )
}
