import type { IconName } from './icon.tsx'

/** A line of a menu; null: a line between groups. */
export type MenuLine = {
  readonly id: string
  readonly text: string
  /** What stands at its end: an address, a key. */
  readonly detail?: string
  readonly icon?: IconName
  readonly disabled?: boolean
  readonly danger?: boolean
  readonly run: () => void
} | null
