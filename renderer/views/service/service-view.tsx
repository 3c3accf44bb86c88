import { clusterRow, HUB } from '../../../main/model/cluster-id.ts'
import type { ReactNode } from 'react'
import type { ServiceView as View, Snapshot } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { useActions, useService, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayService } from '../../words/service.ts'
import type { ViewProps } from '../view-props.ts'
import { Alerts } from './alerts.tsx'
import { Addresses } from './addresses.tsx'
import { Connect } from './connect.tsx'
import { ContainerFacts } from './container-facts.tsx'
import { Credentials } from './credentials.tsx'
import { ClusterDanger } from './cluster-danger.tsx'
import { ClusterEvents } from './cluster-events.tsx'
import { AddPeer } from './add-peer.tsx'
import { OwnApps } from './own-apps.tsx'
import { ClusterFacts, Kubectl } from './cluster-facts.tsx'
import { Danger } from './danger.tsx'
import { DataMajor } from './data-major.tsx'
import { Head } from './head.tsx'
import { KeptCopies } from './kept-copies.tsx'
import { LastLines } from './last-lines.tsx'
import { Load } from './load.tsx'
import { OwnActions } from './own-actions.tsx'
import { Reach } from './reach.tsx'
import { Relations } from './relations.tsx'
import { useFacts } from './use-facts.ts'
import { useVariables } from './use-variables.ts'
import './service.css'
import './connect.css'
import './aside.css'

/** One service: its ladder, its addresses, its container. */
export function ServiceView({ place }: ViewProps): ReactNode {
  const actions = useActions()
  const view = useService(place.service)
  const snapshot = useShellState((state) => state.shown)
  if (snapshot === null)
    return (
      <main className="page" aria-busy="true">
        <p className="empty">{sayCommon.loading}</p>
      </main>
    )
  if (!view)
    return (
      <main className="page">
        <Empty whole title={sayService.gone(place.service ?? '')} says={sayService.goneSays}>
          <Button kind="primary" onPress={() => actions.go({ view: 'services' })}>
            {sayService.back}
          </Button>
        </Empty>
      </main>
    )
  return <Service snapshot={snapshot} view={view} />
}

function Service({ snapshot, view }: { readonly snapshot: Snapshot; readonly view: View }): ReactNode {
  const facts = useFacts(view)
  const variables = useVariables(view)
  const isSet = view.state !== 'not set up'
  return (
    <main className="page">
      <Head snapshot={snapshot} view={view} />
      <div className="svc scroll" data-region="list">
        <div>
          <Alerts view={view} />
          {isSet && view.cluster === undefined ? (
            <DataMajor key={view.id} view={view} about={`${view.state} ${view.container?.id ?? ''}`} />
          ) : null}
          <Reach snapshot={snapshot} view={view} />
          {view.endpoints.length > 0 ? <Addresses view={view} /> : null}
          {isSet ? <Connect view={view} variables={variables} /> : null}
          {isSet ? <Credentials view={view} variables={variables} /> : null}
          {isSet ? <OwnActions view={view} /> : null}
          {isSet ? <LastLines view={view} /> : null}
          {view.cluster === 'cluster' ? <OwnApps view={view} /> : null}
          {view.id === clusterRow(HUB) ? <AddPeer /> : null}
          {view.cluster !== undefined &&
          view.cluster !== 'found' &&
          view.state !== 'stopped' &&
          view.state !== 'not set up' ? (
            <ClusterEvents view={view} />
          ) : null}
          {isSet && view.cluster === undefined ? (
            <KeptCopies view={view} about={`${view.state} ${view.container?.id ?? ''}`} />
          ) : null}
          {isSet && view.cluster === undefined ? <Danger view={view} facts={facts.facts} /> : null}
          {isSet && view.cluster === 'cluster' ? <ClusterDanger view={view} /> : null}
        </div>
        <aside>
          {isSet && view.cluster === undefined ? <Load view={view} /> : null}
          {isSet && view.cluster === undefined ? (
            <ContainerFacts facts={facts} docker={snapshot.docker.kind === 'up'} />
          ) : null}
          {isSet && view.cluster !== undefined ? <ClusterFacts view={view} /> : null}
          {view.cluster === 'cluster' && (view.state === 'works' || view.state === 'degraded') ? (
            <Kubectl view={view} />
          ) : null}
          <Relations snapshot={snapshot} view={view} />
        </aside>
      </div>
    </main>
  )
}
