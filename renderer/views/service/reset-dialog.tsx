import { useEffect, useState, type ReactNode } from 'react'
import type { Consequences } from '../../../main/model/run.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { ResetResult } from '../../../preload/contract.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { NameAndProgress, useNamedReset } from './named-reset.tsx'

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
  const reset = useNamedReset(view, props.onDone, {
    label: sayService.resetDeed(view.title),
    verb: 'reset',
  })
  const { run } = reset
  const [known, setKnown] = useState<{ readonly running: string; readonly found: Consequences }>()
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
            <Button
              kind="danger"
              disabled={!reset.isNamed || failing.length > 0}
              onPress={() => void reset.go()}
            >
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
      <NameAndProgress title={title} reset={reset} runs={sayService.resetRuns} />
    </Dialog>
  )
}
