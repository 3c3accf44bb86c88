import { useLayoutEffect, useRef, type RefObject } from 'react'

/**
 * Names the row around an element for screen readers: what it is and how it stands. The tree itself is given titles only, because
 * it builds all its rows anew when one of their labels changes (`npm run bench -- rows`).
 * @param says the label; the ref belongs to any element of the row
 */
export function useRowLabel<Of extends HTMLElement>(says: string): RefObject<Of | null> {
  const inside = useRef<Of>(null)
  useLayoutEffect(() => {
    if (says !== '') inside.current?.closest('[role="row"]')?.setAttribute('aria-label', says)
  }, [says])
  return inside
}
