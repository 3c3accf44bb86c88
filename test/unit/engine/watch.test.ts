import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWatch } from '../../../main/engine/look/watch.ts'
import type { Snapshot, State } from '../../../main/model/snapshot.ts'
import { snapshotOf, greenWorld } from '../cli/worlds.ts'

// Only what the watch uses: under load the runner's own setImmediate would be counted as a timer of ours.
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => vi.useRealTimers())

/** Counts what the watch has looked at; the events stay open until they are ended. */
function observer() {
  const looked: string[] = []
  const note = (what: string) => async (): Promise<void> => {
    looked.push(what)
    await Promise.resolve()
  }
  const is = { namesBad: false, portAwaited: false, running: true, opens: true, back: false }
  let tell: ((id: string, service: string) => void) | undefined
  let open = 0
  let end = (): void => undefined
  const watch = createWatch({
    now: () => Date.now(),
    whole: note('whole'),
    docker: async () => {
      await note('docker')()
      if (is.back) is.opens = true
      return is.back
    },
    containers: note('containers'),
    names: note('names'),
    listeners: note('listeners'),
    answers: note('answers'),
    changed: async (_, service) => await note(`changed ${service}`)(),
    ended: (id) => void looked.push(`ended ${id}`),
    again: async (ids) => await note(`again ${ids.length}`)(),
    isNamesBad: () => is.namesBad,
    isPortAwaited: () => is.portAwaited,
    isRunning: () => is.running,
    events: async ({ signal, onOpen, onEvent }) => {
      if (!is.opens) return 'ended'
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
    is,
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

  test('closely: listeners every 5 s, answers and names every minute; slow again as soon as the last close one is gone', async () => {
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
    expect(looked.filter((what) => what === 'answers')).toHaveLength(1)
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

  test('bad names are asked for every 15 seconds, until they are good', async () => {
    const one = observer()
    one.is.namesBad = true
    one.watch.setAttention('closely')
    await pass(60_001)
    expect(one.take().filter((what) => what === 'names')).toHaveLength(4)
    one.is.namesBad = false
    await pass(60_001)
    expect(one.take().filter((what) => what === 'names').length).toBeLessThanOrEqual(2)
  })

  test('a stream that cannot be opened is tried less and less often, at the least every ten seconds', async () => {
    const one = observer()
    one.is.opens = false
    one.watch.setAttention('calmly')
    await pass(7600)
    // After 0.5, 1, 2 and 4 seconds.
    expect(one.take().filter((what) => what === 'docker')).toHaveLength(4 + 1)
    await pass(60_000)
    expect(one.take().filter((what) => what === 'docker')).toHaveLength(6)
    one.is.opens = true
    await pass(10_000)
    expect(one.take()).toContain('whole')
    // What opened once is tried soon again.
    one.endStream()
    await pass(600)
    expect(one.take()).toEqual(['docker', 'whole'])
  })

  test('a Docker that answers again is followed at once, whatever the pause would be by then', async () => {
    const one = observer()
    one.watch.setAttention('closely')
    await pass(0)
    one.is.opens = false
    one.endStream()
    await pass(15_000)
    one.take()
    one.is.back = true
    // At its next look, and then without another pause of eight seconds.
    await pass(600)
    expect(one.take()).toEqual(['docker', 'whole'])
    expect(one.open()).toBe(1)
  })

  test('what does not run is not asked again', async () => {
    const one = observer()
    one.watch.setAttention('closely')
    await pass(0)
    one.is.running = false
    one.take()
    one.watch.onPublished(grafanaIs('failed'))
    await pass(3000)
    expect(one.take().filter((what) => what.startsWith('again'))).toEqual([])
  })

  test('the same that is busy does not begin anew with every snapshot; nobody watches: nothing is asked', async () => {
    const one = observer()
    one.watch.onPublished(grafanaIs('starting'))
    await pass(3000)
    expect(one.take()).toEqual([])
    one.watch.setAttention('closely')
    await pass(0)
    one.take()
    for (let round = 0; round < 10; round += 1) {
      one.watch.onPublished(grafanaIs('starting'))
      await pass(100)
    }
    expect(one.take()).toContain('again 1')
    one.watch.setAttention(undefined)
    await pass(10_000)
    expect(one.take()).toEqual([])
  })

  test('looked at closely it is asked every two seconds at the least, calmly every ten', async () => {
    for (const [how, times] of [
      ['closely', 50],
      ['calmly', 10],
    ] as const) {
      const one = observer()
      one.watch.setAttention(how)
      await pass(0)
      one.watch.onPublished(grafanaIs('failed'))
      await pass(30_000)
      one.take()
      await pass(100_000)
      expect(one.take().filter((what) => what === 'again 1').length).toBeGreaterThanOrEqual(times - 1)
      one.watch.setAttention(undefined)
    }
  })

  test('the same attention once more, or less, begins with no look', async () => {
    const one = observer()
    one.watch.setAttention('closely')
    await pass(0)
    one.take()
    one.watch.setAttention('closely')
    one.watch.setAttention('calmly')
    await pass(0)
    expect(one.take()).toEqual([])
  })

  test('closely, everything is looked at only after a jump of the clock: backwards too', async () => {
    const one = observer()
    one.watch.setAttention('closely')
    await pass(0)
    one.take()
    vi.setSystemTime(Date.now() - 3_600_000)
    await pass(5001)
    expect(one.take()).toEqual(['whole'])
    // A few seconds are none.
    vi.setSystemTime(Date.now() + 4000)
    await pass(5001)
    expect(one.take()).toEqual(['listeners'])
  })

  test('an event that comes after nobody watches any more is not looked at', async () => {
    const one = observer()
    one.watch.setAttention('calmly')
    await pass(0)
    one.take()
    one.watch.setAttention(undefined)
    one.event('loki')
    await pass(0)
    expect(one.take()).toEqual([])
  })
})
