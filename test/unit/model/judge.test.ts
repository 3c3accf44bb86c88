import { fc } from '../../chance.ts'
import { describe, expect, test } from 'vitest'
import { isByNameOnly } from '../../../main/model/access.ts'
import { rungIds } from '../../../main/model/ladder.ts'
import type { AnswerSeen, ListenerSeen, NameSeen } from '../../../main/model/observation.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { services } from '../cli/fixture.ts'
import { change, greenWorld, now, silence, snapshotOf, type Draft } from '../cli/worlds.ts'

/** One thing is not as it should be: whose row says so, in which words, and who else is touched. */

function viewOf(snapshot: Snapshot, id: string): ServiceView {
  const view = snapshot.services.find((one) => one.id === id)
  if (!view) throw new Error(`no ${id}`)
  return view
}

function service(id: string): (typeof services)[number] {
  const found = services.find((one) => one.id === id)
  if (!found) throw new Error(`no ${id}`)
  return found
}

/** Rungs of a service as "ok ok stop …". */
const rungsOf = (view: ServiceView): string => view.ladder.map(({ state }) => state).join(' ')

const unset = snapshotOf(greenWorld())
  .services.filter(({ state }) => state === 'not set up')
  .map(({ id }) => id)

function others(snapshot: Snapshot): readonly string[] {
  return snapshot.services
    .filter(({ id, state }) => state !== 'works' && !unset.includes(id))
    .map(({ id }) => id)
}

const foreign: ListenerSeen = { kind: 'foreign', holder: { pid: 812, program: 'nginx' }, ms: 1 }

test('a world in which all is well has only rows that work', () => {
  expect(others(snapshotOf(greenWorld()))).toEqual([])
})

test.each<readonly [string, (world: Draft) => void, string, string, string, string]>([
  [
    'a name that is not known',
    (world) => world.names.set('grafana.macula.local', { kind: 'none', code: 'ENOTFOUND', ms: 2 }),
    'grafana',
    'degraded',
    'round ok ok ok ok',
    'name not known',
  ],
  [
    'a name that leads elsewhere',
    (world) => world.names.set('grafana.macula.local', { kind: 'answer', addresses: ['10.0.0.1'], ms: 2 }),
    'grafana',
    'degraded',
    'round ok ok ok ok',
    '10.0.0.1',
  ],
  [
    'a port 80 that another program has',
    (world) => {
      world.listeners.set('127.0.0.4:80', foreign)
      world.answers.delete('grafana/web/front')
    },
    'grafana',
    'degraded',
    'ok ok round ok ok',
    'nginx (pid 812) has port 80',
  ],
  [
    'a forwarder that is there and was not checked yet, though the container itself answered',
    (world) => {
      world.answers.delete('grafana/web/front')
      world.answers.delete('grafana/web/native')
    },
    'grafana',
    'unknown',
    'ok ok ok ok unknown',
    'checking…',
  ],
  [
    'the only port, that another program has',
    (world) => {
      world.listeners.set('127.0.0.8:5432', foreign)
      for (const key of world.answers.keys())
        if (/^timescaledb\/.*\/native$/.test(key)) world.answers.delete(key)
    },
    'timescaledb',
    'degraded',
    'ok ok round ok ok',
    'nginx (pid 812) has port 5432',
  ],
  [
    'a container that ended',
    (world) => {
      silence(world, 'grafana')
      change(world, 'grafana', { state: 'exited', exitCode: 1, address: '', finishedAt: now - 60_000 })
    },
    'grafana',
    'failed',
    'ok ok ok stop unreached',
    'exit code 1',
  ],
  [
    'a container that Docker starts again and again',
    (world) => {
      silence(world, 'grafana')
      change(world, 'grafana', { state: 'restarting', exitCode: 2, restarts: 5, address: '' })
    },
    'grafana',
    'failed',
    'ok ok ok stop unreached',
    '5 restarts',
  ],
  [
    'a program that does not answer',
    (world) => {
      for (const key of world.answers.keys())
        if (key.startsWith('grafana/')) world.answers.set(key, { kind: 'timeout', ms: 3000 })
    },
    'grafana',
    'failed',
    'ok ok ok ok stop',
    'no answer in 3.0 s',
  ],
  [
    'a program that answers wrong',
    (world) => {
      for (const key of world.answers.keys())
        if (key.startsWith('grafana/'))
          world.answers.set(key, { kind: 'wrong', says: 'answers HTTP 500', status: 500, ms: 3 })
    },
    'grafana',
    'failed',
    'ok ok ok ok stop',
    'answers HTTP 500',
  ],
])('%s is that row’s alone', (_, broken, id, state, rungs, reason) => {
  const world = greenWorld()
  broken(world)
  const snapshot = snapshotOf(world)
  expect(others(snapshot)).toEqual([id])
  const view = viewOf(snapshot, id)
  expect(view.state).toBe(state)
  expect(rungsOf(view)).toBe(rungs)
  expect(view.reason).toContain(reason)
  expect(snapshot.causes).toEqual([])
})

test('what opens by name only opens by a slow name, and by none whose port another program or a hung forwarder has', () => {
  const spec = services.find(
    ({ runtime, endpoints }) => runtime.kind === 'container' && endpoints.some(isByNameOnly),
  )
  const endpoint = spec?.endpoints.find(isByNameOnly)
  if (!spec || !endpoint) throw new Error('nothing opens by name only')
  const name = `${endpoint.name ?? ''}.macula.local`
  const bestWith = (listener?: ListenerSeen): string | undefined => {
    const world = greenWorld()
    world.names.set(name, { kind: 'answer', addresses: [spec.address ?? ''], ms: 5004 })
    if (listener) world.listeners.set(`${spec.address ?? ''}:80`, listener)
    const view = viewOf(snapshotOf(world), spec.id).endpoints.find(({ id }) => id === endpoint.id)
    return view?.accesses[view.best]?.kind
  }
  expect(bestWith()).toBe('clean')
  expect(bestWith(foreign)).toBe('direct')
  expect(bestWith({ kind: 'hung', pid: 41, program: 'socat', hung: 'suspended', ms: 1 })).toBe('direct')
})

test('what is stopped on purpose has no red rung, whatever its name and forwarder are', () => {
  const world = greenWorld()
  for (const { id } of services) {
    silence(world, id)
    world.wanted.delete(id)
    change(world, id, { state: 'exited', address: '', stoppedOnPurpose: true })
  }
  world.names.forEach((_, name) => world.names.set(name, { kind: 'none', code: 'ENOTFOUND', ms: 2 }))
  world.listeners.forEach((_, key) => world.listeners.set(key, { kind: 'free', ms: 0 }))
  world.route = { kind: 'absent' }
  const shown = snapshotOf(world).services
  expect(shown.filter(({ state }) => state === 'stopped').length).toBeGreaterThan(10)
  expect(
    shown.flatMap(({ id, ladder }) => (ladder.some(({ state }) => state === 'stop') ? [id] : [])),
  ).toEqual([])
})

describe('whatever is seen', () => {
  const names = fc.oneof(
    fc.record({
      kind: fc.constant('answer' as const),
      addresses: fc.subarray(['127.0.0.4', '10.0.0.1']),
      ms: fc.nat(9000),
    }),
    fc.record({ kind: fc.constant('none' as const), code: fc.constant('ENOTFOUND'), ms: fc.nat(100) }),
    fc.record({ kind: fc.constant('timeout' as const), ms: fc.constant(6000) }),
  ) satisfies fc.Arbitrary<NameSeen>
  const listeners = fc.constantFrom<ListenerSeen>(
    foreign,
    { kind: 'free', ms: 0 },
    { kind: 'refused', code: 'EACCES', ms: 0 },
    { kind: 'ours', pid: 4000, program: 'socat', ms: 1 },
    { kind: 'astray', pid: 4000, to: '172.23.0.9:80', ms: 1 },
  )
  const answers = fc.constantFrom<AnswerSeen | undefined>(
    undefined,
    { kind: 'answer', says: 'HTTP 200', ms: 3 },
    { kind: 'wrong', says: 'answers HTTP 502', status: 502, ms: 3 },
    { kind: 'closed', ms: 1 },
    { kind: 'refused', code: 'ECONNREFUSED', ms: 1 },
    { kind: 'timeout', ms: 3000 },
  )
  const states = fc.constantFrom('running', 'exited', 'restarting', 'paused', 'created', 'dead', undefined)
  const healths = fc.constantFrom('none', 'starting', 'healthy', 'unhealthy')
  const acts = fc.constantFrom('starting', 'stopping', undefined)

  /** A world whose every part is drawn. */
  function drawn(draw: fc.GeneratorValue): Draft {
    const world = greenWorld()
    for (const name of world.names.keys())
      world.names.set(
        name,
        draw(() => names),
      )
    for (const key of world.listeners.keys())
      world.listeners.set(
        key,
        draw(() => listeners),
      )
    for (const key of world.answers.keys()) {
      const seen = draw(() => answers)
      if (seen === undefined) world.answers.delete(key)
      else world.answers.set(key, seen)
    }
    for (const id of world.containers.keys()) {
      const state = draw(() => states)
      if (state === undefined) world.containers.delete(id)
      else change(world, id, { state, health: draw(() => healths) })
      if (state !== 'running') silence(world, id)
      if (draw(() => fc.boolean())) world.wanted.delete(id)
      const act = draw(() => acts)
      if (act !== undefined) world.acting.set(id, act)
    }
    if (draw(() => fc.boolean())) world.docker = { kind: 'down', code: 'slow', says: 'no answer in 5 s' }
    return world
  }

  test('a row has five rungs in order, and says no more than they do', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const world = drawn(draw)
        const snapshot = snapshotOf(world)
        for (const view of snapshot.services.filter(({ id }) => !unset.includes(id))) {
          expect(view.ladder.map(({ id }) => id)).toEqual(rungIds)
          const has = (state: string): boolean => view.ladder.some((rung) => rung.state === state)
          // Green is never said of what is not.
          if (view.state === 'works')
            expect(view.ladder.every(({ state }) => state === 'ok' || state === 'unused')).toBe(true)
          // Trouble is said in a few words, with what can be done about it.
          if (view.state === 'failed' || view.state === 'degraded') {
            expect(view.reason).not.toBe('')
            expect(has('stop') || has('round')).toBe(true)
          }
          // Without Docker nobody knows what runs.
          if (world.docker.kind === 'down') expect(view.state).toBe('unknown')
          // Nothing opens an access that another program holds.
          for (const { accesses, best } of view.endpoints) {
            const access = accesses[best]
            const key = `${service(view.id).address ?? ''}:${access?.port ?? 0}`
            if (access !== undefined && access.kind !== 'direct')
              expect(world.listeners.get(key)?.kind, access.url).not.toBe('foreign')
          }
        }
      }),
      // Hundreds of values are drawn: a smaller world would take minutes to find.
      { numRuns: 60, endOnFailure: true },
    )
  })
})
