import { useState, type ReactNode } from 'react'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { Place } from '../../store/state.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import type { ViewProps } from '../view-props.ts'
import { chosenFor, remember } from './choice.ts'
import { Stream } from './stream-pane.tsx'
import './logs.css'
import './lines.css'

/** Logs of one or several services in one stream. */
export function LogsView({ place }: ViewProps): ReactNode {
  const snapshot = useShellState((state) => state.shown)
  // Who is led here anew begins anew; what is chosen here only changes the address.
  const [visit, setVisit] = useState({ place, count: 0 })
  if (place !== visit.place)
    setVisit({ place, count: place.adjusts === true ? visit.count : visit.count + 1 })
  if (snapshot === null)
    return (
      <main className="page" aria-busy="true">
        <p className="empty">{sayCommon.loading}</p>
      </main>
    )
  return <Logs key={visit.count} snapshot={snapshot} place={place} />
}

function Logs(props: { readonly snapshot: Snapshot; readonly place: Place }): ReactNode {
  const { snapshot, place } = props
  const shell = useShell()
  const actions = useActions()
  const [chosen, setChosen] = useState<readonly string[]>(() => chosenFor(shell, snapshot, place))
  const choose = (services: readonly string[]): void => {
    remember(shell, services)
    setChosen(services)
    const [one] = services
    actions.go({
      view: 'logs',
      ...(services.length === 1 ? { service: one } : { services }),
      search: place.search,
      adjusts: true,
    })
  }
  return (
    <Stream snapshot={snapshot} chosen={chosen} onChoose={choose} search={place.search ?? ''} at={place.at} />
  )
}
