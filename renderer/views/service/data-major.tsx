import { useEffect, useState, type ReactNode } from 'react'
import { sayDataStep, type DataStep, type DataStepped } from '../../../main/model/data-step.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayDataMajor } from '../../words/data-step.ts'
import { useLongWork, WorkDialog } from './long-work.tsx'

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
      <h2 className="h">{done ? sayDataMajor.titleDone : sayDataMajor.title}</h2>
      {done ? (
        <output className="resetdone">
          <div className="grow">
            <b>{sayDataMajor.done(title, done.to)}</b>
            <p>{sayDataMajor.compared(done.says)}</p>
            {done.kept.map(({ from, to }) => (
              <p key={to}>{sayCommon.keptAs({ from, to })}</p>
            ))}
          </div>
        </output>
      ) : null}
      {step && !done ? (
        <div className="resetdone">
          <p className="grow">{sayDataStep(step)[0]}</p>
          <Button kind="primary" onPress={() => setAsked(true)}>
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
  const work = useLongWork(
    async (run) => await shell.request('stepData', { run, service: step.service }),
    onDone,
  )
  return (
    <WorkDialog
      work={work}
      title={step.title}
      ask={sayDataMajor.ask(step.title, step.to)}
      go={sayDataMajor.go}
      runs={sayDataMajor.runs}
      onClose={onClose}
    >
      {sayDataStep(step).map((says) => (
        <p key={says}>{says}</p>
      ))}
    </WorkDialog>
  )
}
