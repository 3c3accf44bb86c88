import { expect, test } from 'vitest'
import { late } from '../../../main/model/late.ts'

/** A part that counts what is added, and how often it was opened. */
function counter(fails = 0) {
  let left = fails
  const opened: string[] = []
  const part = late(async () => {
    opened.push('opened')
    if (left > 0) {
      left -= 1
      throw new Error('not now')
    }
    let sum = 0
    return await Promise.resolve({
      add: async (one: number) => await Promise.resolve((sum += one)),
      // What asks its own part finds it.
      async twice(this: { add: (one: number) => Promise<number> }, one: number): Promise<number> {
        await this.add(one)
        return await this.add(one)
      },
    })
  })
  return { part, opened }
}

test('it is opened by the first call, once, and calls reach it', async () => {
  const { part, opened } = counter()
  expect(opened).toEqual([])
  await Promise.all([part.add(1), part.add(2)])
  expect(await part.twice(5)).toBe(13)
  expect(opened).toEqual(['opened'])
})

test('an opening that failed is tried again by the next call', async () => {
  const { part, opened } = counter(1)
  await expect(part.add(1)).rejects.toThrow('not now')
  expect(await part.add(1)).toBe(1)
  expect(opened).toHaveLength(2)
})

test('it can be handed on by a promise, unopened', async () => {
  const { part, opened } = counter()
  const handed = await Promise.resolve(part)
  expect(opened).toEqual([])
  expect(await handed.add(4)).toBe(4)
})

test('who looks at it without asking, a log or a comparison, opens nothing; a call is the same each time', () => {
  const { part, opened } = counter()
  expect((part as unknown as Record<symbol, unknown>)[Symbol.toStringTag]).toBeUndefined()
  expect((part as unknown as Record<symbol, unknown>)[Symbol.iterator]).toBeUndefined()
  // What is handed on alone, and compared, is one function.
  const { add } = part as { add: unknown }
  expect(add).toBe(part.add)
  expect(opened).toEqual([])
})

test('what a part does not have is told by name', async () => {
  const { part } = counter()
  const other = part as unknown as { subtract: () => Promise<unknown> }
  await expect(other.subtract()).rejects.toThrow('there is no subtract')
})
