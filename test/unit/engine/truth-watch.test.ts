import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTruth } from '../../../main/engine/look/truth.ts'
import type { DockerAdapter } from '../../../main/engine/adapters.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** What has no event is looked at now and then, for as long as somebody watches, and told when it changed. */

let stack: ReturnType<typeof fakeStack>
let truth: ReturnType<typeof createTruth>
let told: Snapshot[]
let asked: number[]
let looked: string[]
let isEnded = false
let drifts = 0
let docker: Parameters<DockerAdapter['events']>[0] | undefined

beforeEach(async () => {
  const ports: Readonly<Record<string, number>> = { one: 81, two: 82 }
  stack = fakeStack(['one', 'two', 'three'], (id) => ({
    address: { one: '127.0.0.11', two: '127.0.0.12' }[id] ?? null,
    endpoints: [endpoint({ name: id, target: ports[id] ?? 83, listen: ports[id] ?? 83 })],
  }))
  await stack.up()
  ;[told, asked, looked, isEnded] = [[], [], [], false]
  vi.useFakeTimers({ now: 1_000_000 })
  const { adapters, settings, catalog } = stack.context
  const { host } = adapters
  const ask = host.ask.bind(host)
  Object.assign(adapters.clock, { now: () => Date.now() })
  Object.assign(adapters.forwarders, { someEnded: () => isEnded })
  Object.assign(adapters.docker, {
    events: async (handlers: typeof docker) => {
      docker = handlers
      await new Promise((resolve) => handlers?.signal.addEventListener('abort', resolve))
    },
  })
  Object.assign(host, {
    ask: async (question: Parameters<typeof ask>[0]) => {
      asked.push(question.port)
      return await ask(question)
    },
    lookup: (name: string) => {
      looked.push(name.split('.')[0] ?? '')
      const address = name.startsWith('one') ? '127.0.0.11' : '127.0.0.12'
      return Promise.resolve({ kind: 'answer', addresses: [address], ms: 1 })
    },
  })
  drifts = 0
  truth = createTruth(adapters, settings, catalog, () => void (drifts += 1))
})
afterEach(() => {
  truth.close()
  vi.useRealTimers()
})

const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms))
async function watch(how: 'closely' | 'calmly'): Promise<() => void> {
  const leave = truth.subscribe((snapshot) => void told.push(snapshot), how)
  await pass(1000)
  ;[told.length, asked.length, looked.length] = [0, 0, 0]
  return leave
}
const state = (id: string) => told.at(-1)?.services.find((one) => one.id === id)?.state

describe('looked at closely', () => {
  test('the first look is told, whole, without being asked for', async () => {
    truth.subscribe((snapshot) => void told.push(snapshot))
    await pass(300)
    expect([state('one'), state('two'), state('three')]).toEqual(['works', 'works', 'works'])
    expect(looked.toSorted()).toEqual(['one', 'two'])
  })

  test('a forwarder that ended: its service alone is asked again, and that is told', async () => {
    await watch('closely')
    await pass(5001)
    expect([asked, told]).toEqual([[], []])
    isEnded = true
    await pass(5000)
    // Nothing of what listens is another: nobody is asked.
    expect([asked, told]).toEqual([[], []])
    stack.world.forwards.delete('127.0.0.11:81')
    await pass(5000)
    // Past its forwarder, as nothing listens for it any more.
    expect(asked).toEqual([81])
    expect(state('one')).not.toBe('works')
    expect(state('two')).toBe('works')
  })

  test('answers are asked for every minute, though nothing is known to have changed', async () => {
    await watch('closely')
    stack.world.answer = () => ({ kind: 'refused', code: 'ECONNREFUSED', ms: 1 })
    await pass(58_000)
    expect(asked).toEqual([])
    await pass(1001)
    expect(new Set(asked)).toEqual(new Set([81, 82, 83]))
    expect(state('one')).not.toBe('works')
  })

  test('what only took another moment to answer stays beside what changed', async () => {
    await watch('closely')
    const before = truth.current()
    stack.world.answer = (port) =>
      port === 82
        ? { kind: 'refused', code: 'ECONNREFUSED', ms: 1 }
        : { kind: 'answer', says: 'HTTP 200', ms: 9 }
    await pass(60_001)
    const after = told.at(-1)
    const changed = after?.services.filter((one) => !before?.services.includes(one)).map(({ id }) => id)
    expect(changed).toEqual(['two'])
  })

  test('one of two good names every minute, in turn; all of them as soon as one is bad, every quarter of one', async () => {
    await watch('closely')
    await pass(59_000)
    expect(looked).toHaveLength(1)
    await pass(60_000)
    expect(looked.toSorted()).toEqual(['one', 'two'])
    Object.assign(stack.context.adapters.host, {
      lookup: (name: string) => {
        looked.push(name.split('.')[0] ?? '')
        return Promise.resolve({ kind: 'none', code: 'ENOTFOUND', ms: 1 })
      },
    })
    await pass(60_000)
    looked.length = 0
    told.length = 0
    await pass(60_000)
    expect(looked.filter((name) => name === 'one')).toHaveLength(4)
  })

  test('what the stream finds when it opens is told: a container that is gone', async () => {
    await watch('closely')
    stack.world.containers.delete('three')
    docker?.onOpen()
    await pass(0)
    expect(truth.seen.containers.has('three')).toBe(false)
    expect(told.length).toBeGreaterThan(0)
  })

  test('what does not answer is asked again soon, as long as it runs', async () => {
    await watch('closely')
    stack.world.answer = (port) =>
      port === 83
        ? { kind: 'refused', code: 'ECONNREFUSED', ms: 1 }
        : { kind: 'answer', says: 'HTTP 200', ms: 1 }
    await pass(60_001)
    asked.length = 0
    await pass(2000)
    expect(new Set(asked)).toEqual(new Set([83]))
  })
})

test('one who looks closely among those who do not is enough; with nobody, or closed, nothing runs', async () => {
  const leaveCalm = await watch('calmly')
  await pass(61_000)
  expect(asked).toEqual([])
  const leave = await watch('closely')
  await pass(61_000)
  expect(asked.length).toBeGreaterThan(0)
  leave()
  asked.length = 0
  await pass(61_000)
  expect(asked).toEqual([])
  leaveCalm()
  expect(vi.getTimerCount()).toBe(0)
  await watch('closely')
  truth.close()
  expect([vi.getTimerCount(), truth.isWatched()]).toEqual([0, false])
})

/** Somebody else has the port of `one` until it is `left`; then it is free until it is `taken` back. */
function heldPort() {
  const { host } = stack.context.adapters
  const listener = host.listener.bind(host)
  let kind: 'foreign' | 'free' | 'ours' = 'foreign'
  Object.assign(host, {
    listener: async (...place: Parameters<typeof listener>) =>
      place[0] === '127.0.0.11' && kind !== 'ours'
        ? kind === 'foreign'
          ? { kind, holder: { pid: 812, program: 'nginx' }, ms: 1 }
          : { kind, ms: 1 }
        : await listener(...place),
  })
  return { left: () => (kind = 'free'), taken: () => (kind = 'ours'), held: () => (kind = 'foreign') }
}

test.each(['closely', 'calmly'] as const)(
  'a port that others had is watched %s, and taken back once they left it, without a press',
  async (how) => {
    const port = heldPort()
    await watch(how)
    await pass(how === 'closely' ? 20_000 : 130_000)
    const before = drifts
    port.left()
    await pass(11_000)
    expect(drifts).toBeGreaterThan(before)
    port.taken()
    await pass(11_000)
    const after = drifts
    await pass(130_000)
    expect(drifts, 'what is there is not tried').toBe(after)
  },
)

test('a port that could not be taken back at once is tried again, paced and not for ever', async () => {
  const port = heldPort()
  await watch('closely')
  await pass(6000)
  const before = drifts
  port.left()
  await pass(60_000)
  expect(drifts - before).toBeGreaterThan(8)
  expect(drifts - before).toBeLessThan(16)
  await pass(600_000)
  expect(drifts - before).toBe(24)
  // Who had it has it again: it is a new matter.
  port.held()
  await pass(61_000)
  port.left()
  await pass(6000)
  expect(drifts - before).toBe(25)
})

test('a freed port that nobody wants is left', async () => {
  const port = heldPort()
  await watch('closely')
  await pass(6000)
  stack.world.containers.delete('one')
  truth.seen.containers = new Map([...truth.seen.containers].filter(([id]) => id !== 'one'))
  truth.seen.wanted = new Set()
  Object.assign(stack.context.adapters.intent, { wanted: async () => await Promise.resolve(new Set()) })
  const before = drifts
  port.left()
  await pass(20_000)
  expect(drifts).toBe(before)
})
