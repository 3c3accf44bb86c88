import { expect, test } from 'vitest'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { deferred } from '../../deferred.ts'
import { fakeStack } from './fake-stack.ts'

/** What needs a service waits for what belongs in it only until its container had it once. */

const specs = (id: string): Partial<ServiceSpec> =>
  id === 'db'
    ? { databases: { user: 'macula', names: ['one'], extensions: [] } }
    : id === 'app'
      ? { needs: ['db'] }
      : {}

function setUp() {
  const stack = fakeStack(['db', 'app'], specs)
  const state = { look: undefined as Promise<boolean> | undefined, fails: false }
  Object.assign(stack.context.adapters.inside, {
    stands: async () => await (state.look ?? Promise.resolve(!state.fails)),
    ensureDatabases: async () =>
      state.fails ? await Promise.reject(new Error('no room')) : await Promise.resolve([]),
  })
  const isStarted = () => stack.did.includes('start app')
  return { stack, state, isStarted }
}

/** One start, whose look into the database ends when it is told to; whether the other one began before. */
async function beganBefore({ stack, state, isStarted }: ReturnType<typeof setUp>): Promise<boolean> {
  await stack.down(['app', 'db'])
  stack.forget()
  stack.did.length = 0
  const look = deferred<boolean>()
  state.look = look.promise
  const run = stack.up(['db', 'app'])
  await expect.poll(() => stack.said('db')).toContain('answers')
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve))
  const began = isStarted()
  look.resolve(!state.fails)
  expect((await run).ok).toBe(true)
  expect(isStarted()).toBe(true)
  state.look = undefined
  return began
}

test('of a container that had all after a start before, what needs it does not wait; of a new one it does', async () => {
  const one = setUp()
  await one.stack.up(['db', 'app'])
  expect(await beganBefore(one)).toBe(true)
  await one.stack.context.adapters.docker.remove(one.stack.world.containers.get('db')?.id ?? '')
  expect(await beganBefore(one)).toBe(false)
  expect(await beganBefore(one)).toBe(true)
})

test('after a start that left something undone it waits again', async () => {
  const one = setUp()
  one.state.fails = true
  await one.stack.up(['db', 'app'])
  expect(await beganBefore(one)).toBe(false)
  one.state.fails = false
  expect(await beganBefore(one)).toBe(false)
  expect(await beganBefore(one)).toBe(true)
})
