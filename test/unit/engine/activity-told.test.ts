import { expect, test } from 'vitest'
import { record } from '../../../main/engine/activity/recorded.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import type { ActivityEntry } from '../../../main/model/activity.ts'
import { sayEntry } from '../../../main/model/activity-words.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { listenerKey, listenersOf } from '../../../main/model/listeners.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import { catalog } from '../cli/fixture.ts'

/** An entry of the timeline is about what it names, and nothing is told that changed nothing. */

const none: AbortSignal = new AbortController().signal
const quiet = (): void => undefined

/** The titles of what one engine writes down while `use` asks it. */
async function titles(
  over: Partial<Record<keyof Engine, unknown>>,
  use: (engine: Engine) => Promise<unknown>,
): Promise<readonly string[]> {
  const entries: ActivityEntry[] = []
  const adapters = {
    clock: { now: () => 1 },
    activity: {
      news: () => Promise.resolve([]),
      append: (more: readonly ActivityEntry[]) => Promise.resolve(void entries.push(...more)),
    },
  }
  const engine = record(
    { catalog: () => catalog, secrets: () => Promise.resolve([]), ...over } as unknown as Parameters<
      typeof record
    >[0],
    adapters as unknown as Adapters,
    {} as Parameters<typeof record>[2],
  )
  await use(engine).catch(() => undefined)
  return entries.map(
    (entry) => sayEntry(entry, (id) => catalog.services.find((one) => one.id === id)?.title ?? id).title,
  )
}

const fails = () => Promise.reject(new MaculaError({ kind: 'failed', what: 'TimescaleDB does not run.' }))
const end = { ok: true, done: ['grafana', 'loki', 'tempo'], failed: [], skipped: [], ms: 1 }
const port = listenersOf(catalog).find(({ to }) => to.kind === 'service' && to.service === 'grafana')

test('a database and a bucket by their names, also when they could not be created; what was there is no news', async () => {
  const create = async (engine: Engine): Promise<void> => {
    await engine.createDatabase('shop').catch(() => undefined)
    await engine.createBucket('files', { versioned: false }).catch(() => undefined)
  }
  expect(await titles({ createDatabase: fails, createBucket: fails }, create)).toEqual([
    'Database shop could not be created',
    'Bucket files could not be created',
  ])
  const making = (made: boolean) => () => Promise.resolve({ made, service: 'timescaledb', url: '' })
  expect(await titles({ createDatabase: making(true), createBucket: making(true) }, create)).toEqual([
    'Database shop created',
    'Bucket files created',
  ])
  expect(await titles({ createDatabase: making(false), createBucket: making(false) }, create)).toEqual([])
})

test('a repair of names and forwarders tells whose were not right, not all that run', async () => {
  const fix = (event: StepEvent) => (_: unknown, tell: (told: StepEvent) => void) => {
    tell(event)
    return Promise.resolve(end)
  }
  const repair = async (engine: Engine): Promise<unknown> =>
    await engine.fix({ kind: 'forward' }, quiet, none)
  const listener = port ? listenerKey(port) : expect.fail()
  const made: StepEvent = { kind: 'forward', ms: 1, listener, ok: true, says: 'started' }
  expect(await titles({ fix: fix(made) }, repair)).toEqual(['Grafana fixed'])
  expect(await titles({ fix: fix({ kind: 'phase', ms: 1, says: 'x' }) }, repair)).toEqual([
    'Names and forwarders restored',
  ])
})

test('a repair that starts tells what it started', async () => {
  const fix = (_: unknown, tell: (told: StepEvent) => void) => {
    tell({ kind: 'starting', ms: 1, service: 'loki' })
    return Promise.resolve(end)
  }
  const start = async (engine: Engine): Promise<unknown> =>
    await engine.fix({ kind: 'start', services: ['loki'] }, quiet, none)
  expect(await titles({ fix }, start)).toEqual(['Loki started'])
})

test('undo tells which changes of the machine were undone', async () => {
  const of = (id: string, title: string) => ({ id: `${id}-1`, change: id, title, state: 'applied' })
  const ledger = () =>
    Promise.resolve([of('route-hosts', 'Names in the hosts file'), of('tools', 'Programs')])
  const undone = (...changes: readonly string[]) => ({
    kind: 'done',
    steps: changes.map((change) => ({ change, result: 'done' })),
  })
  const undo = async (engine: Engine): Promise<unknown> =>
    await engine.undo(['route-hosts-1'], { evenIfDrifted: false }, quiet)
  expect(await titles({ ledger, undo: () => Promise.resolve(undone('route-hosts')) }, undo)).toEqual([
    'Undone on this machine: Names in the hosts file',
  ])
  expect(await titles({ ledger, undo: fails }, undo)).toEqual(['Undo failed: Names in the hosts file'])
  const whole = async (engine: Engine): Promise<unknown> =>
    await engine.undo(undefined, { evenIfDrifted: false }, quiet)
  expect(
    await titles({ ledger, undo: () => Promise.resolve(undone('route-hosts', 'tools')) }, whole),
  ).toEqual(['Undone on this machine: Names in the hosts file and Programs'])
})

test('what names nothing begins with a capital, and has none in the middle', async () => {
  expect(
    await titles({ up: fails, restart: fails }, async (engine) => await engine.up('all', quiet, none)),
  ).toEqual(['Start of services failed'])
})
