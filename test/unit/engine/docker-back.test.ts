import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTruth } from '../../../main/engine/look/truth.ts'
import type { DockerAdapter } from '../../../main/engine/adapters.ts'
import type { DockerSeen } from '../../../main/model/observation.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** Docker is away and comes back, over a window that watches: what ran before is never said to have failed meanwhile. */

const up: DockerSeen = { kind: 'up', version: '27.0', native: true } as DockerSeen

let stack: ReturnType<typeof fakeStack>
let truth: ReturnType<typeof createTruth>
let told: Snapshot[]
let is: DockerSeen
let drifts = 0
let end = (): void => undefined

beforeEach(async () => {
  stack = fakeStack(['one', 'two'], (id) => ({
    address: id === 'one' ? '127.0.0.11' : null,
    endpoints: [endpoint({ name: id, target: 81, listen: 81 })],
  }))
  await stack.up()
  ;[told, is, drifts] = [[], up, 0]
  vi.useFakeTimers({ now: 1_000_000 })
  const { adapters, settings, catalog } = stack.context
  const { docker, clock, host } = adapters
  const containers = docker.containers.bind(docker)
  const events: DockerAdapter['events'] = async ({ signal, onOpen, onEvent }) => {
    if (is.kind !== 'up') return 'ended'
    onOpen()
    // Docker tells of what it starts while all of them are read for the first time.
    setTimeout(() => onEvent({ id: 'one-1', service: 'one', action: 'start', at: 0 }), 100)
    await new Promise<void>((resolve) => {
      end = resolve
      signal.addEventListener('abort', () => resolve())
    })
    return 'ended'
  }
  Object.assign(clock, { now: () => Date.now() })
  Object.assign(host, {
    lookup: () => Promise.resolve({ kind: 'answer', addresses: ['127.0.0.11'], ms: 1 }),
  })
  Object.assign(docker, {
    see: () => Promise.resolve(is),
    // Reading all of them takes its time after Docker answers.
    containers: async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return await containers()
    },
    events,
  })
  truth = createTruth(adapters, settings, catalog, () => void (drifts += 1))
  truth.subscribe((snapshot) => void told.push(snapshot))
  await pass(2000)
  expect(states()).toEqual(['works', 'works'])
  is = { kind: 'down', code: 'absent', says: 'no socket' }
  end()
  await pass(20_000)
  expect(states()).toEqual(['unknown', 'unknown'])
  told = []
})
afterEach(() => {
  truth.close()
  vi.useRealTimers()
})

const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms))
const states = (snapshot = told.at(-1)) => snapshot?.services.map(({ state }) => state)
const everTold = (id: string) =>
  new Set(told.map(({ services }) => services.find((view) => view.id === id)?.state))

function set(id: string, part: object): void {
  const container = stack.world.containers.get(id)
  if (!container) throw new Error(`no ${id}`)
  stack.world.containers.set(id, { ...container, ...part })
}

test('what still runs, or starts with Docker, comes back without having failed', async () => {
  set('one', { startedAt: Date.now() })
  set('two', { state: 'exited', exitCode: 0, stoppedOnPurpose: true, address: '' })
  is = up
  await pass(13_000)
  expect(everTold('two')).toEqual(new Set(['unknown', 'starting']))
  // From the first snapshot on: by what Docker has, not by an empty list.
  const first = told.find(({ docker }) => docker.kind === 'up')
  expect(first?.services.map(({ container }) => container?.id)).toEqual(['one-1', 'two-2'])
  set('two', { state: 'running', startedAt: Date.now(), address: '172.23.0.9' })
  end()
  await pass(3000)
  expect(states()).toEqual(['works', 'works'])
  expect([everTold('one').has('failed'), everTold('two').has('failed')]).toEqual([false, false])
})

test('what does not come is told to have failed, though nothing else happens', async () => {
  set('two', { state: 'exited', exitCode: 3, address: '' })
  is = up
  await pass(10_000)
  expect(states()).toEqual(['works', 'starting'])
  await pass(13_000)
  expect(states()).toEqual(['works', 'failed'])
  const reads = told.length
  await pass(60_000)
  expect(told.length - reads, 'nothing is told again and again').toBeLessThan(2)
})

test('forwarders to what has another address since are led again', async () => {
  set('one', { startedAt: Date.now(), address: '172.23.0.77' })
  is = up
  await pass(13_000)
  expect(drifts).toBeGreaterThan(0)
})
