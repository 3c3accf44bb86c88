import { expect, test } from 'vitest'
import { goingOn, nextContainer, type NextRun } from '../../../main/engine/run/going-on.ts'
import type { LogSource } from '../../../main/engine/run/logs.ts'
import type { DockerAdapter } from '../../../main/engine/adapters.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'

/** A log that is followed over the ends of what writes it. */

const clock = { now: () => 50 }

/** Each reading of the source gives the next of some runs, as far as they are younger than what was asked for. */
function runs(...all: readonly (readonly number[] | Error)[]) {
  const left = [...all]
  const asked: (number | undefined)[] = []
  const source: LogSource = {
    service: 'a',
    ordered: true,
    async *read({ since }) {
      await Promise.resolve()
      asked.push(since)
      const run = left.shift() ?? []
      if (run instanceof Error) throw run
      for (const at of run)
        if (since === undefined || at >= since) yield { service: 'a', at, stream: 'out', text: String(at) }
    },
  }
  return { source, asked }
}

const atOnce: NextRun = () => Promise.resolve()

/** The instants of the first lines, and how often it was said that nothing is followed any more. */
async function first(count: number, source: LogSource, next: NextRun = atOnce) {
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
  expect(await first(5, one.source)).toEqual({ told: [1, 2, 7, 8, 9], ended: ['a', 'a'] })
  expect(one.asked).toEqual([undefined, 2, 7])
})

test('what never had a line is followed from when it was asked for', async () => {
  const one = runs([], [40, 60])
  expect((await first(1, one.source)).told).toEqual([60])
})

test('that nothing is followed is said once, however often it is looked; a failed reading is no end', async () => {
  const one = runs([1], [], new Error('down'), [9])
  expect(await first(2, one.source)).toEqual({ told: [1, 9], ended: ['a'] })
})

test('reading without following is left as it is', async () => {
  const one = runs([1, 2])
  const on = goingOn(one.source, atOnce, clock, () => undefined)
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
