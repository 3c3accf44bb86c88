import { expect, test } from 'vitest'
import { coalesce } from '../../../main/model/coalesce.ts'
import { deferred } from '../../deferred.ts'

function counted(keyOf?: (id: string) => string) {
  const began: string[] = []
  const ends: ReturnType<typeof deferred<void>>[] = []
  const run = coalesce(async (id: string) => {
    began.push(id)
    const end = deferred<void>()
    ends.push(end)
    await end.promise
  }, keyOf)
  return { began, ends, run }
}

test('a thousand calls while it runs are one more run, with the arguments of the last', async () => {
  const { began, ends, run } = counted()
  const first = run('a')
  const rest = Array.from({ length: 1000 }, (_, index) => run(String(index)))
  expect(began).toEqual(['a'])
  ends[0]?.resolve()
  await first
  await expect.poll(() => began).toEqual(['a', '999'])
  ends[1]?.resolve()
  await Promise.all(rest)
  expect(began).toHaveLength(2)
})

test('who calls while it runs waits for a run that began after the call', async () => {
  const { ends, run } = counted()
  const first = run('a')
  let isOver = false
  const second = run('b').then(() => (isOver = true))
  ends[0]?.resolve()
  await first
  await expect.poll(() => ends.length).toBe(2)
  expect(isOver).toBe(false)
  ends[1]?.resolve()
  await second
  expect(isOver).toBe(true)
})

test('keys do not wait for each other', async () => {
  const { began, ends, run } = counted((id) => id)
  const both = [run('a'), run('b')]
  expect(began).toEqual(['a', 'b'])
  for (const end of ends) end.resolve()
  await Promise.all(both)
})

test('a run that fails tells its caller; what was asked meanwhile is done all the same', async () => {
  const { began, ends, run } = counted()
  const first = run('a')
  const second = run('b')
  ends[0]?.reject(new Error('no'))
  await expect(first).rejects.toThrow('no')
  await expect.poll(() => began).toEqual(['a', 'b'])
  ends[1]?.resolve()
  await second
  const third = run('c')
  ends[2]?.resolve()
  await third
})
