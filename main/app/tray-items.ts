/** What the menu of the tray is made of, as data. */
import type { RunView, Shown } from '../../preload/contract.ts'
import type { Fix } from '../model/ladder.ts'
import type { Sets } from '../model/service.ts'
import type { Snapshot, State } from '../model/snapshot.ts'

/** What a press on an item asks for; each exists in the window and on the command line too. */
export type TrayAct =
  | ({ readonly kind: 'show' } & Shown)
  | { readonly kind: 'open'; readonly service: string }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'start'; readonly services: readonly string[] }
  | { readonly kind: 'restart'; readonly services: readonly string[] }
  /** Asks first when others would fail or miss it, or `always`. */
  | {
      readonly kind: 'stop'
      readonly services: readonly string[]
      readonly title: string
      readonly always: boolean
    }
  | { readonly kind: 'engine' }
  | { readonly kind: 'look' }
  /** Asks first where it ends somebody else's program. `label`: what was pressed. */
  | { readonly kind: 'fix'; readonly label: string; readonly fix: Fix }
  | { readonly kind: 'quit' }
  | { readonly kind: 'stop and quit'; readonly services: readonly string[] }

export type TrayItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'says'; readonly label: string }
  | { readonly kind: 'item'; readonly label: string; readonly enabled: boolean; readonly act: TrayAct }
  | {
      readonly kind: 'toggle'
      readonly label: string
      readonly on: boolean
      readonly enabled: boolean
      readonly act: TrayAct
    }
  | {
      readonly kind: 'menu'
      readonly label: string
      readonly state: State
      readonly items: readonly TrayItem[]
    }

/** A press on an item that mends or looks; times in epoch ms. */
export interface TrayDeed {
  /** "Grafana: Check port 80 again". */
  readonly label: string
  readonly began: number
  /** Undefined while it goes on. */
  readonly end?: { readonly at: number; readonly says: string }
}

export interface TraySeen {
  /** Undefined until the engine has said something. */
  readonly snapshot: Snapshot | undefined
  readonly runs: readonly RunView[]
  /** The engine answers. */
  readonly connected: boolean
  /** What was pressed here last, until it is old. */
  readonly deed?: TrayDeed | undefined
  /** The person's names for some services together. */
  readonly sets?: Sets | undefined
  readonly now: number
}

export const separator: TrayItem = { kind: 'separator' }

/** Lines only between items: what a service has none of leaves no second one. */
export const tidy = (items: readonly TrayItem[]): readonly TrayItem[] =>
  items.filter(
    ({ kind }, index) =>
      kind !== 'separator' ||
      (index > 0 && index < items.length - 1 && items[index - 1]?.kind !== 'separator'),
  )

/** An item that asks for something when it is pressed. */
export const item = (label: string, act: TrayAct, enabled = true): TrayItem => ({
  kind: 'item',
  label,
  enabled,
  act,
})
