import { useEffect, type RefObject } from 'react'

/**
 * What was pressed may go, or may not be pressed any more, while the step stays: "Start everything" is not there once they
 * start. Who was on it is then led to the heading, which says what goes on; nobody else is.
 */
export function useKeptFocus(
  within: RefObject<HTMLElement | null>,
  heading: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const box = within.current
    if (box === null) return undefined
    const page = box.ownerDocument
    let last: Element | null = null
    let frame = 0
    const remember = ({ target }: FocusEvent): void => {
      last = target instanceof Element ? target : null
    }
    const look = (): void => {
      const active = page.activeElement
      const nowhere = active === null || active === page.body || active === last
      const gone = last !== null && (!last.isConnected || last.matches(':disabled'))
      if (nowhere && gone) heading.current?.focus({ preventScroll: true })
    }
    // The browser itself takes the focus from what is disabled a frame later.
    const changes = new MutationObserver(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(look)
    })
    box.addEventListener('focusin', remember)
    changes.observe(box, { subtree: true, childList: true, attributeFilter: ['disabled'] })
    return () => {
      cancelAnimationFrame(frame)
      changes.disconnect()
      box.removeEventListener('focusin', remember)
    }
  }, [within, heading])
}
