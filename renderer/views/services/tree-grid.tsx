import {
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { isMove, rowAfter } from './grid-keys.ts'
import { ServiceLines, TierLine, type Marks } from './grid-row.tsx'
import { createMark } from './mark.ts'
import { chunksOf, CHUNK, keysOf, MOST_DRAWN, TIER, type Outline } from './outline.ts'
import type { OpenMenu } from './service-row.tsx'

/** What Tab stops at inside a row. */
const STOPS = 'button:not(:disabled):not([tabindex="-1"]), a[href]:not([tabindex="-1"])'

const rowAt = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[role="row"]') : null

export interface TreeGridProps {
  readonly label: string
  readonly className: string
  readonly tiers: readonly Outline[]
  readonly isOpen: (tier: string) => boolean
  readonly selected: string | null
  /** A row was chosen; null: a tier's. */
  readonly onSelect: (service: string | null) => void
  readonly onToggle: (tier: string) => void
  /** Enter, or a double click, on a service's row. */
  readonly onEnter: (service: string) => void
  readonly openMenu: OpenMenu
}

/**
 * Tiers and their services as a tree grid (WAI-ARIA): one tab stop, arrows inside, Tab walks a row's buttons. Our own, because the
 * component library draws every row anew with each key (250 rows: 110 ms of the processor a key, `npm run bench -- rows`).
 */
export function TreeGrid(props: TreeGridProps): ReactNode {
  const { tiers, isOpen, selected, onToggle, openMenu } = props
  const list = useRef<HTMLDivElement>(null)
  const marks = useMemo((): Marks => ({ selected: createMark(), current: createMark() }), [])
  const keys = keysOf(tiers, isOpen)
  const long = tiers.reduce((sum, { services }) => sum + services.length, 0) > MOST_DRAWN
  const [inside, setInside] = useState(false)
  /** Set while the focus only passes on its way out. */
  const leaving = useRef(false)

  useLayoutEffect(() => marks.selected.set(selected), [marks, selected])
  useKeptFocus(list, keys, marks, inside)

  const rowOf = (key: string): HTMLElement | null =>
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null
  const select = (key: string): void => props.onSelect(key.startsWith(TIER) ? null : key)
  const go = (key: string | undefined): void => {
    const row = key === undefined ? null : rowOf(key)
    if (key === undefined || row === null) return
    row.focus({ preventScroll: true })
    // The heads of tiers stay in sight by themselves.
    if (key === keys[0] && list.current) list.current.scrollTop = 0
    else row.scrollIntoView({ block: 'nearest' })
    select(key)
  }
  const current = (): string | undefined => {
    const last = marks.current.get()
    if (selected !== null && keys.includes(selected)) return selected
    return last !== null && keys.includes(last) ? last : keys[0]
  }
  const enter = (key: string): void => {
    if (key.startsWith(TIER)) onToggle(key.slice(TIER.length))
    else props.onEnter(key)
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const row = rowAt(event.target)
    const key = row?.dataset['key']
    if (row === null || key === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Tab') return leave(event, row, leaving)
    if (row !== event.target || event.shiftKey) return
    const isTier = key.startsWith(TIER)
    const opened = isTier && isOpen(key.slice(TIER.length))
    if (isMove(event.key)) {
      const page = Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / row.offsetHeight) - 2)
      go(rowAfter(keys, key, event.key, page))
    } else if (event.key === 'ArrowLeft' && !isTier) go(headOf(tiers, key))
    else if ((event.key === 'ArrowLeft' && opened) || (event.key === 'ArrowRight' && isTier && !opened))
      enter(key)
    else if (event.key === 'Enter') enter(key)
    else if (event.key === ' ') select(key)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onFocus = ({ target, currentTarget }: FocusEvent<HTMLDivElement>): void => {
    if (leaving.current) return
    setInside(true)
    const key = rowAt(target)?.dataset['key'] ?? current()
    if (key === undefined) return
    marks.current.set(key)
    if (target === currentTarget) rowOf(key)?.focus({ preventScroll: true })
  }
  const onBlur = ({ relatedTarget, currentTarget }: FocusEvent<HTMLDivElement>): void => {
    if (!currentTarget.contains(relatedTarget)) setInside(false)
  }
  const onPress = ({ target, button }: MouseEvent): void => {
    const key = rowAt(target)?.dataset['key']
    if (key !== undefined && button === 0 && (key !== selected || key.startsWith(TIER))) select(key)
  }
  const onTwice = ({ target }: MouseEvent): void => {
    const key = rowAt(target)?.dataset['key']
    if (key !== undefined && target instanceof Element && target.closest('button') === null) enter(key)
  }

  return (
    <div
      ref={list}
      role="treegrid"
      className={props.className}
      data-region="list"
      aria-label={props.label}
      // Its rows take the keyboard from it.
      tabIndex={inside ? -1 : 0}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onBlur={onBlur}
      onMouseDown={(event) => {
        // Beside the rows nothing takes the keyboard.
        if (event.target === event.currentTarget) event.preventDefault()
        onPress(event)
      }}
      // Of a screen reader, which presses nothing before.
      onClick={onPress}
      onDoubleClick={onTwice}
    >
      {tiers.map(({ id, services }, index) => (
        <Tier
          key={id}
          id={id}
          services={services}
          at={index + 1}
          of={tiers.length}
          open={isOpen(id)}
          long={long}
          marks={marks}
          onToggle={onToggle}
          openMenu={openMenu}
        />
      ))}
    </div>
  )
}

function Tier(props: {
  readonly id: string
  readonly services: readonly string[]
  readonly at: number
  readonly of: number
  readonly open: boolean
  readonly long: boolean
  readonly marks: Marks
  readonly onToggle: (tier: string) => void
  readonly openMenu: OpenMenu
}): ReactNode {
  const { id, services, at, of, open, long, marks, onToggle, openMenu } = props
  const chunks = useMemo(() => chunksOf(services), [services])
  return (
    <>
      <TierLine id={id} open={open} at={at} of={of} marks={marks} onToggle={onToggle} />
      {open
        ? chunks.map((ids, index) => (
            <ServiceLines
              key={index * CHUNK}
              ids={ids}
              from={index * CHUNK + 1}
              of={services.length}
              long={long}
              marks={marks}
              openMenu={openMenu}
            />
          ))
        : null}
    </>
  )
}

/** The row of the tier that a service stands in. */
function headOf(tiers: readonly Outline[], service: string): string | undefined {
  const tier = tiers.find(({ services }) => services.includes(service))
  return tier && TIER + tier.id
}

/** Tab goes through a row's buttons, then out of the list, not on to the next row's. */
function leave(event: KeyboardEvent<HTMLDivElement>, row: HTMLElement, leaving: { current: boolean }): void {
  const stops = [row, ...row.querySelectorAll<HTMLElement>(STOPS)]
  const at = stops.findIndex((one) => one === event.target)
  if (event.shiftKey ? at > 0 : at < stops.length - 1) return
  const list = event.currentTarget
  // The browser goes on from there by itself.
  leaving.current = true
  ;(event.shiftKey ? list : [...list.querySelectorAll<HTMLElement>(STOPS)].at(-1))?.focus({
    preventScroll: true,
  })
  leaving.current = false
}

/** When the row that has the keyboard goes, the one in its place takes it. */
function useKeptFocus(
  list: { readonly current: HTMLElement | null },
  keys: readonly string[],
  marks: Marks,
  inside: boolean,
): void {
  const last = useRef(keys)
  useLayoutEffect(() => {
    const before = last.current
    last.current = keys
    const key = marks.current.get()
    if (key === null || keys.includes(key)) return
    const next = keys[Math.min(Math.max(0, before.indexOf(key)), keys.length - 1)] ?? null
    marks.current.set(next)
    const { activeElement } = document
    if (!inside || next === null || (activeElement !== null && activeElement !== document.body)) return
    list.current
      ?.querySelector<HTMLElement>(`[data-key="${CSS.escape(next)}"]`)
      ?.focus({ preventScroll: true })
  })
}
