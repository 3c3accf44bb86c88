import type { Pattern } from '../../../main/model/pattern.ts'
import { observeElementRect, useVirtualizer, type Rect, type Virtualizer } from '@tanstack/react-virtual'
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  type ReactNode,
  type Ref,
} from 'react'
import { sayLogs } from '../../words/logs.ts'
import { Line } from './line.tsx'
import type { Rows } from './rows.ts'
import type { Selection } from './selection.ts'
import type { LogStream, StreamState } from './stream-state.ts'

/** Height of a row, in the page's root font size. */
const ROW_REM = 1.25

/** Closer to the end than this is at the end; closer to the begin than that reads on (pixels). */
const NEAR = { end: 4, begin: 600 } as const

/** What stands before the first row (rows) and after the last one (pixels). */
const PADDING = { startRows: 1.5, end: 4 } as const

/** Height of so many rows with what stands around them (pixels). */
function heightOf(count: number, rowHeight: number): number {
  return (count + PADDING.startRows) * rowHeight + PADDING.end
}

/** How large the list was when it was last measured, and in which window. */
let known: { readonly rect: Rect; readonly window: string } | undefined

const windowNow = (): string => `${innerWidth}x${innerHeight}`

/**
 * How large the list is before it is measured: as it was last in this window, so that the rows first drawn are those that stay;
 * never smaller than it is, or its end would not be in the first frame.
 */
function firstRect(): Rect {
  return known?.window === windowNow() ? known.rect : { width: innerWidth, height: innerHeight }
}

function measure(
  list: Virtualizer<HTMLDivElement, Element>,
  tell: (rect: Rect) => void,
): (() => void) | undefined {
  return observeElementRect(list, (rect) => {
    if (rect.height > 0) known = { rect, window: windowNow() }
    tell(rect)
  })
}

/** What the view may do with the list. */
export interface LinesHandle {
  readonly focus: () => void
  /** Brings a row into sight. */
  readonly reveal: (number: number) => void
  /** Number of the first row in sight. */
  readonly top: () => number
  readonly bottom: () => number
}

export interface LinesProps {
  readonly stream: LogStream
  readonly state: StreamState
  readonly rows: Rows
  readonly pattern: Pattern | undefined
  /** Number of the find that is looked at. */
  readonly now: number | undefined
  readonly wrap: boolean
  readonly selection: Selection | undefined
  readonly titles: ReadonlyMap<string, string>
  /** Index of each service's sign; empty when one service needs none. */
  readonly signs: ReadonlyMap<string, number>
  /** What stands in front of the first line. */
  readonly head: ReactNode
  readonly onPause: () => void
  readonly handle: Ref<LinesHandle>
}

/** The rows in sight. It stays at the newest line until somebody scrolls, and at what is read when rows come in front. */
export function Lines(props: LinesProps): ReactNode {
  const { stream, state, rows, wrap, onPause } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * ROW_REM
  const estimate = useCallback(() => rowHeight, [rowHeight])
  const keyOf = useCallback((index: number) => rows.numberAt(index), [rows])
  const getScrollElement = useCallback(() => scroller.current, [])
  // What it returns changes with what is scrolled to; nothing here is kept over renders by that.
  // oxlint-disable-next-line react/incompatible-library
  const list = useVirtualizer({
    count: rows.count(),
    getScrollElement,
    estimateSize: estimate,
    getItemKey: keyOf,
    overscan: 8,
    paddingStart: rowHeight * PADDING.startRows,
    paddingEnd: PADDING.end,
    anchorTo: 'end',
    observeElementRect: measure,
    // Before it is measured: at the newest line. So that is in the first frame, not in the third.
    initialRect: firstRect(),
    initialOffset: () =>
      state.follows ? Math.max(0, heightOf(rows.count(), rowHeight) - firstRect().height) : 0,
  })

  useLayoutEffect(() => {
    const element = scroller.current
    if (element && state.follows) element.scrollTop = element.scrollHeight
  })
  const measured = useRef({ wrap, rowHeight })
  useEffect(() => {
    // As it was first drawn nothing is measured yet.
    if (measured.current.wrap === wrap && measured.current.rowHeight === rowHeight) return
    measured.current = { wrap, rowHeight }
    list.measure()
  }, [list, wrap, rowHeight])
  // Who came here has the keyboard in the view already; its keys are those of the lines.
  useEffect(() => {
    if (document.activeElement?.matches('main.logs') === true)
      scroller.current?.focus({ preventScroll: true })
  }, [])

  useImperativeHandle(
    props.handle,
    () => ({
      focus: () => scroller.current?.focus(),
      reveal: (number) => list.scrollToIndex(rows.indexOf(number), { align: 'center' }),
      top: () => rows.numberAt(list.getVirtualItemForOffset(list.scrollOffset ?? 0)?.index ?? 0),
      bottom: () =>
        rows.numberAt(
          list.getVirtualItemForOffset((list.scrollOffset ?? 0) + (scroller.current?.clientHeight ?? 0))
            ?.index ?? 0,
        ),
    }),
    [list, rows],
  )

  useEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    let last = element.scrollTop
    const left = (): number => element.scrollHeight - element.scrollTop - element.clientHeight
    const onScroll = (): void => {
      const top = element.scrollTop
      // Only a person scrolls up while it follows; rows that vanish in front keep it at the end.
      if (top < last && left() > NEAR.end) onPause()
      last = top
      if (top < NEAR.begin && !stream.state().follows) stream.older()
    }
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) onPause()
      if (event.deltaY < 0 && element.scrollTop < NEAR.begin) stream.older()
    }
    const onPointer = (event: PointerEvent): void => {
      // The scroll bar: what is grabbed must not run away.
      if (event.target === element && event.offsetX > element.clientWidth) onPause()
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('wheel', onWheel, { passive: true })
    element.addEventListener('pointerdown', onPointer)
    return () => {
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('wheel', onWheel)
      element.removeEventListener('pointerdown', onPointer)
    }
  }, [stream, onPause])

  return (
    // The region scrolls by the keyboard, so it must be reachable by it.
    <div
      className="lines"
      ref={scroller}
      data-region="list"
      role="log"
      aria-live="off"
      aria-label={sayLogs.lines}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <div className="roll" style={{ height: `${list.getTotalSize()}px` }}>
        <div className="rollhead">{props.head}</div>
        {list.getVirtualItems().map((item) => {
          const number = rows.numberAt(item.index)
          const entry = stream.ring.get(number)
          if (!entry) return null
          return (
            <Line
              key={number}
              entry={entry}
              number={number}
              index={item.index}
              title={props.titles.get(entry.service) ?? entry.service}
              sign={props.signs.get(entry.service)}
              pattern={props.pattern}
              now={number === props.now}
              selected={
                props.selection !== undefined &&
                number >= props.selection.from &&
                number <= props.selection.to
              }
              wrap={wrap}
              start={item.start}
              ref={wrap ? list.measureElement : null}
            />
          )
        })}
      </div>
    </div>
  )
}
