import type { ReactNode } from 'react'
import { meant } from '../../../main/model/may.ts'
import { stateWords } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Progress } from '../../parts/progress.tsx'
import { Rails } from '../../parts/rails.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useSecond } from '../../store/minute.ts'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayServices } from '../../words/services.ts'
import { sayWizard } from '../../words/wizard.ts'
import { sayStart } from '../../words/wizard-services.ts'
import { useStarted } from './use-started.ts'
import { Next, StepFrame, WaitsFor, type StepProps } from './step-frame.tsx'

/** The first start: the ladder of every service fills in as it is climbed. */
export function StartStep(props: StepProps): ReactNode {
  const actions = useActions()
  const { step } = props
  const { chosen } = props.wizard
  const { services, all, answering, starting } = useStarted(chosen)
  const run = useShellState((state) => state.runs.find((one) => one.verb === 'start'))
  const going = run !== undefined || starting
  const done = all.length > 0 && answering === all.length
  const over = done || step.state === 'done'
  return (
    <StepFrame
      {...props}
      title={going && !done ? sayStart.going : sayWizard.heading('start', over)}
      says={
        going ? (
          <Count works={answering} all={all.length} since={run?.at} />
        ) : answering > 0 || over ? (
          `${sayStart.count(answering, all.length)}. ${step.state === 'trouble' ? step.what : ''}`
        ) : (
          sayStart.before(all.length, services.length)
        )
      }
      head={
        going ? (
          <Progress label={sayStart.going} part={all.length === 0 ? undefined : answering / all.length} />
        ) : null
      }
      left={
        run === undefined ? null : <Button onPress={() => actions.cancel(run.run)}>{sayStart.cancel}</Button>
      }
      noSkip={over || going}
      primary={
        over ? (
          <Next {...props} />
        ) : step.state === 'waiting' && !going ? (
          <WaitsFor {...props} />
        ) : going ? (
          <Next {...props} quiet />
        ) : (
          <>
            {step.state === 'skipped' ? <Next {...props} quiet /> : null}
            <Button
              kind="primary"
              onPress={() =>
                chosen === null ? actions.startAll() : actions.start(meant(services, 'all', 'start'))
              }
            >
              {answering > 0 ? sayStart.rest : sayStart.all}
            </Button>
          </>
        )
      }
    >
      <div className="climb head" aria-hidden="true">
        <span />
        <span>{sayStart.columns.service}</span>
        <span className="nafcs" title={sayStart.ladderName}>
          <i>N</i>
          <i>A</i>
          <i>F</i>
          <i>C</i>
          <i>S</i>
        </span>
        <span>{sayStart.columns.now}</span>
      </div>
      <ul aria-label={sayStart.list}>
        {services.map((view) => (
          <Row key={view.id} view={view} />
        ))}
      </ul>
    </StepFrame>
  )
}

function Count(props: {
  readonly works: number
  readonly all: number
  readonly since: number | undefined
}): ReactNode {
  const now = useSecond()
  const { since } = props
  return (
    <span aria-live="off">
      {sayStart.count(props.works, props.all)}
      {since === undefined ? '' : `, ${sayStart.since(Math.max(1000, now - since))}`}
    </span>
  )
}

function Row({ view }: { readonly view: ServiceView }): ReactNode {
  const actions = useActions()
  const fix = view.state === 'failed' ? view.headline?.fix : undefined
  const says =
    view.state === 'works'
      ? view.answerMs === undefined
        ? sayStart.answers
        : sayStart.answered(view.answerMs)
      : view.reason === ''
        ? stateWords[view.state]
        : view.reason
  return (
    <li className="climb">
      <StateShape state={view.state} />
      <span className="cut title" dir="auto" title={view.title}>
        {view.title}
      </span>
      <Rails ladder={view.ladder} />
      <span className={view.state === 'failed' ? 'cut sm fail' : 'cut sm t2'} title={view.headline?.why}>
        {says}
      </span>
      {fix && fix.action.kind !== 'none' ? (
        <Button small label={`${fix.label} (${view.title})`} onPress={() => actions.fix(fix)}>
          {fix.label}
        </Button>
      ) : fix ? (
        // Only a person can do it: how is told below the step.
        <Button
          small
          label={sayServices.fix(sayServices.fixHow, view.title, fix.label)}
          onPress={() => actions.fix(fix)}
        >
          {sayServices.fixHow}
        </Button>
      ) : null}
    </li>
  )
}
