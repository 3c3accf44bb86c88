import { useState, type ReactNode } from 'react'
import { may } from '../../../main/model/may.ts'
import type { ServiceFacts } from '../../../main/model/facts.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { ResetResult } from '../../../preload/contract.ts'
import { Button } from '../../parts/button.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayService } from '../../words/service.ts'
import { ResetDialog } from './reset-dialog.tsx'

/** What cannot be taken back by a click: resetting data. Nothing for a service that is known to keep none. */
export function Danger(props: {
  readonly view: ServiceView
  readonly facts: ServiceFacts | null | undefined
}): ReactNode {
  const { view, facts } = props
  const actions = useActions()
  const [asks, setAsks] = useState(false)
  const [done, setDone] = useState<ResetResult>()
  const volumes = facts?.volumes.filter((volume) => volume.kind === 'volume') ?? []
  if (facts && volumes.length === 0 && !done && !asks) return null
  const bytes = volumes.every((volume) => volume.bytes !== undefined)
    ? volumes.reduce((sum, volume) => sum + (volume.bytes ?? 0), 0)
    : undefined
  return (
    <section>
      <h2 className="h">{sayService.danger}</h2>
      <div className="danger">
        <div className="grow">
          <b>{sayService.reset}</b>
          <p className="sm t2">
            {sayService.resetSays(view.title, volumes.length === 0 ? undefined : bytes)}
          </p>
        </div>
        <Button kind="danger" disabled={!may('reset', view)} onPress={() => setAsks(true)}>
          {sayService.resetAsks}
        </Button>
      </div>
      {done ? (
        <output className="resetdone">
          <div className="grow">
            {done.moved.length === 0 ? (
              <p>{sayService.resetNothing}</p>
            ) : (
              <>
                <b>{sayService.resetDoneHead}</b>
                {done.moved.map(({ from, to }) => (
                  <p key={to} className="mono">
                    {sayService.resetDone(from, to)}
                  </p>
                ))}
              </>
            )}
          </div>
          {view.state === 'stopped' ? (
            <Button
              onPress={() => {
                setDone(undefined)
                actions.start([view.id])
              }}
            >
              {sayService.startAfter(view.title)}
            </Button>
          ) : null}
        </output>
      ) : null}
      {asks ? (
        <ResetDialog
          view={view}
          volumes={volumes.map((volume) => volume.name)}
          onClose={() => setAsks(false)}
          onDone={(result) => {
            setAsks(false)
            setDone(result)
          }}
        />
      ) : null}
    </section>
  )
}
