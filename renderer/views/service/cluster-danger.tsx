import { useState, type ReactNode } from 'react'
import { MaculaError, troubleOf, type Trouble } from '../../../main/model/errors.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { newToken } from '../../actions.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useShell, useShellState } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { isNamed, sayStep } from './reset-words.ts'

/** Deleting a whole cluster: asks for its name, and says what goes and what stays. */
export function ClusterDanger({ view }: { readonly view: ServiceView }): ReactNode {
  const [asks, setAsks] = useState(false)
  return (
    <section>
      <h2 className="h">{sayService.danger}</h2>
      <div className="danger">
        <div className="grow">
          <b>{sayService.clusterDelete}</b>
          <p className="sm t2">{sayService.clusterDeleteSays}</p>
        </div>
        <Button kind="danger" disabled={view.state === 'unknown'} onPress={() => setAsks(true)}>
          {sayService.clusterDeleteAsks}
        </Button>
      </div>
      {asks ? <DeleteDialog view={view} onClose={() => setAsks(false)} /> : null}
    </section>
  )
}

function DeleteDialog(props: { readonly view: ServiceView; readonly onClose: () => void }): ReactNode {
  const { view } = props
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
      props.onClose()
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
        if (run === undefined) props.onClose()
      }}
      buttons={
        run === undefined ? (
          <>
            <Button kind="danger" disabled={!canGo} onPress={() => void go()}>
              {sayService.clusterDelete}
            </Button>
            <Button onPress={props.onClose}>{sayService.clusterKeep}</Button>
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
