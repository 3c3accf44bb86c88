import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMerge, type Merge } from '../../../main/model/merge-streams.ts'

async function* of(...values: readonly string[]): AsyncGenerator<string> {
  for (const value of values) {
    await Promise.resolve()
    yield value
  }
}

async function all(merge: Merge<string>): Promise<readonly string[]> {
  const values: string[] = []
  for await (const value of merge.values()) values.push(value)
  return values
}

test('every value comes, those of one stream in its order; it ends with the last stream', async () => {
  const merge = createMerge<string>(true)
  merge.add(of('a1', 'a2', 'a3'))
  merge.add(of('b1'))
  merge.add(of())
  const values = await all(merge)
  expect(values.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1'])
  expect(values.filter((value) => value.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
})

test('without streams it ends at once, or when it is closed', async () => {
  expect(await all(createMerge<string>(true))).toEqual([])
  const open = createMerge<string>(false)
  const values = all(open)
  open.add(of('late'))
  await pause(5)
  open.close()
  expect(await values).toEqual(['late'])
})

test('a slow reader holds each stream back to one value', async () => {
  let made = 0
  async function* eager(): AsyncGenerator<string> {
    for (;;) {
      made += 1
      yield String(made)
    }
  }
  const merge = createMerge<string>(true)
  merge.add(eager())
  await pause(20)
  expect(made).toBe(1)
  let read = 0
  for await (const _ of merge.values()) if ((read += 1) === 3) break
  expect(made).toBeLessThanOrEqual(4)
})

test('what a stream throws is thrown; the others are ended', async () => {
  let ended = false
  async function* quiet(): AsyncGenerator<string> {
    try {
      yield 'one'
      await pause(60_000, undefined, { ref: false })
    } finally {
      ended = true
    }
  }
  async function* broken(): AsyncGenerator<string> {
    await pause(5)
    yield await Promise.reject<string>(new Error('cut'))
  }
  const merge = createMerge<string>(true)
  merge.add(broken())
  await expect(all(merge)).rejects.toThrow('cut')
  const other = createMerge<string>(true)
  other.add(quiet())
  for await (const _ of other.values()) break
  await pause(5)
  expect(ended).toBe(true)
})
