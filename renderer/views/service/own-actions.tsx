import { useEffect, useState, type ReactNode } from 'react'
import type { ActionDone, ActionSpec } from '../../../main/model/action.ts'
import { troubleOf, type Trouble } from '../../../main/model/errors.ts'
import { sayDuration, saySecond } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useShell } from '../../store/use-shell.ts'
import { sayConnect } from '../../words/connect.ts'
import { outputEnd } from './output-end.ts'

type Ran =
  | { readonly kind: 'runs'; readonly action: ActionSpec; readonly since: number }
  | { readonly kind: 'done'; readonly action: ActionSpec; readonly done: ActionDone; readonly at: number }
  | { readonly kind: 'failed'; readonly action: ActionSpec; readonly trouble: Trouble }

/** What a service's description offers to be done in its container, and what came of the last press. */
export function OwnActions({ view }: { readonly view: ServiceView }): ReactNode {
  const shell = useShell()
  const [ran, setRan] = useState<Ran>()
  const [asks, setAsks] = useState<ActionSpec>()
  const { actions: all = [] } = view
  if (all.length === 0) return null
  const go = async (action: ActionSpec): Promise<void> => {
    setAsks(undefined)
    setRan({ kind: 'runs', action, since: Date.now() })
    try {
      const done = await shell.request('runAction', { service: view.id, action: action.id })
      setRan({ kind: 'done', action, done, at: Date.now() })
    } catch (error) {
      setRan({ kind: 'failed', action, trouble: troubleOf(error) })
    }
  }
  const runs = ran?.kind === 'runs'
  return (
    <section>
      <h2 className="h">{sayConnect.actions}</h2>
      <div className="connectdo">
        {all.map((action) => (
          <Button
            key={action.id}
            disabled={view.since === undefined}
            waits={runs}
            label={`${action.title}: ${action.run.join(' ')}`.slice(0, 300)}
            onPress={() => (action.asks === undefined ? void go(action) : setAsks(action))}
          >
            {action.asks === undefined ? action.title : `${action.title}…`}
          </Button>
        ))}
      </div>
      {ran ? <Outcome ran={ran} view={view} /> : null}
      {asks ? (
        <Dialog
          title={sayConnect.asks(asks.title)}
          onClose={() => setAsks(undefined)}
          buttons={
            <>
              <Button onPress={() => void go(asks)}>{asks.title}</Button>
              <Button kind="primary" focus onPress={() => setAsks(undefined)}>
                {sayConnect.keep}
              </Button>
            </>
          }
        >
          <p>{asks.asks}</p>
          <p className="mono">{asks.run.join(' ')}</p>
        </Dialog>
      ) : null}
    </section>
  )
}

function Outcome({ ran, view }: { readonly ran: Ran; readonly view: ServiceView }): ReactNode {
  const { title } = ran.action
  if (ran.kind === 'failed') return <ErrorNote trouble={ran.trouble} />
  if (ran.kind === 'runs') return <Running title={title} since={ran.since} />
  const { code, out, err, ms, dropped = 0 } = ran.done
  const text = [out, err].filter((part) => part.trim() !== '').join('\n')
  const { drawn, left } = outputEnd(text)
  return (
    <>
      <output className="outcome">
        <StateShape state={code === 0 ? 'works' : 'failed'} quiet />
        <p>{sayConnect.ran(title, code, sayDuration(ms), saySecond(ran.at))}</p>
      </output>
      {text === '' ? (
        <p className="sm t2">{sayConnect.noOutput}</p>
      ) : (
        <ScrollBox label={sayConnect.output(title)} className="actout" atEnd={code !== 0}>
          <pre>{drawn}</pre>
        </ScrollBox>
      )}
      {left > 0 || dropped > 0 ? (
        <p className="sm t2">
          {sayConnect.onlyEnd(drawn.length, text.length + dropped, view.id, ran.action.id)}
        </p>
      ) : null}
    </>
  )
}

function Running({ title, since }: { readonly title: string; readonly since: number }): ReactNode {
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <output>
      <p>{sayConnect.runs(title, Math.max(0, Math.round((now - since) / 1000)))}</p>
    </output>
  )
}
