import { useEffect, useState, type ReactNode } from 'react'
import { sayKeptAt, type KeptCopy } from '../../../main/model/kept.ts'
import { may } from '../../../main/model/may.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { ResetResult } from '../../../preload/contract.ts'
import { Button } from '../../parts/button.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayConnect } from '../../words/connect.ts'
import { useLongWork, WorkDialog } from './long-work.tsx'

/** What resets of a service moved aside, and the way back. `about`: asked again when it changes. */
export function KeptCopies(props: { readonly view: ServiceView; readonly about: string }): ReactNode {
  const { view, about } = props
  const shell = useShell()
  const actions = useActions()
  const connected = useShellState((state) => state.connected)
  const [known, setKnown] = useState<{ readonly about: string; readonly found: readonly KeptCopy[] }>()
  const [asked, setAsked] = useState<KeptCopy>()
  const [done, setDone] = useState<{ readonly at: string; readonly result: ResetResult }>()
  const { id, title } = view
  const key = `${about} ${done?.at ?? ''}`
  useEffect(() => {
    if (!connected) return undefined
    let isOver = false
    shell.request('keptCopies', { service: id }).then(
      (found) => isOver || setKnown({ about: key, found }),
      () => undefined,
    )
    return () => {
      isOver = true
    }
  }, [shell, id, key, connected])
  const copies = known?.found ?? []
  if (copies.length === 0) return null
  return (
    <section>
      <h2 className="h">{sayConnect.kept}</h2>
      <ul className="connlines kept">
        {copies.map((copy) => (
          <li key={copy.at}>
            <span className="cut">{sayKeptAt(copy.at)}</span>
            <span className="t2 cut">
              {copy.partial === true ? `${sayConnect.keptPart} ` : null}
              <span className="mono">{sayConnect.keptRow(copy.volumes.map(({ to }) => to))}</span>
            </span>
            <span className="last">
              <Button
                small
                disabled={!may('reset', view)}
                label={`${sayConnect.putBack} ${sayKeptAt(copy.at)}`}
                onPress={() => setAsked(copy)}
              >
                {sayConnect.putBack}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {done ? (
        <output className="resetdone">
          <div className="grow">
            <b>{sayConnect.putBackDone(title, sayKeptAt(done.at))}</b>
            {done.result.moved.map((one) => (
              <p key={one.to}>{sayCommon.keptAs(one)}</p>
            ))}
          </div>
          {view.state === 'stopped' ? (
            <Button
              onPress={() => {
                setDone(undefined)
                actions.start([id])
              }}
            >
              {sayConnect.start(title)}
            </Button>
          ) : null}
        </output>
      ) : null}
      {asked ? (
        <PutBack
          view={view}
          copy={asked}
          onClose={() => setAsked(undefined)}
          onDone={(result) => {
            setDone({ at: asked.at, result })
            setAsked(undefined)
          }}
        />
      ) : null}
    </section>
  )
}

function PutBack(props: {
  readonly view: ServiceView
  readonly copy: KeptCopy
  readonly onClose: () => void
  readonly onDone: (result: ResetResult) => void
}): ReactNode {
  const { view, copy, onClose, onDone } = props
  const shell = useShell()
  const work = useLongWork(
    async (run) => await shell.request('putBack', { run, service: view.id, at: copy.at }),
    onDone,
  )
  return (
    <WorkDialog
      work={work}
      title={view.title}
      ask={sayConnect.putBackTitle(view.title, sayKeptAt(copy.at))}
      go={sayConnect.putBackGo}
      runs={sayConnect.putBackRuns}
      onClose={onClose}
    >
      {copy.goesOn === true ? <p>{sayConnect.putBackGoesOn}</p> : null}
      {copy.partial === true ? (
        <p>
          <b>{sayConnect.putBackPart(view.title)}</b>
        </p>
      ) : null}
      <p>{sayConnect.putBackSays(view.title)}</p>
    </WorkDialog>
  )
}
