import type { Place } from '../store/state.ts'

/** What every view is given: where the window is, for views that show one of several things. */
export interface ViewProps {
  readonly place: Place
}
