import { useEffect, useEffectEvent, useRef } from 'react'
import type { Ring } from './ring.ts'
import type { Rows } from './rows.ts'

/** Number of the shown row whose time is nearest to an instant; undefined: no row is shown. */
export function nearestRow(ring: Ring, rows: Rows, at: number): number | undefined {
  let best: number | undefined
  let away = Infinity
  for (let index = 0; index < rows.count(); index += 1) {
    const number = rows.numberAt(index)
    const distance = Math.abs((ring.get(number)?.at ?? Infinity) - at)
    if (distance < away) [best, away] = [number, distance]
  }
  return best
}

/** Shows the row of an instant that somebody was led to, once, as soon as there are rows. */
export function useLed(at: number | undefined, ring: Ring, rows: Rows, show: (number: number) => void): void {
  const led = useRef<number>(undefined)
  const isThere = rows.count() > 0
  const reveal = useEffectEvent((instant: number) => {
    const number = nearestRow(ring, rows, instant)
    if (number !== undefined) show(number)
  })
  useEffect(() => {
    if (at === undefined || !isThere || led.current === at) return
    led.current = at
    reveal(at)
  }, [at, isThere])
}
