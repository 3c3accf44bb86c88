import type { ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import type { RootJob } from '../../store/root-job.ts'
import { useShellState } from '../../store/use-shell.ts'
import { sayWizard } from '../../words/wizard.ts'
import { sayPassword, sayReview } from '../../words/wizard-changes.ts'
import { RootSteps } from '../changes/job-note.tsx'
import { addressesOf, chosenItems, commandsOf } from './plan.ts'
import type { Planned } from './review-step.tsx'
import { Answers, Next, StepFrame, WaitsFor, type StepProps } from './step-frame.tsx'
import { StepUndo } from './step-undo.tsx'

/** The one prompt: waiting for it, each step as root reports it, the end or the refusal. */
export function PasswordStep(props: StepProps & Planned): ReactNode {
  const job = useShellState((state) => (state.root?.kind === 'setup' ? state.root : null))
  if (job !== null && job.end === null) return <Going {...props} job={job} />
  if (job !== null && job.end?.kind === 'done' && props.step.state !== 'trouble')
    return (
      <StepFrame
        {...props}
        title={sayWizard.heading('password', true)}
        says={sayPassword.made(job.meant.length)}
        noSkip
        note={props.walk.looking ? sayWizard.loading : ''}
        primary={<Next {...props} waits={props.walk.looking} />}
      >
        <RootSteps steps={job.steps} undoing={false} />
        <StepUndo step={props.step} />
      </StepFrame>
    )
  return <Open {...props} job={job} />
}

function Going(props: StepProps & Planned & { readonly job: RootJob }): ReactNode {
  const { job, plan } = props
  const elevation = plan.value?.elevation ?? 'desktop'
  const waits = job.steps.length === 0
  return (
    <StepFrame
      {...props}
      title={waits ? sayPassword.asking : sayPassword.applying}
      says={sayPassword.how[elevation]}
      head={<Progress label={waits ? sayPassword.waiting : sayPassword.working} part={undefined} />}
      noSkip
      // The plan is being applied from here: nothing earlier is waited for.
      note=""
      primary={null}
    >
      <p className="t2" aria-live="polite">
        {waits ? sayPassword.waiting : sayPassword.working}…
      </p>
      <RootSteps steps={job.steps} undoing={false} />
    </StepFrame>
  )
}

/** How it ended, in its own words when it has some. */
function sayEnd(end: RootJob['end'] | undefined, otherwise: string): string {
  if (end?.kind === 'refused') return end.says === '' ? sayPassword.refusedHow[end.how] : end.says
  return end?.kind === 'failed' ? end.says : otherwise
}

/** Not asked yet, refused, or ended before its end. */
function Open(props: StepProps & Planned & { readonly job: RootJob | null }): ReactNode {
  const { step, plan, chosen, job, walk } = props
  const doing = chosenItems(plan.value, chosen)
  const snapshot = useShellState((state) => state.snapshot)
  const end = job?.end
  const refused = end?.kind === 'refused' || (step.state === 'trouble' && end?.kind !== 'failed')
  const settled = step.state === 'done' || (step.state === 'skipped' && !refused) || step.state === 'waiting'
  const noWay = plan.value?.elevation === null
  const trouble = end?.kind === 'trouble' ? end.trouble : undefined
  const again = (
    <Button
      kind="primary"
      icon="lock"
      disabled={doing.length === 0 || props.busy || noWay}
      onPress={props.apply}
    >
      {refused ? sayPassword.again : sayReview.apply(doing.length)}
    </Button>
  )
  return (
    <StepFrame
      {...props}
      title={
        end?.kind === 'failed'
          ? sayPassword.failed
          : refused
            ? sayPassword.refused
            : sayWizard.heading('password', step.state === 'done')
      }
      says={sayEnd(end, step.what)}
      {...(doing.length === 0 ? {} : { commands: commandsOf(doing) })}
      left={settled ? null : <Button onPress={() => walk.go('review')}>{sayPassword.review}</Button>}
      primary={step.state === 'waiting' ? <WaitsFor {...props} /> : settled ? <Next {...props} /> : again}
    >
      {trouble === undefined ? null : <ErrorNote trouble={trouble} />}
      {job === null ? null : <RootSteps steps={job.steps} undoing={false} />}
      {refused ? (
        <div className="answers">
          <div>
            <h3>{sayPassword.stillWorks}</h3>
            <p>{sayPassword.stillWorksSays}</p>
            <ul className="accesses">
              {addressesOf(snapshot).map((one) => (
                <li key={one.url}>
                  <span>{one.title}</span>
                  <span className="mono t2">{one.url}</span>
                </li>
              ))}
            </ul>
          </div>
          {doing.length === 0 ? null : (
            <div>
              <h3>{sayPassword.byHand}</h3>
              <ScrollBox className="code" label={sayWizard.commandsName}>
                {commandsOf(doing).join('\n')}
              </ScrollBox>
            </div>
          )}
        </div>
      ) : end?.kind === 'failed' ? (
        <p className="t2">{sayPassword.failedTodo}</p>
      ) : (
        <Answers step={step}>{step.state === 'done' ? <StepUndo step={step} /> : null}</Answers>
      )}
    </StepFrame>
  )
}
