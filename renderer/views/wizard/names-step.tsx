import type { ReactNode } from 'react'
import { sayDuration } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { RungState } from '../../../main/model/ladder.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayNames, sayWizard } from '../../words/wizard.ts'
import { Answers, Next, StepFrame, WaitsFor, type StepProps } from './step-frame.tsx'
import { StepUndo } from './step-undo.tsx'
import { isOver } from './walk.ts'

const shapes: Readonly<Record<RungState, State>> = {
  ok: 'works',
  round: 'degraded',
  stop: 'failed',
  progress: 'starting',
  unreached: 'stopped',
  unused: 'not set up',
  unknown: 'unknown',
}

interface NameRow {
  readonly name: string
  readonly address: string
  readonly state: State
  readonly says: string
}

/** Each name once, with how the OS resolver answered it. */
function nameRows(services: readonly ServiceView[]): readonly NameRow[] {
  const rows = new Map<string, NameRow>()
  for (const view of services)
    for (const endpoint of view.endpoints) {
      const { name } = endpoint
      const rung = endpoint.ladder.find((one) => one.id === 'name')
      if (name === null || rung === undefined || rows.has(name)) continue
      rows.set(name, {
        name,
        address: view.address?.replace(/:\d+$/, '') ?? '',
        state: shapes[rung.state],
        says: rung.state === 'ok' && rung.ms !== undefined ? sayDuration(rung.ms) : (rung.reason ?? ''),
      })
    }
  return [...rows.values()]
}

/** The names as the OS resolver answers them now. */
export function NamesStep(props: StepProps): ReactNode {
  const actions = useActions()
  const { step, walk } = props
  const services = useShellState((state) => state.snapshot?.services)
  const rows = nameRows(services ?? [])
  const { fix } = step
  const over = isOver(step)
  return (
    <StepFrame
      {...props}
      title={sayWizard.heading(step.id, step.state === 'done')}
      says={step.what}
      left={
        step.state === 'done' ? null : (
          <Button icon="restart" waits={walk.looking} onPress={walk.look}>
            {sayCommon.checkAgain}
          </Button>
        )
      }
      primary={
        step.state === 'waiting' ? (
          <WaitsFor {...props} />
        ) : over || !fix || fix.action.kind === 'none' ? (
          <Next {...props} />
        ) : (
          <Button kind="primary" onPress={() => actions.fix(fix)}>
            {fix.label}
          </Button>
        )
      }
    >
      <Answers step={step}>{step.state === 'done' ? <StepUndo step={step} /> : null}</Answers>
      <ul className="names" aria-label={sayNames.list}>
        {rows.map((row) => (
          <li key={row.name}>
            <StateShape state={row.state} />
            <span className="mono cut">{row.name}</span>
            <span className="mono t2">{row.address}</span>
            <span className="t2 sm cut">{row.says}</span>
          </li>
        ))}
      </ul>
    </StepFrame>
  )
}
