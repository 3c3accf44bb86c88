import { useEffect, useState, type ReactNode } from 'react'
import { MaculaError, troubleOf, type Trouble } from '../../../main/model/errors.ts'
import { sayKeptAt, type KeptCopy } from '../../../main/model/kept.ts'
import { may } from '../../../main/model/may.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import type { ResetResult } from '../../../preload/contract.ts'
import { newToken } from '../../token.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { Progress } from '../../parts/progress.tsx'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { sayConnect } from '../../words/connect.ts'
import { sayService } from '../../words/service.ts'
import { sayStep } from './reset-words.ts'

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
            <span className="mono t2 cut">{sayConnect.keptRow(copy.volumes.map(({ to }) => to))}</span>
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
            {done.result.moved.map(({ from, to }) => (
              <p key={to}>{sayConnect.putBackAside(from, to)}</p>
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
  const actions = useActions()
  const [run, setRun] = useState<string>()
  const [trouble, setTrouble] = useState<Trouble>()
  const step = useShellState((state) => (run === undefined ? undefined : state.steps[run]))
  const go = async (): Promise<void> => {
    const mine = newToken()
    setRun(mine)
    setTrouble(undefined)
    try {
      const result = await shell.request('putBack', { run: mine, service: view.id, at: copy.at })
      const [failed] = result.failed
      if (failed) throw new MaculaError(failed.trouble)
      if (result.ok) onDone(result)
    } catch (error) {
      setTrouble(troubleOf(error))
    } finally {
      setRun(undefined)
    }
  }
  return (
    <Dialog
      title={sayConnect.putBackTitle(view.title, sayKeptAt(copy.at))}
      onClose={() => {
        if (run === undefined) onClose()
      }}
      buttons={
        run === undefined ? (
          <>
            <Button onPress={() => void go()}>{sayConnect.putBackGo}</Button>
            <Button kind="primary" focus onPress={onClose}>
              {sayService.cancel}
            </Button>
          </>
        ) : (
          <Button onPress={() => actions.cancel(run)}>{sayService.cancel}</Button>
        )
      }
    >
      <p>{sayConnect.putBackSays(view.title)}</p>
      {run === undefined ? null : (
        <output>
          <p>{step ? sayStep(step, view.title) : sayConnect.putBackRuns}</p>
          <Progress label={sayConnect.putBackRuns} part={undefined} />
        </output>
      )}
      {trouble ? <ErrorNote trouble={trouble} /> : null}
    </Dialog>
  )
}
