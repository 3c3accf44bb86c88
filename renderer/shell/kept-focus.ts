/** What a keyboard may be at. */
const PRESSED = 'button:not(:disabled), input:not(:disabled), a[href], [tabindex="0"]'

/**
 * Keeps a keyboard at something that is seen: when the window or the size of its text changes, what has the focus may give way to a
 * menu, and the browser would begin at the page's top. Returns its undo.
 */
export function keepFocusSeen(page: Document, screen: Window): () => void {
  let last: HTMLElement | undefined
  const hear = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement) last = target
  }
  const look = (): void => {
    screen.requestAnimationFrame(() => {
      const { activeElement: on } = page
      if (last === undefined || !last.isConnected || isSeen(last)) return
      if (on === page.body || on === last) nearest(last)?.focus()
    })
  }
  page.addEventListener('focusin', hear)
  screen.addEventListener('resize', look)
  return () => {
    page.removeEventListener('focusin', hear)
    screen.removeEventListener('resize', look)
  }
}

const isSeen = (element: Element): boolean => element.getClientRects().length > 0

/** The first that is seen and can be pressed in the smallest part of the page around `from`. */
function nearest(from: HTMLElement): HTMLElement | undefined {
  for (let at = from.parentElement; at !== null; at = at.parentElement) {
    const found = [...at.querySelectorAll<HTMLElement>(PRESSED)].find(isSeen)
    if (found) return found
  }
  return undefined
}
