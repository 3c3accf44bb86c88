import { useCallback, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Tree, TreeItem, TreeItemContent } from 'react-aria-components/Tree'
import { stateWords } from '../../../main/model/say.ts'
import { useActions, useShell, useShellState } from '../../store/use-shell.ts'
import { FloatingMenu } from '../../parts/floating-menu.tsx'
import { sayRow, sayServices } from '../../words/services.ts'
import { onListKey } from './list-keys.ts'
import { menuLines } from './row-menu.ts'
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
  const outline = useShellState((state) => outlineOf(state.shown))
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
  const views = useShellState((state) => (menu === null ? undefined : state.shown?.services))
  const shown = views?.find((view) => view.id === menu?.id)
  return (
    <>
      <div
        className="listkeys"
        role="presentation"
        inert={!connected}
        onKeyDownCapture={(event: KeyboardEvent) => onListKey(event, { shell, actions, letters, openMenu })}
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
          expandedKeys={tiers.filter((tier) => !closed.has(tier.id)).map((tier) => TIER + tier.id)}
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
            <TreeItem key={tier.id} id={TIER + tier.id} className="tier" textValue={tier.says}>
              <TreeItemContent>
                <TierRow id={tier.id} open={!closed.has(tier.id)} />
              </TreeItemContent>
              {tier.services.map((service) => (
                <TreeItem key={service.id} id={service.id} className="row" textValue={service.says}>
                  <TreeItemContent>
                    <ServiceRow id={service.id} openMenu={openMenu} />
                  </TreeItemContent>
                </TreeItem>
              ))}
            </TreeItem>
          ))}
        </Tree>
      </div>
      <FloatingMenu
        label={
          menu?.kind === 'copy'
            ? sayServices.copyMenu(shown?.title ?? '')
            : sayServices.moreFor(shown?.title ?? '')
        }
        anchor={shown === undefined ? null : (menu?.anchor ?? null)}
        lines={shown === undefined || menu === null ? [] : menuLines(shown, menu.kind, { shell, actions })}
        onClose={() => setMenu(null)}
      />
    </>
  )
}

/** Tiers and services share one space of keys in the tree. */
export const TIER = 'tier '

/** The tree takes what its base, the grid list, takes: Tab walks a row's buttons, arrows move between rows. */
const tabInside: object = { keyboardNavigationBehavior: 'tab' }

interface Outline {
  readonly id: string
  readonly says: string
  readonly services: readonly { readonly id: string; readonly says: string }[]
}

/** A text, so that equal outlines are equal. */
function outlineOf(snapshot: ReturnType<ReturnType<typeof useShell>['store']['getState']>['shown']): string {
  const tiers = (snapshot?.tiers ?? []).map((tier): Outline => ({
    id: tier.id,
    says: `${tier.title}: ${tier.says}`,
    services: (snapshot?.services ?? [])
      .filter((view) => view.tier === tier.id)
      .map((view) => ({ id: view.id, says: sayRow(view, stateWords[view.state]) })),
  }))
  return JSON.stringify(tiers)
}

function readOutline(text: string): readonly Outline[] {
  return JSON.parse(text) as readonly Outline[]
}
