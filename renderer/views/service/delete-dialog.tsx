import { useState, type ReactNode } from 'react'
import { MaculaError, troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { newToken } from '../../actions.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useActions, useService, useShell, useShellState } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { isNamed, sayStep } from './reset-words.ts'

/** Asks for the name of a cluster, deletes it, and tells how far that is. `id`: the cluster's row. */
export function DeleteDialog({ id }: { readonly id: string }): ReactNode {
  const view = useService(id)
  return view === undefined ? null : <Asks view={view} />
}

function Asks({ view }: { readonly view: ServiceView }): ReactNode {
  const actions = useActions()
  const close = (): void => actions.ask(null)
  const shell = useShell()
  const [typed, setTyped] = useState('')
  const [run, setRun] = useState<string>()
  const [trouble, setTrouble] = useState<Trouble>()
  const step = useShellState((state) => (run === undefined ? undefined : state.steps[run]))
  const canGo = isNamed(view, typed) && run === undefined
  const go = async (): Promise<void> => {
    if (!canGo) return
    const mine = newToken()
    setRun(mine)
    setTrouble(undefined)
    try {
      const result = await shell.request('resetData', { run: mine, service: view.id, typed })
      const [failed] = result.failed
      if (failed) throw new MaculaError(failed.trouble)
      close()
    } catch (error) {
      setTrouble(troubleOf(error))
    } finally {
      setRun(undefined)
    }
  }
  return (
    <Dialog
      title={sayService.clusterDeleteTitle(view.title)}
      onClose={() => {
        // While it is removed the dialog stays: it tells how far it is.
        if (run === undefined) close()
      }}
      buttons={
        run === undefined ? (
          <>
            <Button kind="danger" disabled={!canGo} onPress={() => void go()}>
              {sayService.clusterDelete}
            </Button>
            <Button onPress={close}>{sayService.clusterKeep}</Button>
          </>
        ) : null
      }
    >
      <p>{sayService.clusterDeleteSays}</p>
      {run === undefined ? (
        <div className="typename">
          <p>{sayService.resetType(view.title)}</p>
          <TextField label={sayService.resetField} value={typed} onChange={setTyped} focus mono />
        </div>
      ) : (
        <output>
          <p>{step ? sayStep(step, view.title) : sayService.clusterDeleteRuns}</p>
          <Progress label={sayService.clusterDeleteRuns} part={undefined} />
        </output>
      )}
      {trouble ? <ErrorNote trouble={trouble} /> : null}
    </Dialog>
  )
}
