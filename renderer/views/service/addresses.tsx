import type { ReactNode } from 'react'
import { stateOfDoor } from '../../../main/model/open.ts'
import type { Door, EndpointView, ServiceView } from '../../../main/model/snapshot.ts'
import { isWebAddress } from '../../actions.ts'
import { Copy } from '../../parts/copy.tsx'
import { IconButton } from '../../parts/icon-button.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'

/** All ways in, the one in use first, then as good as they are. */
function ordered(endpoint: EndpointView): readonly Door[] {
  const used = endpoint.doors[endpoint.best]
  const rest = endpoint.doors.filter((door) => door !== used)
  const isGood = (door: Door): boolean => door.works || door.slow === true
  return [...(used ? [used] : []), ...rest.filter(isGood), ...rest.filter((door) => !isGood(door))]
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
          {endpoint.doors.length === 0 ? <p className="sm t2">{sayService.noAddress}</p> : null}
          <ul className="waysin">
            {ordered(endpoint).map((door) => (
              <DoorRow key={`${door.kind} ${door.url}`} view={view} endpoint={endpoint} door={door} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

function DoorRow(props: {
  readonly view: ServiceView
  readonly endpoint: EndpointView
  readonly door: Door
}): ReactNode {
  const actions = useActions()
  const { view, endpoint, door } = props
  const used = endpoint.doors[endpoint.best] === door
  const opens = endpoint.opens && isWebAddress(door.url)
  const says = door.works
    ? sayService.answers(used ? endpoint.answerMs : undefined)
    : view.state === 'stopped'
      ? sayService.notWhileStopped
      : (door.reason ?? '')
  return (
    <li>
      <StateShape state={stateOfDoor(door, view)} />
      {used && opens ? (
        <button
          type="button"
          className="link mono cut"
          title={door.url}
          onClick={() => actions.open(view.id, endpoint.id)}
        >
          {door.url}
        </button>
      ) : (
        <span className={used ? 'mono cut' : 'mono t2 cut'} title={door.url}>
          {door.url}
        </span>
      )}
      <span className="sm t2 cut" title={says}>
        {endpoint.byNameOnly && door.works ? `${says}, ${sayService.byNameOnly}` : says}
      </span>
      <span>
        {used ? <span className="tag">{opens ? sayService.inUse : sayService.inUseCopy}</span> : null}
      </span>
      <span className="last">
        <Copy text={door.url} what={door.url} />
        {opens ? (
          <IconButton
            icon="open"
            label={`${sayService.open} ${door.url}`}
            disabled={!door.works && door.slow !== true}
            onPress={() => actions.open(view.id, endpoint.id, door.kind)}
          />
        ) : null}
      </span>
    </li>
  )
}
