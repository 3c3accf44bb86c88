import { useEffect, useState, type ReactNode } from 'react'
import { MaculaError, troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { Consequences } from '../../../main/model/run.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { ResetResult } from '../../../preload/contract.ts'
import { newToken } from '../../actions.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { isNamed, sayStep } from './reset-words.ts'

/** Asks for the service's name, says what becomes of the data, then how far it is. */
export function ResetDialog(props: {
  readonly view: ServiceView
  readonly volumes: readonly string[]
  readonly onClose: () => void
  readonly onDone: (result: ResetResult) => void
}): ReactNode {
  const { view, volumes } = props
  const shell = useShell()
  const actions = useActions()
  const [typed, setTyped] = useState('')
  const [run, setRun] = useState<string>()
  const [trouble, setTrouble] = useState<Trouble>()
  const [known, setKnown] = useState<{ readonly running: string; readonly found: Consequences }>()
  const step = useShellState((state) => (run === undefined ? undefined : state.steps[run]))
  const { id, title } = view
  // Asked again when something else starts or stops meanwhile.
  const running = useShellState((state) =>
    (state.snapshot?.services ?? []).flatMap((one) => (one.since === undefined ? [] : one.id)).join(' '),
  )
  useEffect(() => {
    let isOver = false
    shell.request('consequences', { services: [id] }).then(
      (found) => isOver || setKnown({ running, found }),
      () => undefined,
    )
    return () => {
      isOver = true
    }
  }, [shell, id, running])

  const failing = known?.found.failing ?? []
  const missing = known?.found.missing ?? []
  const canGo = isNamed(view, typed) && run === undefined && failing.length === 0
  const go = async (): Promise<void> => {
    if (!canGo) return
    const mine = newToken()
    setRun(mine)
    setTrouble(undefined)
    try {
      const result = await shell.request('resetData', { run: mine, service: id, typed })
      const [failed] = result.failed
      if (failed) throw new MaculaError(failed.trouble)
      if (result.ok) props.onDone(result)
    } catch (error) {
      setTrouble(troubleOf(error))
    } finally {
      setRun(undefined)
    }
  }
  return (
    <Dialog
      title={sayService.resetTitle(title)}
      onClose={() => {
        // While data is moved the dialog stays: it tells how far it is.
        if (run === undefined) props.onClose()
      }}
      buttons={
        run === undefined ? (
          <>
            <Button kind="danger" disabled={!canGo} onPress={() => void go()}>
              {sayService.resetGo}
            </Button>
            <Button onPress={props.onClose}>{sayService.resetKeep}</Button>
          </>
        ) : (
          <Button onPress={() => actions.cancel(run)}>{sayService.cancel}</Button>
        )
      }
    >
      <p>{sayService.resetWhat(title, volumes)}</p>
      <p>{sayService.resetWhere(volumes)}</p>
      {failing.length > 0 ? (
        <div className="flex needs">
          <p className="grow">
            <b>{sayService.resetNeeded(failing.map((one) => one.title))}</b>
          </p>
          <Button
            small
            onPress={() =>
              actions.stopNow(
                failing.map((one) => one.service),
                true,
              )
            }
          >
            {sayService.resetStopFirst(failing.map((one) => one.title))}
          </Button>
        </div>
      ) : null}
      {missing.length > 0 ? <p>{sayService.resetMissing(missing.map((one) => one.title))}</p> : null}
      {run === undefined ? (
        <div className="typename">
          <p>{sayService.resetType(title)}</p>
          <TextField label={sayService.resetField} value={typed} onChange={setTyped} focus mono />
        </div>
      ) : (
        <output>
          <p>{step ? sayStep(step, title) : sayService.resetRuns}</p>
          <Progress label={sayService.resetRuns} part={undefined} />
        </output>
      )}
      {trouble ? <ErrorNote trouble={trouble} /> : null}
    </Dialog>
  )
}
