/** Keys that work everywhere. Single characters only outside of fields, and only while the settings allow them. */
import type { Actions } from '../actions.ts'
import type { Shell } from '../store/shell.ts'
import { barViews } from './bar-views.ts'

export interface GlobalKeys {
  readonly shell: Shell
  readonly actions: Actions
}

/** Whether typing goes into something. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select'))
  )
}

/** The next or previous region from where the focus is: top, list, strip. */
export function nextRegion(page: Document, step: 1 | -1): HTMLElement | undefined {
  const regions = [...page.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.getClientRects().length > 0,
  )
  const at = regions.findIndex((region) => region.contains(page.activeElement))
  return regions.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % regions.length)
}

function enter(region: HTMLElement): void {
  const first =
    region.matches('[tabindex="0"]') || region.matches('[tabindex="-1"]')
      ? region
      : region.querySelector<HTMLElement>('[tabindex="0"], button:not(:disabled), input, a[href]')
  first?.focus()
}

/** Whether a key writes something. */
function isLetter({ key, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  return key.length === 1 && !ctrlKey && !metaKey && !altKey && !isComposing
}

/** Back and Forward as browsers have them; the desktop's window has no browser around it that would know them. */
function historyStep({ key, altKey, metaKey, ctrlKey, shiftKey }: KeyboardEvent): -1 | 0 | 1 {
  if (shiftKey || ctrlKey) return 0
  if (altKey && !metaKey) return key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0
  if (metaKey && !altKey) return key === '[' ? -1 : key === ']' ? 1 : 0
  return 0
}

/** Handles a key that nothing else took. */
export function onGlobalKey(event: KeyboardEvent, { shell, actions }: GlobalKeys): void {
  const state = shell.store.getState()
  const { place, asking, note, selected, connected } = state
  // Nothing is found, run or gone to without the engine; what is asked here may still be put away.
  if (!connected && asking === null) return
  // Escape of an input method leaves what it proposes, nothing else.
  if (event.isComposing) return
  if (
    (event.ctrlKey || event.metaKey) &&
    !event.altKey &&
    !event.shiftKey &&
    event.key.toLowerCase() === 'k'
  ) {
    event.preventDefault()
    actions.ask(asking?.kind === 'palette' ? null : { kind: 'palette', typed: '' })
    return
  }
  // Also while what was asked for is still being loaded.
  if (event.key === 'Escape' && asking !== null && !event.defaultPrevented) return actions.ask(null)
  // Its file is on its way: letters wait for its field.
  if (asking?.kind === 'palette' && isLetter(event) && document.querySelector('.pal') === null) {
    event.preventDefault()
    return actions.ask({ kind: 'palette', typed: asking.typed + event.key })
  }
  if (event.defaultPrevented || asking !== null || document.querySelector('.float') !== null) return
  const step = historyStep(event)
  if (step !== 0 && !isTyping(event.target)) {
    event.preventDefault()
    history.go(step)
    return
  }
  if (event.key === 'F6') {
    const region = nextRegion(document, event.shiftKey ? -1 : 1)
    if (region) {
      event.preventDefault()
      enter(region)
    }
    return
  }
  if (event.key === 'Escape' && !isTyping(event.target)) {
    if (note) actions.tell(null)
    else if (place.view !== 'services' || place.service !== undefined) actions.go({ view: 'services' })
    else if (selected !== null) actions.select(null)
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  if (state.settings?.settings.desktop.letterKeys === false) return
  const view = barViews[Number.parseInt(event.key, 10) - 1]
  if (view !== undefined && place.view !== 'wizard') actions.go({ view })
  else if (event.key === '?') actions.ask({ kind: 'keys' })
  else if (event.key === '/') {
    const field = document.querySelector<HTMLElement>('[data-search]')
    // Where there is no room for it, it is found in a menu.
    if (field && field.getClientRects().length > 0) field.focus()
    else actions.ask({ kind: 'palette', typed: '' })
  } else return
  event.preventDefault()
}
