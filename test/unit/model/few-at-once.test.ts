import { expect, test } from 'vitest'
import { fewAtOnce } from '../../../main/model/few-at-once.ts'

test.each([
  [0, 3],
  [3, 3],
  [7, 3],
])('%d, at most %d under way: all, in their order', async (count, most) => {
  let [now, highest] = [0, 0]
  const all = Array.from({ length: count }, (_, index) => index)
  const made = await fewAtOnce(all, most, async (one) => {
    highest = Math.max(highest, (now += 1))
    await Promise.resolve()
    now -= 1
    return one * 2
  })
  expect(made).toEqual(all.map((one) => one * 2))
  expect(highest).toBe(Math.min(count, most))
})

test('one that fails fails the whole', async () => {
  await expect(fewAtOnce([1, 2], 1, async () => await Promise.reject(new Error('no')))).rejects.toThrow('no')
})
