import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFrames } from '../../../renderer/store/frames.ts'

/** When what is told is done, by a page whose frames are drawn by hand. */

let frames: Map<number, () => void>
let soon: ReturnType<typeof createFrames>
let done: string[]
beforeEach(() => {
  vi.useFakeTimers()
  frames = new Map()
  done = []
  let number = 0
  soon = createFrames({
    requestAnimationFrame: (work) => {
      number += 1
      frames.set(number, () => work(0))
      return number
    },
    cancelAnimationFrame: (frame) => void frames.delete(frame),
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
  })
})
afterEach(() => void vi.useRealTimers())

const draw = (): void => {
  const all = [...frames.values()]
  frames.clear()
  for (const frame of all) frame()
}
const say = (word: string): void => soon(() => void done.push(word))

test('what comes first is done at once, what comes until the next frame together before it', () => {
  say('one')
  expect(done).toEqual(['one'])
  say('two')
  say('three')
  expect(done).toEqual(['one'])
  draw()
  expect(done).toEqual(['one', 'two', 'three'])
  say('four')
  expect(done).toEqual(['one', 'two', 'three', 'four'])
})

test('a page without frames does it soon all the same, and once', () => {
  say('one')
  say('two')
  vi.advanceTimersByTime(99)
  expect(done).toEqual(['one'])
  vi.advanceTimersByTime(1)
  expect(done).toEqual(['one', 'two'])
  expect(frames.size).toBe(0)
  draw()
  vi.advanceTimersByTime(1000)
  expect(done).toEqual(['one', 'two'])
})
