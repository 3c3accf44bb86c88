import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayActivity } from '../../words/activity.ts'
import { nearestTo, type Row } from './entries.ts'
import { EntryRow, serviceOf } from './entry-row.tsx'

/** Height of a row before it is measured, in the page's root font size. */
const ROW_REM = 3

/** A page of rows, for Page Up and Page Down. */
const PAGE = 10

/** The rows in sight; arrows, Home, End and Page keys move the focus from one to the next. */
export function Timeline(props: {
  readonly rows: readonly Row[]
  readonly titles: ReadonlyMap<string, string>
  /** An instant that somebody was led to. */
  readonly at: number | undefined
}): ReactNode {
  const { rows, titles } = props
  const actions = useActions()
  const letters = useShellState((state) => state.settings?.settings.desktop.letterKeys ?? true)
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(0)
  const wanted = useRef<number>(undefined)
  const rowHeight = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * ROW_REM
  const estimate = useCallback(() => rowHeight, [rowHeight])
  const getScrollElement = useCallback(() => scroller.current, [])
  // What it returns changes with what is scrolled to; nothing here is kept over renders by that.
  // oxlint-disable-next-line react/incompatible-library
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement,
    estimateSize: estimate,
    overscan: 6,
    paddingEnd: 8,
  })
  const at = Math.min(current, Math.max(0, rows.length - 1))

  /** Gives the wanted row the focus once it is drawn. */
  const focusWanted = useCallback((): void => {
    if (wanted.current === undefined) return
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`)
    if (!row) return
    wanted.current = undefined
    row.focus({ preventScroll: true })
  }, [])
  useEffect(focusWanted)

  const led = props.at
  useEffect(() => {
    if (led === undefined || rows.length === 0) return
    const index = nearestTo(rows, led)
    setCurrent(index)
    list.scrollToIndex(index, { align: 'center' })
    wanted.current = index
    focusWanted()
    // Only when somebody is led there: what comes later must not pull them back.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [led, rows.length === 0])

  const move = (to: number): void => {
    const next = Math.min(Math.max(0, to), rows.length - 1)
    wanted.current = next
    setCurrent(next)
    list.scrollToIndex(next, { align: 'auto' })
    focusWanted()
  }

  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const inRow = event.target instanceof HTMLElement && event.target.matches('article')
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + PAGE,
      PageUp: at - PAGE,
      Home: 0,
      End: rows.length - 1,
    }
    const to = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined
    if (to !== undefined) {
      event.preventDefault()
      move(to)
      return
    }
    const entry = rows[at]?.entry
    const service = entry && serviceOf(entry)
    if (!inRow || entry === undefined || service === undefined || !titles.has(service)) return
    if (event.key === 'Enter') actions.go({ view: 'services', service })
    else if (letters && event.key.toLowerCase() === 'l') actions.go({ view: 'logs', service, at: entry.at })
    else return
    event.preventDefault()
  }

  return (
    <div className="scroll" ref={scroller}>
      {/* Keys bubble from its articles, which have the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus, jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="feed"
        data-region="list"
        aria-label={sayActivity.list}
        className="feed"
        style={{ height: `${list.getTotalSize()}px` }}
        onKeyDown={onKey}
      >
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          return (
            <EntryRow
              key={item.key}
              entry={row.entry}
              day={row.day}
              index={item.index}
              count={rows.length}
              start={item.start}
              current={item.index === at}
              titles={titles}
              onFocus={() => setCurrent(item.index)}
              ref={list.measureElement}
            />
          )
        })}
      </div>
    </div>
  )
}
