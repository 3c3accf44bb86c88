import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pause, poll } from '../../../main/engine/wait.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a pause ends after its time, or with the signal, and leaves nothing behind', async () => {
  const over = vi.fn<() => void>()
  void pause(100).then(over)
  await vi.advanceTimersByTimeAsync(99)
  expect(over).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(over).toHaveBeenCalledTimes(1)
  const stop = new AbortController()
  const early = pause(100_000, stop.signal)
  stop.abort()
  await early
  await pause(100_000, stop.signal)
  expect(vi.getTimerCount()).toBe(0)
})

/** When `ask` is called, in ms from the begin, and what comes of it. */
async function asked(answerAt: number, pace: Parameters<typeof poll>[1]) {
  const at: number[] = []
  const began = performance.now()
  const result = poll(async () => {
    at.push(Math.round(performance.now() - began))
    return await Promise.resolve(at.length === answerAt ? 'there' : undefined)
  }, pace)
  await vi.runAllTimersAsync()
  return { at, result: await result }
}

test.each([
  { answerAt: 1, deadline: 0, at: [0], result: 'there' },
  { answerAt: 4, deadline: 1000, at: [0, 10, 30, 70], result: 'there' },
  { answerAt: 0, deadline: 100, at: [0, 10, 30, 70, 100], result: undefined },
  { answerAt: 0, deadline: 300, at: [0, 10, 30, 70, 120, 170, 220, 270, 300], result: undefined },
])('is asked less and less often until $deadline ms: $at', async ({ answerAt, deadline, at, result }) => {
  expect(await asked(answerAt, { deadline, first: 10, longest: 50 })).toEqual({ at, result })
})

test('the signal ends it', async () => {
  const stop = new AbortController()
  const result = poll(() => Promise.resolve(undefined), {
    deadline: 1e9,
    first: 10,
    longest: 10,
    signal: stop.signal,
  })
  await vi.advanceTimersByTimeAsync(25)
  stop.abort()
  expect(await result).toBeUndefined()
  expect(vi.getTimerCount()).toBe(0)
})
