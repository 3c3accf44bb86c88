import { useRef, useState, useEffect, type ReactNode } from 'react'
import type { LogLine } from '../../../main/model/log-line.ts'
import { saySecond } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { useActions, useCanExplore, useShell } from '../../store/use-shell.ts'
import { useStream } from '../../store/use-stream.ts'
import { sayActivity } from '../../words/activity.ts'
import { sayService } from '../../words/service.ts'
import { levelOf, levels } from '../logs/levels.ts'

/** How many lines are shown, and how much of each is drawn. */
const SHOWN = 6
const DRAWN = 300

function sayNone(view: ServiceView, isRead: boolean): string {
  if (view.container) return isRead ? sayService.noLines : sayService.readingLines
  return view.state === 'unknown' ? sayService.unknownContainer : sayService.noLinesStopped
}

/** The newest lines of its log, as they come. */
export function LastLines({ view }: { readonly view: ServiceView }): ReactNode {
  const actions = useActions()
  const shell = useShell()
  const explores = useCanExplore()
  const [lines, setLines] = useState<readonly LogLine[]>([])
  const pending = useRef<LogLine[]>([])
  const frame = useRef(0)
  /** Of which start it is known that nothing was written. */
  const [read, setRead] = useState('')
  const key = `${view.container?.id ?? ''} ${view.since ?? ''}`
  useStream(
    'log',
    view.container !== undefined,
    key,
    async (stream, start) => {
      pending.current = []
      await shell.request('openLogs', { stream, services: [view.id], tail: SHOWN, follow: true })
      if (pending.current.length > 0) return
      // A long log is still being read then.
      const asked = { services: [view.id], until: Date.now(), tail: 1 }
      const there = await shell.request('readLogs', asked).catch(() => [])
      if (there.length === 0) setRead(start)
    },
    (payload) => {
      pending.current = [...pending.current, ...payload.lines].slice(-SHOWN)
      cancelAnimationFrame(frame.current)
      frame.current = requestAnimationFrame(() => setLines(pending.current))
    },
  )
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  const label = sayActivity.exploreNow(view.title)
  const explore = explores ? label : sayActivity.noGrafana(label)
  return (
    <section>
      <div className="flex">
        <h2 className="h grow">{sayService.lastLines}</h2>
        <button
          type="button"
          className="link sm"
          disabled={!explores}
          aria-label={explore}
          title={explores ? undefined : explore}
          onClick={() => actions.explore(view.id, Date.now())}
        >
          {sayActivity.inGrafana}
        </button>
        <button
          type="button"
          className="link sm"
          onClick={() => actions.go({ view: 'logs', service: view.id })}
        >
          {sayService.allLogs(view.title)}
        </button>
      </div>
      <div className="code cutlines">
        {lines.length === 0 ? (
          <span className="t3">{sayNone(view, read === key)}</span>
        ) : (
          lines.map((line, index) => (
            // Lines may be the same word for word; their place is all they have.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={index} className={levelOf(line.text) === levels.error ? 'cut fail' : 'cut'}>
              <span className="c">{saySecond(line.at)}</span> {line.text.slice(0, DRAWN)}
            </div>
          ))
        )}
      </div>
    </section>
  )
}
