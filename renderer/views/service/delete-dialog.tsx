import type { ReactNode } from 'react'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { useActions, useService } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { NameAndProgress, useNamedReset } from './named-reset.tsx'

/** Asks for the name of a cluster, deletes it, and tells how far that is. `id`: the cluster's row. */
export function DeleteDialog({ id }: { readonly id: string }): ReactNode {
  const view = useService(id)
  return view === undefined ? null : <Asks view={view} />
}

function Asks({ view }: { readonly view: ServiceView }): ReactNode {
  const actions = useActions()
  const close = (): void => actions.ask(null)
  const reset = useNamedReset(view, close, {
    label: sayService.clusterDeleteDeed(view.title),
    verb: 'delete',
  })
  return (
    <Dialog
      title={sayService.clusterDeleteTitle(view.title)}
      onClose={() => {
        // While it is removed the dialog stays: it tells how far it is.
        if (reset.run === undefined) close()
      }}
      buttons={
        reset.run === undefined ? (
          <>
            <Button kind="danger" disabled={!reset.isNamed} onPress={() => void reset.go()}>
              {sayService.clusterDelete}
            </Button>
            <Button onPress={close}>{sayService.clusterKeep}</Button>
          </>
        ) : null
      }
    >
      <p>{sayService.clusterDeleteSays}</p>
      <NameAndProgress title={view.title} reset={reset} runs={sayService.clusterDeleteRuns} />
    </Dialog>
  )
}
