import { useEffect, useRef, useState, type RefObject } from 'react'

/**
 * Whether a box scrolls now. One that does and holds nothing to be focused must itself be reached by the keyboard; one that
 * does not is no stop on the way.
 */
export function useOverflows(): readonly [RefObject<HTMLDivElement | null>, boolean] {
  const box = useRef<HTMLDivElement>(null)
  const [overflows, setOverflows] = useState(false)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const measure = (): void => {
      const scrolls =
        element.scrollHeight > element.clientHeight && getComputedStyle(element).overflowY !== 'visible'
      // What a keyboard is at stays a stop until it has gone on: it would be at nothing otherwise.
      setOverflows((before) => scrolls || (before && document.activeElement === element))
    }
    const seen = new ResizeObserver(measure)
    const watch = (): void => {
      seen.disconnect()
      seen.observe(element)
      for (const child of element.children) seen.observe(child)
    }
    watch()
    const changed = new MutationObserver(watch)
    changed.observe(element, { childList: true })
    return () => {
      seen.disconnect()
      changed.disconnect()
    }
  }, [])
  return [box, overflows]
}
