import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTruth } from '../../../main/engine/look/truth.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { adaptersOf } from '../../adapters.ts'
import { openFixture, settings, stays, until, type Fixture } from './fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
  await fixture.clear()
})
afterEach(() => fixture.clear())
afterAll(() => fixture.clear())

/** Docker's own health check says when it is ready. */
const healthy = { Healthcheck: { Test: ['CMD', 'true'], Interval: 500_000_000 } }

/** A service without endpoints: all that is known of it is its container. */
const service: ServiceSpec = {
  id: 'web',
  tier: 'tools',
  title: 'Web',
  purpose: '',
  order: 1,
  address: null,
  endpoints: [],
  needs: [],
  uses: [],
  env: {},
  runtime: { kind: 'container', image: 'macula-test/base' },
  origin: 'ours',
  folder: '/nowhere',
  secrets: [],
  warnings: [],
}
const catalog: Catalog = { services: [service], forwards: [], problems: [] }

/** The real Docker engine and its events; the rest of the machine is quiet, and counts how often it is asked. */
function watched() {
  let looked = 0
  const adapters = adaptersOf({
    docker: fixture.docker,
    clock: { now: () => Date.now() },
    host: {
      openFiles: () => Promise.resolve(undefined),
      links: () => [],
      lowestPort: () => Promise.resolve(80),
    },
    forwarders: {
      someEnded: () => false,
      list: () => {
        looked += 1
        return Promise.resolve([])
      },
    },
    zones: {
      ensure: () => Promise.resolve([]),
      records: () => Promise.resolve(new Map()),
      answers: () => Promise.resolve(new Map()),
    },
    nameServer: { seen: () => Promise.resolve({ kind: 'stopped' }) },
    intent: { wanted: () => Promise.resolve(new Set(['web'])), resting: () => Promise.resolve(new Set()) },
    secrets: {
      read: () => Promise.resolve(new Map()),
    },
    stack: {
      expect: () => Promise.resolve([]),
      sources: () => Promise.resolve(new Map()),
    },
    record: { read: () => Promise.resolve(new Map()) },
  })
  const seen: Snapshot[] = []
  const truth = createTruth(
    adapters,
    settings,
    () => catalog,
    () => undefined,
  )
  return { truth, seen, looked: () => looked, tell: (snapshot: Snapshot) => void seen.push(snapshot) }
}

const state = (snapshot: Snapshot | undefined): string | undefined => snapshot?.services[0]?.state

it('watched calmly, a container that dies and comes back is told by events alone', async () => {
  const id = await fixture.make('web', stays, healthy)
  await fixture.docker.start(id)
  const one = watched()
  const stop = one.truth.subscribe(one.tell, 'calmly')
  try {
    await until(() => expect(state(one.seen.at(-1))).toBe('works'))
    await fixture.raw.getContainer(id).kill()
    await until(() => expect(state(one.seen.at(-1))).not.toBe('works'))
    await fixture.docker.start(id)
    await until(() => expect(state(one.seen.at(-1))).toBe('works'))
    // Every snapshot that was told showed something new.
    expect(new Set(one.seen.map(({ rev }) => rev)).size).toBe(one.seen.length)
  } finally {
    stop()
  }
})

it('a look that finds nothing new is told all the same, because somebody asked', async () => {
  const one = watched()
  const stop = one.truth.subscribe(one.tell, 'calmly')
  try {
    await until(() => expect(one.seen.length).toBeGreaterThan(0))
    const before = one.seen.length
    const looked = await one.truth.look()
    expect(one.seen.at(-1)).toBe(looked)
    expect(one.seen.length).toBeGreaterThan(before)
  } finally {
    stop()
  }
})

it('with nobody left to tell, events are not followed and nothing is looked at', async () => {
  const one = watched()
  const stop = one.truth.subscribe(one.tell, 'closely')
  await until(() => expect(one.seen.length).toBeGreaterThan(0))
  stop()
  const told = one.seen.length
  const id = await fixture.make('web', stays, healthy)
  await fixture.docker.start(id)
  const other = watched()
  const end = other.truth.subscribe(other.tell, 'calmly')
  await until(() => expect(state(other.seen.at(-1))).toBe('works'))
  const looked = one.looked()
  await fixture.raw.getContainer(id).kill()
  // Who watches has heard of it; who does not, has not.
  await until(() => expect(state(other.seen.at(-1))).not.toBe('works'))
  end()
  expect(one.seen.length).toBe(told)
  expect(one.looked()).toBe(looked)
})
