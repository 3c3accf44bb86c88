import { useEffect } from 'react'

/** Closes what floats beside `anchor` when the window changes so that the anchor is out of sight: it would hang outside. */
export function useWhileSeen(anchor: HTMLElement, onGone: () => void): void {
  useEffect(() => {
    const look = (): void => {
      const { top, bottom, left, right } = anchor.getBoundingClientRect()
      if (bottom < 0 || right < 0 || top > innerHeight || left > innerWidth) onGone()
    }
    addEventListener('resize', look)
    return () => removeEventListener('resize', look)
  }, [anchor, onGone])
}
