import { useEffect, useState, type ReactNode } from 'react'
import { sayDataStep, type DataStep, type DataStepped } from '../../../main/model/data-step.ts'
import { MaculaError, troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { newToken } from '../../token.ts'
import { sayDataMajor } from '../../words/data-step.ts'
import { sayService } from '../../words/service.ts'
import { sayStep } from './reset-words.ts'

/** Data that the service's image does not read, and the way over. `about`: asked again when it changes. */
export function DataMajor(props: { readonly view: ServiceView; readonly about: string }): ReactNode {
  const { view, about } = props
  const shell = useShell()
  const connected = useShellState((state) => state.connected)
  const [known, setKnown] = useState<{ readonly about: string; readonly step: DataStep | null }>()
  const [isAsked, setAsked] = useState(false)
  const [done, setDone] = useState<DataStepped>()
  const { id, title } = view
  // What runs has data that its image reads.
  const isWanted = connected && (view.state === 'failed' || view.state === 'stopped')
  useEffect(() => {
    if (!isWanted) return undefined
    let isOver = false
    shell.request('dataStep', { service: id }).then(
      (step) => isOver || setKnown({ about, step }),
      () => undefined,
    )
    return () => {
      isOver = true
    }
  }, [shell, id, about, isWanted])
  const step = isWanted || isAsked ? known?.step : undefined
  if (!step && !done) return null
  return (
    <section>
      <h2 className="h">{sayDataMajor.title}</h2>
      {done ? (
        <output className="resetdone">
          <div className="grow">
            <b>{sayDataMajor.done(title, done.to)}</b>
            <p>{sayDataMajor.compared(done.says)}</p>
            {done.kept.map(({ from, to }) => (
              <p key={to}>{sayDataMajor.kept(from, to)}</p>
            ))}
          </div>
        </output>
      ) : null}
      {step && !done ? (
        <div className="resetdone">
          <p className="grow">{sayDataStep(step)[0]}</p>
          <Button onPress={() => setAsked(true)}>
            {step.copy === undefined ? sayDataMajor.open(step.to) : sayDataMajor.again}
          </Button>
        </div>
      ) : null}
      {isAsked && step ? (
        <BringOver
          step={step}
          onClose={() => setAsked(false)}
          onDone={(result) => {
            setDone(result)
            setAsked(false)
          }}
        />
      ) : null}
    </section>
  )
}

function BringOver(props: {
  readonly step: DataStep
  readonly onClose: () => void
  readonly onDone: (result: DataStepped) => void
}): ReactNode {
  const { step, onClose, onDone } = props
  const shell = useShell()
  const actions = useActions()
  const [run, setRun] = useState<string>()
  const [trouble, setTrouble] = useState<Trouble>()
  const now = useShellState((state) => (run === undefined ? undefined : state.steps[run]))
  const go = async (): Promise<void> => {
    const mine = newToken()
    setRun(mine)
    setTrouble(undefined)
    try {
      const result = await shell.request('stepData', { run: mine, service: step.service })
      const [failed] = result.failed
      if (failed) throw new MaculaError(failed.trouble)
      onDone(result)
    } catch (error) {
      setTrouble(troubleOf(error))
    } finally {
      setRun(undefined)
    }
  }
  return (
    <Dialog
      title={sayDataMajor.ask(step.title, step.to)}
      onClose={() => {
        if (run === undefined) onClose()
      }}
      buttons={
        run === undefined ? (
          <>
            <Button onPress={() => void go()}>{sayDataMajor.go}</Button>
            <Button kind="primary" focus onPress={onClose}>
              {sayService.cancel}
            </Button>
          </>
        ) : (
          <Button onPress={() => actions.cancel(run)}>{sayService.cancel}</Button>
        )
      }
    >
      {sayDataStep(step).map((says) => (
        <p key={says}>{says}</p>
      ))}
      {run === undefined ? null : (
        <output>
          <p>{now ? sayStep(now, step.title) : sayDataMajor.runs}</p>
          <Progress label={sayDataMajor.runs} part={undefined} />
        </output>
      )}
      {trouble ? <ErrorNote trouble={trouble} /> : null}
    </Dialog>
  )
}
