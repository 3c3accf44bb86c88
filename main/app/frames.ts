/** What travels between the shell and the engine's process, in both directions; both ends are computed from this. */
import type { Trouble } from '../model/errors.ts'
import type { Reply, Told } from '../../preload/contract.ts'

export type ToEngine =
  /** `face`: it is the tray's; absent: a window's. */
  | { readonly kind: 'connect'; readonly connection: number; readonly face?: 'tray' }
  | {
      readonly kind: 'ask'
      readonly connection: number
      readonly id: number
      readonly name: string
      readonly input: unknown
    }
  /** So many events of this connection have arrived where they were going. */
  | { readonly kind: 'took'; readonly connection: number; readonly count: number }
  | { readonly kind: 'close'; readonly connection: number }
  /** Look again at once: the machine woke, or its network changed. */
  | { readonly kind: 'wake' }
  /** End tidily; services stay as they are. */
  | { readonly kind: 'end' }

export type FromEngine =
  | { readonly kind: 'open' }
  /** The engine cannot be opened at all; its process ends after this. */
  | { readonly kind: 'broken'; readonly trouble: Trouble }
  | { readonly kind: 'reply'; readonly connection: number; readonly id: number; readonly reply: Reply }
  | { readonly kind: 'told'; readonly connection: number; readonly told: Told }
