import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWatch } from '../../../main/engine/look/watch.ts'
import type { Snapshot, State } from '../../../main/model/snapshot.ts'
import { snapshotOf, greenWorld } from '../cli/worlds.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Counts what the watch has looked at; the events stay open until they are ended. */
function observer() {
  const looked: string[] = []
  const note = (what: string) => async (): Promise<void> => {
    looked.push(what)
    await Promise.resolve()
  }
  let tell: ((id: string, service: string) => void) | undefined
  let open = 0
  let end = (): void => undefined
  const watch = createWatch({
    now: () => Date.now(),
    whole: note('whole'),
    docker: note('docker'),
    containers: note('containers'),
    names: note('names'),
    listeners: note('listeners'),
    answers: note('answers'),
    changed: async (_, service) => await note(`changed ${service}`)(),
    again: async (ids) => await note(`again ${ids.length}`)(),
    isNamesBad: () => false,
    isRunning: () => true,
    events: async ({ signal, onOpen, onEvent }) => {
      open += 1
      tell = (id, service) => onEvent({ id, service, action: 'die', at: 0 })
      onOpen()
      await new Promise<void>((resolve) => {
        end = resolve
        signal.addEventListener('abort', () => resolve())
      })
      open -= 1
      return 'ended'
    },
  })
  return {
    watch,
    take: () => looked.splice(0),
    event: (service: string) => tell?.(`${service}-id`, service),
    endStream: () => end(),
    open: () => open,
  }
}

const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms))

const grafanaIs = (state: State): Snapshot => {
  const green = snapshotOf(greenWorld(), 1)
  return {
    ...green,
    services: green.services.map((one) => (one.id === 'grafana' ? { ...one, state } : one)),
  }
}

describe('who watches decides when is looked', () => {
  test('nobody: nothing runs, no stream, no timer', async () => {
    const one = observer()
    one.watch.setAttention('closely')
    await pass(0)
    one.watch.setAttention(undefined)
    await pass(0)
    expect(one.open()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    one.take()
    await pass(3_600_000)
    expect(one.take()).toEqual([])
  })

  test('calmly: the stream of events, and a whole look every two minutes', async () => {
    const one = observer()
    one.watch.setAttention('calmly')
    await pass(0)
    expect(one.take()).toEqual(['containers', 'whole'])
    await pass(119_000)
    expect(one.take()).toEqual([])
    await pass(2000)
    expect(one.take()).toEqual(['whole'])
    one.event('loki')
    await pass(0)
    expect(one.take()).toEqual(['changed loki'])
  })

  test('closely: listeners every 5 s, answers every 30 s, names every minute; slow again as soon as the last close one is gone', async () => {
    const one = observer()
    one.watch.setAttention('calmly')
    await pass(0)
    one.take()
    one.watch.setAttention('closely')
    await pass(0)
    expect(one.take()).toEqual(['whole'])
    await pass(60_001)
    const looked = one.take()
    expect(looked.filter((what) => what === 'names')).toHaveLength(1)
    expect(looked.filter((what) => what === 'listeners')).toHaveLength(12)
    expect(looked.filter((what) => what === 'answers')).toHaveLength(2)
    one.watch.setAttention('calmly')
    await pass(110_000)
    expect(one.take()).toEqual([])
    expect(one.open()).toBe(1)
  })

  test.each(['starting', 'failed', 'unknown'] as const)(
    'what is %s is asked until it works, less and less often, also when nobody looks closely',
    async (state) => {
      const one = observer()
      one.watch.setAttention('calmly')
      await pass(0)
      one.take()
      one.watch.onPublished(grafanaIs(state))
      await pass(1000)
      expect(one.take()).toEqual(['again 1', 'again 1'])
      await pass(55_000)
      expect(one.take().filter((what) => what === 'again 1').length).toBeLessThan(14)
      one.watch.onPublished(snapshotOf(greenWorld(), 2))
      await pass(3000)
      one.take()
      await pass(30_000)
      expect(one.take().filter((what) => what === 'again 1')).toEqual([])
    },
  )

  test('fault 24: a clock that jumped by a day is found within a round: everything is looked at, once', async () => {
    const one = observer()
    one.watch.setAttention('closely')
    await pass(0)
    one.take()
    vi.setSystemTime(Date.now() + 86_400_000)
    await pass(5001)
    expect(one.take()).toEqual(['whole'])
    await pass(5001)
    expect(one.take()).toEqual(['listeners'])
  })

  test('fault 27: while one inspect runs, any number of events owes one more', async () => {
    const one = observer()
    one.watch.setAttention('calmly')
    await pass(0)
    one.take()
    for (let count = 0; count < 5000; count += 1) one.event('loki')
    await pass(0)
    expect(one.take()).toEqual(['changed loki', 'changed loki'])
  })

  test('a stream that ends is opened again, and everything read after that', async () => {
    const one = observer()
    one.watch.setAttention('calmly')
    await pass(0)
    one.take()
    one.endStream()
    await pass(600)
    expect(one.take()).toEqual(['docker', 'whole'])
    expect(one.open()).toBe(1)
  })
})
