import type { ReactNode } from 'react'
import { sayDay } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Command } from '../../parts/command.tsx'
import { useAbout } from '../../store/use-about.ts'
import { sayService } from '../../words/service.ts'
import { Fact } from './container-facts.tsx'

/** The pod that answers for an application, or the node that a cluster consists of. */
export function ClusterFacts({ view }: { readonly view: ServiceView }): ReactNode {
  const { container, since } = view
  const isApp = view.cluster !== 'cluster'
  return (
    <section>
      <h2 className="h">{isApp ? sayService.pod : sayService.node}</h2>
      {container ? (
        <dl className="facts">
          <Fact name={sayService.facts.name}>{container.name}</Fact>
          <Fact name={sayService.facts.image}>{container.image}</Fact>
          {container.address === '' ? null : <Fact name={sayService.facts.address}>{container.address}</Fact>}
          {since === undefined ? null : <Fact name={sayService.facts.started}>{sayDay(since, since)}</Fact>}
          {isApp ? <Fact name={sayService.facts.restarts}>{container.restarts}</Fact> : null}
        </dl>
      ) : (
        <p className="sm t2">{isApp ? sayService.noPod : sayService.noNode}</p>
      )}
    </section>
  )
}

/** The line that leads a person's own kubectl to the cluster. */
export function Kubectl({ view }: { readonly view: ServiceView }): ReactNode {
  const { answer, trouble } = useAbout(
    'clusterKubeconfig',
    view.id,
    `${view.state} ${view.container?.id ?? ''}`,
  )
  return (
    <section>
      <h2 className="h">{sayService.kubectl}</h2>
      {answer ? (
        <>
          <Command text={answer.export} what={sayService.kubectlLine} />
          <p className="sm t2">
            {sayService.kubectlSays} <span className="context">{answer.context}.</span>
          </p>
          {answer.user ? <p className="sm t2">{answer.user.says}</p> : null}
        </>
      ) : (
        <p className="sm t2">{trouble ? [trouble.what, trouble.why].filter(Boolean).join(' ') : '…'}</p>
      )}
    </section>
  )
}
