import { useEffect, useState, type RefObject } from 'react'

/** So far from the edge of what is in sight rows are drawn already: a turn of the wheel. */
const MARGIN = '160px 0px'

interface Watcher {
  readonly observer: IntersectionObserver
  readonly tells: Map<Element, (isNear: boolean) => void>
}

/** One observer for each list that scrolls. */
const watchers = new WeakMap<Element, Watcher>()

function watcherOf(list: Element): Watcher {
  const known = watchers.get(list)
  if (known) return known
  const tells: Watcher['tells'] = new Map()
  const observer = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) tells.get(target)?.(isIntersecting)
    },
    { root: list, rootMargin: MARGIN },
  )
  const made = { observer, tells }
  watchers.set(list, made)
  return made
}

/**
 * Whether an element is in sight of the list around it, or close to it. `begins`: what is said before it is known; `watched`
 * false: always near.
 */
export function useNear(box: RefObject<Element | null>, watched: boolean, begins: boolean): boolean {
  const [near, setNear] = useState(begins)
  useEffect(() => {
    const element = box.current
    const list = element?.closest('.list')
    if (!watched || !element || !list) return undefined
    const { observer, tells } = watcherOf(list)
    tells.set(element, setNear)
    observer.observe(element)
    return () => {
      tells.delete(element)
      observer.unobserve(element)
    }
  }, [box, watched])
  return !watched || near
}
