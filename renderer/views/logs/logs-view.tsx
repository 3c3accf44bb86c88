import { useState, type ReactNode } from 'react'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import type { ViewProps } from '../view-props.ts'
import { chosenFor, remember } from './choice.ts'
import { Stream } from './stream-pane.tsx'
import './logs.css'
import './lines.css'

/** Logs of one or several services in one stream. */
export function LogsView({ place }: ViewProps): ReactNode {
  const snapshot = useShellState((state) => state.shown)
  if (snapshot === null)
    return (
      <main className="page" aria-busy="true">
        <p className="empty">{sayCommon.loading}</p>
      </main>
    )
  return <Logs snapshot={snapshot} service={place.service} search={place.search ?? ''} />
}

function Logs(props: {
  readonly snapshot: Snapshot
  readonly service: string | undefined
  readonly search: string
}): ReactNode {
  const { snapshot } = props
  const shell = useShell()
  const [chosen, setChosen] = useState<readonly string[]>(() => chosenFor(shell, snapshot, props.service))
  const choose = (services: readonly string[]): void => {
    remember(shell, services)
    setChosen(services)
  }
  return <Stream snapshot={snapshot} chosen={chosen} onChoose={choose} search={props.search} />
}
