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
    if (begins) return undefined
    // A list knows its rows a frame after it is there.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(settle)
    })
    return () => cancelAnimationFrame(frame)
  }, [])
  return null
}

function settle(): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return
  const row = document.querySelector<HTMLElement>('main [role="row"][aria-selected="true"]')
  const list = document.querySelector<HTMLElement>('main [role="treegrid"]')
  const lines = document.querySelector<HTMLElement>('main .lines[tabindex]')
  const main = document.querySelector<HTMLElement>('main')
  if (row === null && list === null && lines === null && main !== null) main.tabIndex = -1
  ;(row ?? list ?? lines ?? main)?.focus({ preventScroll: true })
}
