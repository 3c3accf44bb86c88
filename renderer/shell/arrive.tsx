import { useEffect } from 'react'

let first = true

/**
 * Puts the focus into a view that was just shown, when it was lost with the view before; never at the beginning, where
 * nobody has pressed anything yet.
 */
export function Arrive(): null {
  useEffect(() => {
    const begins = first
    first = false
    if (begins || (document.activeElement !== null && document.activeElement !== document.body)) return
    const list = document.querySelector<HTMLElement>('main [role="treegrid"]')
    const main = document.querySelector<HTMLElement>('main')
    if (list) list.focus({ preventScroll: true })
    else if (main) {
      main.tabIndex = -1
      main.focus({ preventScroll: true })
    }
  }, [])
  return null
}
