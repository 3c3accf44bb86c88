import { expect, test } from 'vitest'
import { takingTurns } from '../../../main/engine/run/turns.ts'
import { deferred } from '../../deferred.ts'

/** Works that end when they are told to, and the order in which they began. */
function works(most: number) {
  const turn = takingTurns(most)
  const begun: string[] = []
  const ends = new Map<string, ReturnType<typeof deferred<string>>>()
  return {
    begun,
    take: async (name: string, line: 'ahead' | 'rest' = 'rest'): Promise<string> => {
      const end = deferred<string>()
      ends.set(name, end)
      return await turn(async () => {
        begun.push(name)
        return await end.promise
      }, line)
    },
    end: (name: string) => ends.get(name),
  }
}

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

test('no more than so many are under way, the others in their order', async () => {
  const { take, begun, end } = works(2)
  const all = ['one', 'two', 'three', 'four'].map((name) => take(name))
  await settled()
  expect(begun).toEqual(['one', 'two'])
  end('two')?.resolve('done')
  expect(await all[1]).toBe('done')
  await settled()
  expect(begun).toEqual(['one', 'two', 'three'])
  end('one')?.resolve('done')
  await settled()
  expect(begun).toEqual(['one', 'two', 'three', 'four'])
})

test('what goes ahead is taken before all that waited longer', async () => {
  const { take, begun, end } = works(1)
  for (const name of ['one', 'two', 'three']) void take(name)
  await settled()
  void take('chain', 'ahead')
  void take('chain too', 'ahead')
  for (const name of ['one', 'chain', 'chain too', 'two']) {
    end(name)?.resolve('done')
    await settled()
  }
  expect(begun).toEqual(['one', 'chain', 'chain too', 'two', 'three'])
})

test('one that fails is told as such, and gives its place on', async () => {
  const { take, begun, end } = works(1)
  const failing = take('one')
  void take('two')
  await settled()
  end('one')?.reject(new Error('no'))
  await expect(failing).rejects.toThrow('no')
  await settled()
  expect(begun).toEqual(['one', 'two'])
})
