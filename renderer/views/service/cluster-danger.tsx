import type { ReactNode } from 'react'
import { may } from '../../../main/model/may.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'

/** Deleting a whole cluster: says what goes and what stays; the question is the same from palette and tray. */
export function ClusterDanger({ view }: { readonly view: ServiceView }): ReactNode {
  const actions = useActions()
  return (
    <section>
      <h2 className="h">{sayService.danger}</h2>
      <div className="danger">
        <div className="grow">
          <b>{sayService.clusterDelete}</b>
          <p className="sm t2">{sayService.clusterDeleteSays}</p>
        </div>
        <Button
          kind="danger"
          disabled={!may('delete', view)}
          onPress={() => actions.ask({ kind: 'delete', service: view.id })}
        >
          {sayService.clusterDeleteAsks}
        </Button>
      </div>
    </section>
  )
}
