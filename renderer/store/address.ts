import type { StoreApi } from 'zustand/vanilla'
import { addressOf, placeOf, type Place } from '../../main/model/places.ts'
import { nothingKnown, type ShellState } from './state.ts'

/** What of a page its address needs. */
export interface AddressPage {
  readonly location: Pick<Location, 'pathname' | 'search' | 'hash'>
  readonly history: Pick<History, 'pushState' | 'replaceState' | 'state'>
  addEventListener(type: 'popstate', heard: () => void): void
  removeEventListener(type: 'popstate', heard: () => void): void
}

/**
 * Where the address stands: a browser's page has a path; the desktop's has a fragment, because Chromium lets a page
 * whose scheme is not HTTP change nothing else (HTML, "can have its URL rewritten").
 */
export type AddressForm = 'path' | 'fragment'

/**
 * Keeps the page's address and the shown place the same: a place gone to is one more step of the history, Back, Forward
 * and a reload lead to the place of their address. Returns how to end it.
 */
export function followAddress(
  store: Pick<StoreApi<ShellState>, 'getState' | 'setState' | 'subscribe'>,
  page: AddressPage,
  form: AddressForm,
): () => void {
  const read = (): string =>
    form === 'path' ? page.location.pathname + page.location.search : page.location.hash.slice(1)
  const write = (place: Place, how: 'pushState' | 'replaceState'): void => {
    const address = addressOf(place)
    // What no address may say lives with the step of the history, which only this page writes.
    const kept = place.changes === undefined ? null : { changes: place.changes }
    try {
      page.history[how](kept, '', form === 'path' ? address : `#${address}`)
    } catch {
      // Firefox and Safari refuse it where it is written too often in a few seconds (a key that is held in a search). The view
      // is there all the same; what comes next is written again.
    }
  }
  const placeHere = (): Place | undefined => {
    const place = placeOf(read())
    const changes = place?.view === 'wizard' ? changesOf(page.history.state) : undefined
    return place && changes ? { ...place, changes } : place
  }

  const first = placeHere()
  // Nothing that leads anywhere: the beginning, as whoever looks whether somebody went away from it knows it.
  if (first !== undefined) store.setState({ place: first })
  let shown = store.getState().place
  write(shown, 'replaceState')

  const pop = (): void => {
    shown = placeHere() ?? nothingKnown.place
    store.setState({ place: shown, asking: null })
  }
  page.addEventListener('popstate', pop)
  const quiet = store.subscribe(({ place }) => {
    if (place === shown) return
    const isStep = place.adjusts !== true && addressOf(place) !== addressOf(shown)
    shown = place
    write(place, isStep ? 'pushState' : 'replaceState')
  })
  return () => {
    page.removeEventListener('popstate', pop)
    quiet()
  }
}

function changesOf(state: unknown): readonly string[] | undefined {
  if (typeof state !== 'object' || state === null || !('changes' in state)) return undefined
  const { changes } = state
  return Array.isArray(changes) && changes.every((one) => typeof one === 'string') ? changes : undefined
}
