import { afterEach, expect, test } from 'vitest'
import type { DockerAdapter } from '../../../main/engine/adapters.ts'
import { createTruth, type Truth } from '../../../main/engine/look/truth.ts'
import { poll } from '../../../main/engine/wait.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { fakeStack } from './fake-stack.ts'

/** PowerDNS ends past us while somebody watches: our name server must not go on asking it. */

let truth: Truth | undefined
afterEach(() => truth?.close())

test.each([
  ['powerdns', 1],
  ['other', 0],
])('%s ends: names are put right %d times', async (id, times) => {
  const stack = fakeStack(['powerdns', 'other'])
  await stack.up()
  let events: Parameters<DockerAdapter['events']>[0] | undefined
  Object.assign(stack.context.adapters.docker, {
    events: async (handlers: NonNullable<typeof events>) => {
      events = handlers
      await new Promise((resolve) => handlers.signal.addEventListener('abort', resolve))
    },
  })
  let drifts = 0
  truth = createTruth(
    stack.context.adapters,
    { ...defaultSettings, project: 'macula' },
    () => stack.catalog,
    () => (drifts += 1),
    () => undefined,
  )
  truth.subscribe(() => undefined)
  await truth.look()
  const container = stack.world.containers.get(id)
  if (!container) throw new Error(`no ${id}`)
  stack.world.containers.set(id, { ...container, state: 'exited', address: '' })
  events?.onEvent({ id: container.id, service: id, action: 'die', at: 0 })
  const isSeen = await poll(
    () => Promise.resolve(truth?.seen.containers.get(id)?.state === 'exited' ? true : undefined),
    { deadline: 2000, first: 1, longest: 20 },
  )
  expect(isSeen).toBe(true)
  expect(drifts).toBe(times)
})

/** A stack that runs, with our name server told to ask `asks`, and a truth that counts what it finds to put right. */
async function watched(change: (stack: ReturnType<typeof fakeStack>) => void) {
  const stack = fakeStack(['powerdns'])
  await stack.up()
  stack.world.nameServer = true
  const { address } = stack.world.containers.get('powerdns') ?? { address: '' }
  stack.world.asks = `${address}:53`
  let events: Parameters<DockerAdapter['events']>[0] | undefined
  Object.assign(stack.context.adapters.docker, {
    events: async (handlers: NonNullable<typeof events>) => {
      events = handlers
      await new Promise((resolve) => handlers.signal.addEventListener('abort', resolve))
    },
  })
  change(stack)
  const told = { drifts: 0, snapshots: 0 }
  truth = createTruth(
    stack.context.adapters,
    { ...defaultSettings, project: 'macula' },
    () => stack.catalog,
    () => (told.drifts += 1),
    () => undefined,
  )
  return { stack, told, truth, events: () => events }
}

const end = (stack: ReturnType<typeof fakeStack>): void => {
  const container = stack.world.containers.get('powerdns')
  if (!container) throw new Error('no powerdns')
  stack.world.containers.set('powerdns', { ...container, state: 'exited', address: '' })
}

const until = async (is: () => boolean): Promise<true | undefined> =>
  await poll(() => Promise.resolve(is() || undefined), { deadline: 2000, first: 1, longest: 20 })

test.each<readonly [string, (stack: ReturnType<typeof fakeStack>) => void, boolean]>([
  ['it had ended before anybody looked', end, true],
  ['it has another address', ({ world }) => void (world.asks = '172.23.0.99:53'), true],
  ['it runs and nobody is asked', ({ world }) => void (world.asks = undefined), true],
  ['it is asked where it runs', () => undefined, false],
  ['our name server does not run', ({ world }) => void (world.nameServer = false), false],
])('a first look: %s', async (_, change, isAstray) => {
  const { told, truth: mine } = await watched(change)
  mine.subscribe(() => void (told.snapshots += 1))
  // Nothing but the first whole look tells anything here.
  expect(await until(() => told.snapshots > 0)).toBe(true)
  expect(told.drifts > 0).toBe(isAstray)
})

test('what could not be put right is tried again with the next look, and never while nobody watches', async () => {
  const { told, truth: mine, events } = await watched(end)
  const leave = mine.subscribe(() => undefined)
  expect(await until(() => told.drifts > 0)).toBe(true)
  // The stream of events opens, and opens anew: Docker was away, and everything is looked at.
  for (const _ of [1, 2]) {
    const before = told.drifts
    events()?.onOpen()
    expect(await until(() => told.drifts > before)).toBe(true)
  }
  leave()
  const after = told.drifts
  await mine.look()
  expect(told.drifts).toBe(after)
})

test('while it is being started or stopped whoever does that leads our names', async () => {
  const { told, truth: mine } = await watched(end)
  mine.act('powerdns', 'stopping')
  mine.subscribe(() => void (told.snapshots += 1))
  expect(await until(() => told.snapshots > 0)).toBe(true)
  expect(told.drifts).toBe(0)
})
