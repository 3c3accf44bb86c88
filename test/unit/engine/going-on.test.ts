import { expect, test } from 'vitest'
import { goingOn, nextContainer, type NextRun } from '../../../main/engine/run/going-on.ts'
import type { LogSource } from '../../../main/engine/run/logs.ts'
import type { DockerAdapter } from '../../../main/engine/adapters.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'

/** A log that is followed over the ends of what writes it. */

const clock = { now: () => 50 }

/** What writes the log is another run each time that was waited for; a reading gives what is younger than was asked for. */
function runs(...all: readonly (readonly number[] | Error)[]) {
  let now = 0
  const source: LogSource = {
    service: 'a',
    ordered: true,
    async *read({ since, tail = Infinity }) {
      await Promise.resolve()
      const run = all[now] ?? []
      if (run instanceof Error) throw run
      for (const at of run.slice(-tail))
        if (since === undefined || at >= since) yield { service: 'a', at, stream: 'out', text: String(at) }
    },
  }
  const next: NextRun = () => {
    now += 1
    return Promise.resolve()
  }
  return { source, next }
}

/** The instants of the first lines, and how often it was said that nothing is followed any more. */
async function first(
  count: number,
  { source, next }: { readonly source: LogSource; readonly next: NextRun },
) {
  const abort = new AbortController()
  const ended: string[] = []
  const told: number[] = []
  const on = goingOn(source, next, clock, (service) => ended.push(service))
  for await (const { at } of on.read({ follow: true, tail: 100, signal: abort.signal })) {
    told.push(at)
    if (told.length === count) abort.abort()
  }
  return { told, ended }
}

test('the next run is read on from the last line; lines that were told come once', async () => {
  const one = runs([1, 2], [1, 2, 7], [8, 9])
  expect(await first(5, one)).toEqual({ told: [1, 2, 7, 8, 9], ended: ['a', 'a'] })
})

test('a run that wrote more than the overlap holds before it was read is read from its begin', async () => {
  const many = Array.from({ length: 3000 }, (_, index) => 10 + index)
  // The same log goes on (a container that was started again), and another one begins (it was made anew).
  for (const run of [[1, 2, ...many], many])
    expect((await first(3002, runs([1, 2], run))).told).toEqual([1, 2, ...many])
})

test('what never had a line is followed from when it was asked for', async () => {
  const one = runs([], [40, 60])
  expect((await first(1, one)).told).toEqual([60])
})

test('that nothing is followed is said once, however often it is looked; a failed reading is no end', async () => {
  const one = runs([1], [], new Error('down'), [9])
  expect(await first(2, one)).toEqual({ told: [1, 9], ended: ['a'] })
})

test('reading without following is left as it is', async () => {
  const one = runs([1, 2])
  const on = goingOn(one.source, one.next, clock, () => undefined)
  const told: number[] = []
  for await (const { at } of on.read({ follow: false, signal: new AbortController().signal })) told.push(at)
  expect(told).toEqual([1, 2])
})

test('an interruption while it waits ends it', async () => {
  const abort = new AbortController()
  const never: NextRun = async (signal) =>
    await new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
  const on = goingOn(runs([1]).source, never, clock, () => setTimeout(() => abort.abort(), 5))
  const told: number[] = []
  for await (const { at } of on.read({ follow: true, signal: abort.signal })) told.push(at)
  expect(told).toEqual([1])
})

test('a container that runs already when the events are opened is not waited for; another service’s is no reason', async () => {
  const container = (service: string, state: string): ContainerSeen => ({ service, state }) as ContainerSeen
  const states = [[container('b', 'running')], [container('a', 'exited')], [container('a', 'running')]]
  let looks = 0
  const docker = {
    containers: () => Promise.resolve(states[Math.min(looks++, 2)] ?? []),
    events: async ({ signal, onOpen, onEvent }: Parameters<DockerAdapter['events']>[0]) => {
      onOpen()
      for (const service of ['b', 'a', 'b', 'a']) {
        await Promise.resolve()
        onEvent({ id: service, service, action: 'start', at: 1 })
      }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return 'aborted'
    },
  } as unknown as DockerAdapter
  await nextContainer(docker, 'a')(new AbortController().signal)
  // At its opening, and at the two events of its own.
  expect(looks).toBe(3)
})
