import { useState, type ReactNode } from 'react'
import { MaculaError, troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { RunResult, StepEvent } from '../../../main/model/run.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { newToken } from '../../token.ts'
import { sayCommon } from '../../words/common.ts'
import { sayStep } from './reset-words.ts'

/** What takes minutes, in the dialog that asked for it. */
export interface LongWork {
  /** The run that goes on. */
  readonly run: string | undefined
  readonly step: StepEvent | undefined
  readonly trouble: Trouble | undefined
  readonly go: () => Promise<void>
}

/** `work`: does it under the run's name; `onDone` is told when it came to its end and nothing failed. */
export function useLongWork<Result extends RunResult>(
  work: (run: string) => Promise<Result>,
  onDone: (result: Result) => void,
): LongWork {
  const [run, setRun] = useState<string>()
  const [trouble, setTrouble] = useState<Trouble>()
  const step = useShellState((state) => (run === undefined ? undefined : state.steps[run]))
  return {
    run,
    step,
    trouble,
    async go() {
      const mine = newToken()
      setRun(mine)
      setTrouble(undefined)
      try {
        const result = await work(mine)
        const [failed] = result.failed
        if (failed) throw new MaculaError(failed.trouble)
        if (result.ok) onDone(result)
      } catch (error) {
        setTrouble(troubleOf(error))
      } finally {
        setRun(undefined)
      }
    },
  }
}

/** How far it is. `title`: the service's; `runs`: what is done, before a step is told. */
export function WorkProgress(props: {
  readonly work: LongWork
  readonly title: string
  readonly runs: string
}): ReactNode {
  const { work, title, runs } = props
  return (
    <output>
      <p>{work.step ? sayStep(work.step, title) : runs}</p>
      <Progress label={runs} part={undefined} />
    </output>
  )
}

/** Asks before it, tells how far it is, and what went wrong; while it goes on it stays. */
export function WorkDialog(props: {
  readonly work: LongWork
  /** The service's. */
  readonly title: string
  readonly ask: string
  readonly go: string
  readonly runs: string
  readonly onClose: () => void
  readonly children: ReactNode
}): ReactNode {
  const { work, onClose } = props
  const { run, trouble } = work
  const actions = useActions()
  return (
    <Dialog
      title={props.ask}
      onClose={() => {
        if (run === undefined) onClose()
      }}
      buttons={
        run === undefined ? (
          <>
            <Button onPress={() => void work.go()}>{props.go}</Button>
            <Button kind="primary" focus onPress={onClose}>
              {sayCommon.cancel}
            </Button>
          </>
        ) : (
          <Button onPress={() => actions.cancel(run)}>{sayCommon.cancel}</Button>
        )
      }
    >
      {props.children}
      {run === undefined ? null : <WorkProgress work={work} title={props.title} runs={props.runs} />}
      {trouble ? <ErrorNote trouble={trouble} /> : null}
    </Dialog>
  )
}
