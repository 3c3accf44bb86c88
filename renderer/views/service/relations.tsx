import type { ReactNode } from 'react'
import { stateWords } from '../../../main/model/say.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'

/** What it needs and uses, who needs and uses it, and what should be known of it. */
export function Relations({
  snapshot,
  view,
}: {
  readonly snapshot: Snapshot
  readonly view: ServiceView
}): ReactNode {
  const find = (ids: readonly string[]): readonly ServiceView[] =>
    ids.flatMap((id) => snapshot.services.find((one) => one.id === id) ?? [])
  const needs = find(view.needs)
  const uses = find(view.uses)
  const neededBy = find(view.neededBy)
  const usedBy = snapshot.services.filter((one) => one.uses.includes(view.id))
  return (
    <>
      {needs.length > 0 ? (
        <Related title={sayService.needs} says={sayService.needsSays} views={needs} />
      ) : null}
      {uses.length > 0 ? <Related title={sayService.uses} views={uses} missed /> : null}
      {neededBy.length > 0 ? <Related title={sayService.neededBy} views={neededBy} /> : null}
      {usedBy.length > 0 ? <Related title={sayService.usedBy} views={usedBy} /> : null}
      {neededBy.length + usedBy.length === 0 ? (
        <section>
          <h2 className="h">{sayService.neededBy}</h2>
          <p className="sm t2">{sayService.nobody(view.title)}</p>
        </section>
      ) : null}
      {view.warnings.length > 0 ? (
        <section>
          <h2 className="h">{sayService.warnings}</h2>
          <ul className="warnings sm t2">
            {view.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  )
}

function Related(props: {
  readonly title: string
  readonly says?: string
  readonly views: readonly ServiceView[]
  readonly missed?: boolean
}): ReactNode {
  const actions = useActions()
  return (
    <section>
      <h2 className="h">
        {props.title}
        {props.says === undefined ? null : <span className="xs t3 says">{props.says}</span>}
      </h2>
      <ul className="deps">
        {props.views.map((view) => {
          // Of what is not known nobody says that it is missing.
          const isOut = !['works', 'degraded', 'unknown'].includes(view.state)
          return (
            <li key={view.id}>
              <StateShape state={view.state} quiet />
              <button
                type="button"
                className="link cut"
                dir="auto"
                onClick={() => actions.go({ view: 'services', service: view.id })}
              >
                {view.title}
              </button>
              <span className="sm t3 cut">
                {stateWords[view.state]}
                {props.missed === true && isOut ? `, ${sayService.missing}` : ''}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
