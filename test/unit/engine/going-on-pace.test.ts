import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { goingOn } from '../../../main/engine/run/going-on.ts'
import type { LogSource } from '../../../main/engine/run/logs.ts'

/** How often a log that ends is read again, and what is said of it meanwhile. */

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => vi.useRealTimers())

/** Follows a log that gives a line at some of its readings and ends at once, for a while. */
async function followed(forMs: number, hasLine: (reading: number) => boolean) {
  const began = Date.now()
  const readings: number[] = []
  const ended: number[] = []
  const source: LogSource = {
    service: 'a',
    ordered: true,
    async *read() {
      readings.push(Date.now() - began)
      await Promise.resolve()
      if (hasLine(readings.length)) yield { service: 'a', at: Date.now(), stream: 'out', text: 'x' }
    },
  }
  const stop = new AbortController()
  const on = goingOn(
    source,
    async () => await Promise.resolve(),
    { now: () => Date.now() },
    () => ended.push(Date.now() - began),
  )
  let lines = 0
  const done = (async () => {
    for await (const _line of on.read({ follow: true, signal: stop.signal })) lines += 1
  })()
  await vi.advanceTimersByTimeAsync(forMs)
  stop.abort()
  await vi.advanceTimersByTimeAsync(0)
  await done
  // One that found a hole reads twice at a time; the interruption ends the last pause.
  return { readings: [...new Set(readings)].filter((at) => at < forMs), ended, lines }
}

test('one that gives nothing is read less and less often, at the least every five seconds; its end is said once', async () => {
  const { readings, ended } = await followed(30_000, () => false)
  expect(readings).toEqual([0, 250, 750, 1750, 3750, 7750, 12_750, 17_750, 22_750, 27_750])
  expect(ended).toEqual([0])
})

test('one that gave a line is read soon again, and its end is said anew', async () => {
  const { readings, ended, lines } = await followed(3000, (reading) => reading === 4)
  expect(readings.slice(0, 6)).toEqual([0, 250, 750, 1750, 2000, 2500])
  expect([ended, lines]).toEqual([[0, 1750], 1])
})
