import { beforeEach, expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { silentTrouble } from '../../../main/model/docker-silent.ts'
import { fakeStack } from './fake-stack.ts'

/** Docker answers nothing about one container: it alone is told so, and a start or stop of it ends with that. */

let stack: ReturnType<typeof fakeStack>
beforeEach(async () => {
  stack = fakeStack(['db', 'side'])
  await stack.up()
  stack.forget()
  const { adapters } = stack.context
  const id = stack.world.containers.get('db')?.id ?? expect.fail()
  const inspect = adapters.docker.inspect.bind(adapters.docker)
  const stop = adapters.docker.stop.bind(adapters.docker)
  const since = stack.world.now
  Object.assign(adapters.docker, {
    silentSince: (one: string) => (one === id ? since : undefined),
    containers: () =>
      Promise.resolve(
        [...stack.world.containers.values()].map((one) =>
          // As much as Docker's list tells.
          one.id === id
            ? { ...one, silentSince: since, config: '', imageId: '', made: undefined, published: {} }
            : one,
        ),
      ),
    inspect: async (one: string, how?: 'quick') => {
      if (one !== id) return await inspect(one, how)
      throw new MaculaError(silentTrouble('macula-db-1', 12_000))
    },
    stop: async (one: string, how?: 'for good') =>
      one === id
        ? await Promise.reject(new MaculaError(silentTrouble('macula-db-1', 12_000)))
        : await stop(one, how),
  })
})

test('a look keeps what was known of it, and the others are as they are', async () => {
  const { truth } = stack.context
  await truth.observe.docker().then(truth.observe.containers)
  expect(truth.seen.containers.get('db')).toMatchObject({
    state: 'running',
    imageId: expect.stringMatching(/./) as string,
  })
  expect(truth.seen.containers.get('db')?.silentSince).toBeDefined()
  expect(truth.seen.containers.get('side')?.silentSince).toBeUndefined()
})

test('a start of it ends with the reason, and Compose is never asked about it; the other one is started', async () => {
  // Nothing is known of it from before: what the list tells is not what would be made now.
  stack.context.truth.seen.containers = new Map()
  const { failed, done } = await stack.up()
  expect(failed.map(({ service, trouble }) => [service, trouble.what.replace(/ for .*/, '')])).toEqual([
    ['db', 'Docker has not answered about macula-db-1'],
  ])
  expect(done).toEqual(['side'])
  expect(stack.did.filter((did) => did.startsWith('make'))).toEqual([])
})

test('a stop of it ends with the reason', async () => {
  const { failed } = await stack.down(['db', 'side'])
  expect(failed.map(({ service }) => service)).toEqual(['db'])
  expect(stack.did.filter((did) => did.startsWith('stop'))).toEqual([expect.stringContaining('stop side')])
})
