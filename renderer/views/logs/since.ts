/** From when on lines are shown. */
export const sinces = ['begin', 'start', 'five', 'thirty', 'hour', 'day'] as const
export type Since = (typeof sinces)[number]

const minutes = { five: 5, thirty: 30, hour: 60, day: 24 * 60 } as const

/** The instant (epoch ms) a choice means now; undefined: no limit. `started`: of the youngest container. */
export function sinceAt(since: Since, now: number, started: number | undefined): number | undefined {
  if (since === 'begin') return undefined
  if (since === 'start') return started
  return now - minutes[since] * 60_000
}
