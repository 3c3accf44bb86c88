import type { State } from '../../../main/model/snapshot.ts'
import type { IconName } from '../../parts/icon.tsx'
import type { Fit } from './rank.ts'

/** One line of what was found. */
export interface Entry {
  readonly id: string
  readonly group: 'services' | 'actions' | 'elsewhere'
  readonly text: string
  readonly fit: Fit
  /** A state's shape, or a drawing. */
  readonly mark: { readonly state: State } | { readonly icon: IconName }
  readonly detail?: string
  readonly key?: string
  /** The service it is about, for Ctrl Enter. */
  readonly service?: string
  readonly run: () => void
}

/** Before anything is known of how well it fits. */
export const unfit: Fit = { score: 1 }
