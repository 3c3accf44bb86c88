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
