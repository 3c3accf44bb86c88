import { expect, test } from 'vitest'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { startContainer } from '../../../main/engine/run/start-container.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import { services } from '../cli/fixture.ts'
import { greenWorld } from '../cli/worlds.ts'

const loki = services.find(({ id }) => id === 'loki')!
const green = greenWorld().containers.get('loki')!
const made: ContainerSeen = { ...green, id: 'old', state: 'exited' }
const anew: ContainerSeen = { ...green, id: 'new', state: 'created' }
const words = (why: string): MaculaError =>
  new MaculaError({ kind: 'failed', what: 'loki cannot be started.', why: `Docker says: ${why}` })
const stuck = words(`failed to create task for container: task ${'c8'.repeat(32)}: already exists`)

/** Docker that fails to start the old container so, which is in this state when it is looked at `after` times. */
function world(failure: Error | undefined, state: ContainerSeen['state'] | 'gone', after = 1, isMade = true) {
  const done: string[] = []
  const told: StepEvent[] = []
  const containers = new Map([['loki', made]])
  let [now, looks] = [0, 0]
  const context = {
    adapters: {
      clock: { now: () => (now += 250) },
      docker: {
        start: async (id: string) => {
          done.push(`start ${id}`)
          if (id === 'old' && failure) throw failure
          return await Promise.resolve()
        },
        inspect: async () => {
          looks += 1
          if (state === 'gone') return await Promise.resolve(undefined)
          return await Promise.resolve({ ...made, state: looks >= after ? state : made.state })
        },
        remove: async (id: string) => await Promise.resolve(void done.push(`remove ${id}`)),
      },
      stack: {
        create: async ([id = '']: readonly string[], onStep: (id: string, says: string) => void) => {
          onStep(id, 'Creating')
          await Promise.resolve(void done.push(`create ${id}`))
        },
      },
    },
    truth: {
      seen: { containers },
      observe: {
        saw: () => containers.delete('loki'),
        containers: async () => await Promise.resolve(isMade && void containers.set('loki', anew)),
      },
    },
  } as unknown as RunContext
  const { signal } = new AbortController()
  const run = async () =>
    await startContainer(
      context,
      loki,
      made,
      (event) => told.push(event),
      () => 0,
      signal,
    )
  return { run, done, told, looks: () => looks }
}

test('one that starts is started once', async () => {
  const { run, done, told } = world(undefined, 'running')
  expect((await run()).id).toBe('old')
  expect([done, told]).toEqual([['start old'], []])
})

test('one that Docker can never start again is made anew, told, and started', async () => {
  const { run, done, told } = world(stuck, 'exited')
  expect((await run()).id).toBe('new')
  expect(done).toEqual(['start old', 'remove old', 'create loki', 'start new'])
  expect(told).toMatchObject([
    { kind: 'note', says: expect.stringContaining('its data is kept') as unknown },
    { kind: 'waiting', service: 'loki', says: 'Creating' },
  ])
})

test('one that compose does not make anew either fails for what Docker said', async () => {
  const { run, done } = world(stuck, 'exited', 1, false)
  await expect(run()).rejects.toThrow(stuck)
  expect(done).toEqual(['start old', 'remove old', 'create loki'])
})

test('one that is gone is not looked at again and again, and fails for what Docker said', async () => {
  const { run, looks } = world(words('no such container'), 'gone', 1, false)
  await expect(run()).rejects.toThrow('no such container')
  expect(looks()).toBe(2)
})

test('one that is gone because another was made in its place: that one is started', async () => {
  const { run, done, told } = world(words('no such container'), 'gone')
  expect((await run()).id).toBe('new')
  expect([done, told]).toEqual([['start old', 'start new'], []])
})

test.each([
  ['at once', 1],
  ['a moment later', 2],
])('one that Docker itself started meanwhile counts as started: %s', async (_, after) => {
  for (const failure of [stuck, words('container is being restarted')]) {
    const { run, done, told } = world(failure, 'running', after)
    expect(await run()).toMatchObject({ id: 'old', state: 'running' })
    expect([done, told]).toEqual([['start old'], []])
  }
})

test.each(['port is already allocated', 'task 12: already exists', 'volume x: already exists'])(
  'every other failure stays one, and nothing is removed: %s',
  async (why) => {
    const { run, done } = world(words(why), 'exited')
    await expect(run()).rejects.toThrow(why)
    expect(done).toEqual(['start old'])
  },
)
