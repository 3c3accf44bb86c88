import type { ReactNode } from 'react'
import type { RootStepResult } from '../../../main/model/change.ts'
import { sayMore, sayStep, sayTarget } from '../../../main/model/say-change.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Command } from '../../parts/command.tsx'
import { Progress } from '../../parts/progress.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import type { RootJob } from '../../store/root-job.ts'
import { useShell } from '../../store/use-shell.ts'
import { sayChanges } from '../../words/changes.ts'
import { sayCommon } from '../../words/common.ts'

/** The steps of root's program as it reported them. */
export function RootSteps(props: {
  readonly steps: readonly RootStepResult[]
  readonly undoing: boolean
}): ReactNode {
  if (props.steps.length === 0) return null
  return (
    <ul className="rootsteps">
      {props.steps.map((step) => (
        <li key={`${step.change} ${step.verb} ${step.target}`}>
          <StateShape state={step.result === 'failed' ? 'failed' : 'works'} />
          <span>
            {step.result === 'failed' ? (
              <>
                <span className="mono">{sayTarget(step)}</span>: {step.says}
              </>
            ) : (
              <>
                {sayStep(step, props.undoing)} <span className="mono">{sayTarget(step)}</span>
                {sayMore(step) === '' ? null : <span className="t2"> {sayMore(step)}</span>}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

interface Told {
  readonly state: State
  readonly title: string
  readonly says: string
  readonly todo: string
}

/** How a run of root's program stands, in words. */
export function tellJob(job: RootJob): Told {
  const undoing = job.kind === 'undo'
  if (job.end === null)
    return {
      state: 'starting',
      title: undoing ? sayChanges.going : sayChanges.setting,
      says: job.steps.length === 0 ? sayChanges.waits : '',
      todo: '',
    }
  switch (job.end.kind) {
    case 'done':
      return {
        state: 'works',
        title: (undoing ? sayChanges.doneUndo : sayChanges.doneSetup)(job.meant.length),
        says: '',
        todo: '',
      }
    case 'failed':
      return {
        state: 'failed',
        title: undoing ? sayChanges.failedUndo : sayChanges.failedSetup,
        says: job.end.says,
        todo: sayChanges.failedTodo,
      }
    case 'refused':
      return {
        state: 'degraded',
        title: sayChanges.refused,
        says: job.end.says === '' ? sayChanges.refusedHow[job.end.how] : job.end.says,
        todo: sayChanges.refusedTodo,
      }
    case 'trouble': {
      const { what, why = '', todo = '' } = job.end.trouble
      return { state: 'failed', title: what, says: why, todo }
    }
  }
}

/** The same in a terminal, which does no more and no less than was asked for here. */
export function commandOf({ kind, meant, evenIfDrifted }: RootJob): string {
  if (kind === 'setup') return 'maculactl setup'
  return `maculactl undo ${meant.join(' ')}${evenIfDrifted ? ' --even-if-drifted' : ''}`
}

/** How the last run of root's program goes, or went: the prompt, each step, the end. */
export function JobNote({ job }: { readonly job: RootJob }): ReactNode {
  const { store } = useShell()
  const { state, title, says, todo } = tellJob(job)
  const refused = job.end?.kind === 'refused'
  const command = commandOf(job)
  return (
    <section className="jobnote" aria-live="polite">
      <StateShape state={state} />
      <div className="grow">
        <b>{title}</b>
        {says === '' ? null : <p className="sm t2">{says}</p>}
        {todo === '' ? null : <p className="sm t2">{todo}</p>}
        {refused ? <Command text={command} what={sayChanges.command} /> : null}
        {job.end === null ? <Progress label={title} part={undefined} /> : null}
        <RootSteps steps={job.steps} undoing={job.kind === 'undo'} />
      </div>
      {job.end === null ? null : (
        <Button small label={sayCommon.dismiss} onPress={() => store.setState({ root: null })}>
          {sayChanges.put}
        </Button>
      )}
    </section>
  )
}
