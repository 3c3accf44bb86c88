import {
  useCallback,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import type { Sets } from '../../../main/model/service.ts'
import type { ShellState } from '../../store/state.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { Button } from '../../parts/button.tsx'
import { FloatingMenu } from '../../parts/floating-menu.tsx'
import { sayServices } from '../../words/services.ts'
import { onListKey } from './list-keys.ts'
import { createOutliner, TIER, type Outline } from './outline.ts'
import { menuLines, tierLines } from './row-menu.ts'
import type { OpenMenu } from './service-row.tsx'
import { TreeGrid } from './tree-grid.tsx'

interface OpenedMenu {
  readonly id: string
  readonly kind: 'more' | 'copy'
  readonly anchor: HTMLElement
}

/** All tiers and their services, their menus, and what is said when none fits what is typed. */
export function ServiceList(): ReactNode {
  const actions = useActions()
  const shell = useShell()
  // Which rows there are; a row's own cells follow its own service only.
  const tiers = useOutline()
  const connected = useShellState((state) => state.connected)
  const selected = useShellState((state) => state.selected)
  const letters = useShellState((state) => state.settings?.settings.desktop.letterKeys ?? true)
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set())
  const [menu, setMenu] = useState<OpenedMenu | null>(null)
  const openMenu: OpenMenu = useCallback((id, kind, anchor) => setMenu({ id, kind, anchor }), [])
  const toggle = useCallback((tier: string): void => {
    setClosed((before) => {
      const next = new Set(before)
      if (!next.delete(tier)) next.add(tier)
      return next
    })
  }, [])
  const spot = useRef<HTMLSpanElement>(null)
  /** The row's own menu, where the pointer is. */
  const onContext = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="row"]') : null
    const key = row?.dataset['key']
    if (key === undefined || spot.current === null) return
    event.preventDefault()
    const { style } = spot.current
    style.left = `${event.clientX}px`
    style.top = `${event.clientY}px`
    if (!key.startsWith(TIER)) actions.select(key)
    openMenu(key, 'more', spot.current)
  }
  /** A click on the row that is chosen already asks for it too, where a note stands before it. The list keeps clicks to itself. */
  const onAgain = ({ target }: MouseEvent): void => {
    const key =
      target instanceof Element ? target.closest<HTMLElement>('[role="row"]')?.dataset['key'] : undefined
    if (key !== undefined && key === selected && shell.store.getState().note !== null) actions.select(key)
  }
  const filter = useShellState(filterOf)
  const isFiltered = filter.trim() !== ''
  return (
    <>
      <div
        className="listkeys"
        role="presentation"
        inert={!connected}
        onKeyDownCapture={(event: KeyboardEvent) => onListKey(event, { shell, actions, letters, openMenu })}
        onContextMenu={onContext}
        onClickCapture={onAgain}
      >
        <TreeGrid
          className={connected ? 'list' : 'list stale'}
          label={sayServices.list}
          tiers={tiers}
          isOpen={(tier) => isFiltered || !closed.has(tier)}
          selected={selected}
          onSelect={actions.select}
          onToggle={toggle}
          onEnter={(service) => actions.go({ view: 'services', service })}
          openMenu={openMenu}
        />
        {isFiltered && tiers.length === 0 ? (
          <div className="nofit">
            <p>{sayServices.filterNone(filter.trim())}</p>
            <Button onPress={() => actions.go({ view: 'services', adjusts: true })}>
              {sayServices.filterClear}
            </Button>
          </div>
        ) : null}
        <span className="spot" ref={spot} />
      </div>
      <FilterCount tiers={tiers} />
      <RowMenu menu={menu} onClose={() => setMenu(null)} />
    </>
  )
}

/** How many rows are left, for who cannot see it. */
function FilterCount({ tiers }: { readonly tiers: readonly Outline[] }): ReactNode {
  const all = useShellState((state) => state.shown?.services.length ?? 0)
  const isFiltered = useShellState((state) => filterOf(state).trim() !== '')
  const count = tiers.reduce((sum, tier) => sum + tier.services.length, 0)
  return <output className="vh">{isFiltered ? sayServices.filterCount(count, all) : ''}</output>
}

/** The menu of a row, of a service or a tier, as it is now. */
function RowMenu(props: { readonly menu: OpenedMenu | null; readonly onClose: () => void }): ReactNode {
  const { menu, onClose } = props
  const shell = useShell()
  const actions = useActions()
  const shown = useShellState((state) => (menu === null ? null : state.shown))
  if (menu === null || shown === null) return null
  const view = shown.services.find((one) => one.id === menu.id)
  const tier = shown.tiers.find((one) => TIER + one.id === menu.id)
  const title = view?.title ?? tier?.title ?? ''
  const lines = view
    ? menuLines(view, menu.kind, { shell, actions })
    : tier
      ? tierLines(tier, shown.services, shown.docker.kind === 'up', actions)
      : []
  return (
    <FloatingMenu
      label={menu.kind === 'copy' ? sayServices.copyMenu(title) : sayServices.moreFor(title)}
      anchor={lines.length === 0 ? null : menu.anchor}
      lines={lines}
      onClose={onClose}
    />
  )
}

const noSets: Sets = {}

/** What the list is filtered by. */
const filterOf = ({ place }: ShellState): string => place.search ?? ''

/** The tiers that are shown; the same ones until others are. */
function useOutline(): readonly Outline[] {
  const outline = useMemo(() => createOutliner(), [])
  return useShellState((state) =>
    outline(state.shown, filterOf(state), state.settings?.settings.sets ?? noSets),
  )
}
