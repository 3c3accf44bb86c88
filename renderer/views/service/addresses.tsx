import type { ReactNode } from 'react'
import { wholeAddress } from '../../../main/model/connect.ts'
import { stateOfAccess } from '../../../main/model/open.ts'
import type { Access, EndpointView, ServiceView } from '../../../main/model/snapshot.ts'
import { isWebAddress } from '../../actions.ts'
import { Copy } from '../../parts/copy.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'

/** All ways in, the one in use first, then as good as they are. */
function ordered(endpoint: EndpointView): readonly Access[] {
  const used = endpoint.accesses[endpoint.best]
  const rest = endpoint.accesses.filter((access) => access !== used)
  const isGood = (access: Access): boolean => access.works || access.slow === true
  return [...(used ? [used] : []), ...rest.filter(isGood), ...rest.filter((access) => !isGood(access))]
}

/** Addresses of all endpoints, which one Open uses now, and why the others are not used. */
export function Addresses({ view }: { readonly view: ServiceView }): ReactNode {
  const several = view.endpoints.length > 1
  return (
    <section>
      <h2 className="h">{sayService.addresses}</h2>
      {view.endpoints.map((endpoint) => (
        <div key={endpoint.id}>
          {several ? <h3 className="xs t3 endpoint">{endpoint.id}</h3> : null}
          {endpoint.accesses.length === 0 ? <p className="sm t2">{sayService.noAddress}</p> : null}
          <ul className="waysin">
            {ordered(endpoint).map((access) => (
              <AccessRow
                key={`${access.kind} ${access.url}`}
                view={view}
                endpoint={endpoint}
                access={access}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

function AccessRow(props: {
  readonly view: ServiceView
  readonly endpoint: EndpointView
  readonly access: Access
}): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const { view, endpoint, access } = props
  const used = endpoint.accesses[endpoint.best] === access
  const opens = endpoint.opens && isWebAddress(access.url)
  const says = access.works
    ? sayService.answers(used ? endpoint.answerMs : undefined)
    : view.state === 'stopped'
      ? sayService.notWhileStopped
      : (access.reason ?? '')
  return (
    <li>
      <StateShape state={stateOfAccess(access, view)} />
      {used && opens ? (
        <button
          type="button"
          className="link mono cut"
          title={access.url}
          onClick={() => actions.open(view.id, endpoint.id)}
        >
          {access.url}
        </button>
      ) : (
        <span className={used ? 'mono cut' : 'mono t2 cut'} title={access.url}>
          {access.url}
        </span>
      )}
      <span className="sm t2 cut" title={says}>
        {endpoint.byNameOnly && access.works ? `${says}, ${sayService.byNameOnly}` : says}
      </span>
      <span>
        {used ? <span className="tag">{opens ? sayService.inUse : sayService.inUseCopy}</span> : null}
      </span>
      <span className="last">
        <Copy
          text={
            isWebAddress(access.url)
              ? access.url
              : async () =>
                  wholeAddress(
                    await shell.request('variables', { services: [view.id] }),
                    endpoint,
                    access.url,
                  )
          }
          what={access.url}
        />
        {opens ? (
          <IconButton
            icon="open"
            label={`${sayService.open} ${access.url}`}
            disabled={!access.works && access.slow !== true}
            onPress={() => actions.open(view.id, endpoint.id, access.kind)}
          />
        ) : null}
      </span>
    </li>
  )
}
