import { beforeEach, describe, expect, test } from 'vitest'
import { noteRunning } from '../../../main/engine/migration/again.ts'
import { createRuns, type Runs } from '../../../main/engine/run/runs.ts'
import type { MigrationEvent } from '../../../main/model/migration.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { fakeStack } from '../engine/fake-stack.ts'

/** What a take-over stopped of ours runs again at its end, and nothing else is started. */

let stack: ReturnType<typeof fakeStack>
let told: MigrationEvent[]
beforeEach(async () => {
  stack = fakeStack(['registry', 'grafana', 'loki'])
  await stack.up(['registry', 'grafana'])
  told = []
})

const ends = async (how: { readonly aborted?: boolean; readonly fails?: boolean } = {}) => {
  const noted = await noteRunning(stack.context, ['registry'])
  await stack.down(['registry'])
  const abort = new AbortController()
  if (how.aborted === true) abort.abort()
  const real = createRuns(stack.context)
  const runs: Runs =
    how.fails === true
      ? {
          ...real,
          start: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'Port 5000 is held.' })),
        }
      : real
  return await noted.again(runs, (event) => void told.push(event), abort.signal)
}
const running = () =>
  [...stack.world.containers.values()]
    .flatMap(({ service, state }) => (state === 'running' ? [service] : []))
    .toSorted()
const titles = () => told.flatMap((event) => (event.kind === 'begins' ? [event.title] : []))

describe('services that ran before a take-over', () => {
  test('and were stopped by it are started again; what did not run is not', async () => {
    expect(await ends()).toEqual([])
    expect(running()).toEqual(['grafana', 'registry'])
    expect(titles()).toEqual(['REGISTRY starts again'])
  })

  test('after it was interrupted nothing is started, and what is off is told', async () => {
    expect(await ends({ aborted: true })).toEqual([{ id: 'registry', title: 'REGISTRY' }])
    expect(running()).toEqual(['grafana'])
  })

  test('that cannot be started are told with the reason', async () => {
    expect(await ends({ fails: true })).toEqual([{ id: 'registry', title: 'REGISTRY' }])
    expect(told).toContainEqual({ kind: 'tells', id: 'again', says: 'Port 5000 is held.' })
  })

  test('that an interrupted run had stopped count as running when it goes on; others that are wanted and off are left', async () => {
    await stack.down(['registry', 'grafana'], { keepWanted: true })
    const noted = await noteRunning(stack.context, ['registry'])
    const runs = createRuns(stack.context)
    expect(await noted.again(runs, (event) => void told.push(event), new AbortController().signal)).toEqual(
      [],
    )
    expect(running()).toEqual(['registry'])
  })

  test('where none ran, none is looked for', async () => {
    await stack.down(['registry', 'grafana'])
    const noted = await noteRunning(stack.context, ['registry'])
    await stack.up(['loki'])
    expect(
      await noted.again(
        createRuns(stack.context),
        (event) => void told.push(event),
        new AbortController().signal,
      ),
    ).toEqual([])
    expect(told).toEqual([])
  })
})
