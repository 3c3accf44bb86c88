import { describe, expect, test } from 'vitest'
import { mergeByTime } from '../../../main/model/merge-by-time.ts'

/** Streams that each come by time, as one. */

interface Line {
  readonly at: number
  readonly of: string
}

async function* stream(of: string, ...instants: readonly number[]): AsyncGenerator<Line> {
  for (const at of instants) {
    await Promise.resolve()
    yield { at, of }
  }
}

async function all(...streams: readonly AsyncIterable<Line>[]): Promise<string> {
  const lines: string[] = []
  for await (const { at, of } of mergeByTime(streams)) lines.push(`${of}${at}`)
  return lines.join(' ')
}

describe('lines of several streams', () => {
  test.each<readonly [string, readonly AsyncIterable<Line>[], string]>([
    ['no stream', [], ''],
    ['only empty ones', [stream('a'), stream('b')], ''],
    ['one', [stream('a', 1, 2)], 'a1 a2'],
    ['one that is empty beside another', [stream('a'), stream('b', 1, 2)], 'b1 b2'],
    ['by time, whichever is first', [stream('a', 2, 5, 6), stream('b', 1, 3, 7)], 'b1 a2 b3 a5 a6 b7'],
    ['one that ends early', [stream('a', 1), stream('b', 2, 3), stream('c', 4)], 'a1 b2 b3 c4'],
    ['the same instant: in the order of the streams', [stream('a', 1, 2), stream('b', 1, 2)], 'a1 b1 a2 b2'],
  ])('%s', async (_, streams, lines) => expect(await all(...streams)).toBe(lines))
})

/** A stream that tells what became of it. */
function watched(instants: readonly number[]) {
  const state = { asked: 0, isEnded: false }
  const iterator: AsyncIterator<Line> = {
    next: () => {
      const at = instants[state.asked]
      state.asked += 1
      return Promise.resolve(
        at === undefined ? { done: true, value: undefined } : { done: false, value: { at, of: 'w' } },
      )
    },
    return: () => {
      state.isEnded = true
      return Promise.reject(new Error('could not be ended'))
    },
  }
  return { state, stream: { [Symbol.asyncIterator]: () => iterator } }
}

test('one value of each is held: the next is asked for when that was given', async () => {
  const { state, stream: one } = watched([1, 2, 3])
  const merged = mergeByTime([one, stream('b', 9)])
  expect(state.asked).toBe(0)
  await merged.next()
  expect(state.asked).toBe(1)
  await merged.next()
  expect(state.asked).toBe(2)
})

test('whoever leaves early ends all streams, whatever they say to it', async () => {
  const [one, two] = [watched([1, 2]), watched([3])]
  for await (const { at } of mergeByTime([one.stream, two.stream])) if (at === 1) break
  expect([one.state.isEnded, two.state.isEnded]).toEqual([true, true])
})

test('what a stream throws is thrown, and the others are ended', async () => {
  const other = watched([1, 2])
  const broken: AsyncIterable<Line> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject<IteratorResult<Line>>(new Error('cut')) }),
  }
  await expect(all(other.stream, broken)).rejects.toThrow('cut')
  expect(other.state.isEnded).toBe(true)
})
