import {
  useCallback,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { Tree, TreeItem, TreeItemContent } from 'react-aria-components/Tree'
import type { Sets } from '../../../main/model/service.ts'
import { favouritesFirst } from '../../../main/model/sets.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { ShellState } from '../../store/state.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { Button } from '../../parts/button.tsx'
import { FloatingMenu } from '../../parts/floating-menu.tsx'
import { sayServices } from '../../words/services.ts'
import { fitsFilter } from './filter.ts'
import { onListKey } from './list-keys.ts'
import { menuLines, tierLines } from './row-menu.ts'
import { ServiceRow, type OpenMenu } from './service-row.tsx'
import { TierRow } from './tier-row.tsx'

interface OpenedMenu {
  readonly id: string
  readonly kind: 'more' | 'copy'
  readonly anchor: HTMLElement
}

/** All tiers and their services; one tab stop, arrows inside (a tree grid of the component library). */
export function ServiceList(): ReactNode {
  const actions = useActions()
  const shell = useShell()
  // What the library needs to know of all rows; a row's own cells follow its own service only.
  const outline = useShellState((state) =>
    outlineOf(state.shown, filterOf(state), state.settings?.settings.sets ?? noSets),
  )
  const tiers = useMemo(() => readOutline(outline), [outline])
  const connected = useShellState((state) => state.connected)
  const selected = useShellState((state) => state.selected)
  const letters = useShellState((state) => state.settings?.settings.desktop.letterKeys ?? true)
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set())
  const [menu, setMenu] = useState<OpenedMenu | null>(null)
  const openMenu: OpenMenu = useCallback((id, kind, anchor) => setMenu({ id, kind, anchor }), [])
  const toggle = (tier: string): void =>
    setClosed((before) => {
      const next = new Set(before)
      if (!next.delete(tier)) next.add(tier)
      return next
    })
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
        <Tree
          className={connected ? 'list' : 'list stale'}
          data-region="list"
          aria-label={sayServices.list}
          selectionMode="single"
          selectionBehavior="replace"
          disallowEmptySelection
          selectedKeys={selected === null ? [] : [selected]}
          onSelectionChange={(keys) => {
            const key = keys === 'all' ? undefined : [...keys][0]
            actions.select(typeof key === 'string' && !key.startsWith(TIER) ? key : null)
          }}
          // What fits is shown, also of a tier that was closed.
          expandedKeys={tiers
            .filter((tier) => isFiltered || !closed.has(tier.id))
            .map((tier) => TIER + tier.id)}
          onExpandedChange={(keys) =>
            setClosed(new Set(tiers.filter((tier) => !keys.has(TIER + tier.id)).map((tier) => tier.id)))
          }
          onAction={(key) => {
            const name = String(key)
            if (name.startsWith(TIER)) toggle(name.slice(TIER.length))
            else actions.go({ view: 'services', service: name })
          }}
          {...tabInside}
        >
          {tiers.map((tier) => (
            <TreeItem key={tier.id} id={TIER + tier.id} className="tier" textValue={tier.title}>
              <TreeItemContent>
                <TierRow id={tier.id} open={isFiltered || !closed.has(tier.id)} />
              </TreeItemContent>
              {tier.services.map((service) => (
                <TreeItem key={service.id} id={service.id} className="row" textValue={service.title}>
                  <TreeItemContent>
                    <ServiceRow id={service.id} openMenu={openMenu} />
                  </TreeItemContent>
                </TreeItem>
              ))}
            </TreeItem>
          ))}
        </Tree>
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

/** Tiers and services share one space of keys in the tree. */
export const TIER = 'tier '

/** The tree takes what its base, the grid list, takes: Tab walks a row's buttons, arrows move between rows. */
const tabInside: object = { keyboardNavigationBehavior: 'tab' }

interface Outline {
  readonly id: string
  readonly title: string
  readonly services: readonly { readonly id: string; readonly title: string }[]
}

/** A text, so that equal outlines are equal. Rows name themselves (row-label.ts). */
function outlineOf(snapshot: Snapshot | null, filter: string, sets: Sets): string {
  const ordered = favouritesFirst(snapshot?.services ?? [], sets)
  const tiers = (snapshot?.tiers ?? []).map((tier): Outline => ({
    id: tier.id,
    title: tier.title,
    services: ordered
      .filter((view) => view.tier === tier.id && fitsFilter(view, tier.title, filter, sets))
      .map(({ id, title }) => ({ id, title })),
  }))
  return JSON.stringify(filter.trim() === '' ? tiers : tiers.filter(({ services }) => services.length > 0))
}

function readOutline(text: string): readonly Outline[] {
  return JSON.parse(text) as readonly Outline[]
}
