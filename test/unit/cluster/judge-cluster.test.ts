import { describe, expect, test } from 'vitest'
import type { ListenerSeen } from '../../../main/model/observation.ts'
import { createdBy, meant, toggleOf } from '../../../main/model/may.ts'
import { app, catalog, look, node, now, pod, up, view } from './world.ts'

describe('the cluster', () => {
  test('never made: not set up, with its applications, whatever is asked of Docker', () => {
    const snapshot = look({ kind: 'absent', wasMade: false }, { wanted: new Set() })
    expect(snapshot.services.map(({ state }) => state)).toEqual(['not set up', 'not set up', 'not set up'])
    expect(look(undefined, { wanted: new Set() }).services.map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'not set up'),
    )
  })

  test('wanted and not there: who took it away is said only when it had been made', () => {
    expect(view(look({ kind: 'absent', wasMade: true }), 'cluster/hub')).toMatchObject({
      state: 'failed',
      reason: 'cluster is gone',
      headline: { why: 'It was removed, not by Macula.' },
    })
    expect(view(look({ kind: 'absent', wasMade: false }), 'cluster/hub')).toMatchObject({
      state: 'failed',
      reason: 'not created',
      headline: { why: 'Its last start was interrupted before anything was created.' },
    })
  })

  test('never created: told by its row and its tier, and everything else is not said to fail for it', () => {
    const of = (wasMade: boolean) => {
      const { summary, tiers } = look({ kind: 'absent', wasMade })
      const tier = tiers.find(({ id }) => id === 'applications')
      return [summary.state, summary.says, summary.more, tier?.state, tier?.says]
    }
    expect(of(false)).toEqual([
      'not set up',
      'All services are stopped.',
      'Hub cluster could not be created. Start them with maculactl up.',
      'failed',
      'Hub cluster could not be created',
    ])
    expect(of(true)).toEqual(['failed', 'Hub cluster fails.', '', 'failed', '0 of 1, Hub cluster fails'])
  })

  test('what a start creates first is known, and "Start all" leaves out what never was', () => {
    const absent = look({ kind: 'absent', wasMade: false })
    expect(createdBy(absent.services, ['console'])).toEqual(['cluster/hub'])
    expect(meant(absent.services, 'all', 'start')).toEqual([])
    expect(toggleOf(view(absent, 'cluster/hub'))).toEqual({ verb: 'start', can: true })
    const again = look({ kind: 'absent', wasMade: true })
    expect(meant(again.services, 'all', 'start')).toEqual(['cluster/hub'])
    for (const other of [up({ console: app() }), { kind: 'absent', wasMade: false, like: 'kind' } as const])
      expect(createdBy(look(other).services, ['console', 'cluster/hub'])).toEqual([])
  })

  test('fault 26: Docker down is unknown, not stopped, and one cause', () => {
    const snapshot = look(up({ console: app() }), {
      docker: { kind: 'down', code: 'absent', says: 'Nothing answers.' },
    })
    expect(snapshot.services.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown'])
    expect(snapshot.causes.map(({ id }) => id)).toEqual(['docker'])
  })

  test('a dead API server is the cluster’s own red; its applications are unknown, told once', () => {
    const snapshot = look({
      kind: 'down',
      says: 'The API server: ECONNREFUSED',
      nodes: [node()],
      adopted: false,
    })
    expect(snapshot.services.map(({ state }) => state)).toEqual(['failed', 'unknown', 'unknown'])
    expect(snapshot.causes).toMatchObject([{ id: 'cluster', services: ['console', 'peer1'] }])
    expect(snapshot.causes[0]?.headline.what).toBe(
      'Hub cluster is down: the API server does not answer. Its 2 applications are unknown meanwhile.',
    )
  })

  test('right after its node started it is starting', () => {
    const snapshot = look({
      kind: 'down',
      says: 'ECONNREFUSED',
      nodes: [node({ startedAt: now - 5000 })],
      adopted: false,
    })
    expect(view(snapshot, 'cluster/hub').state).toBe('starting')
  })

  test('stopped by somebody, by us, made in part, foreign, its ingress not ready', () => {
    const off = [node({ running: false, exitCode: 137 })]
    expect(view(look({ kind: 'stopped', nodes: off, adopted: false }), 'cluster/hub').reason).toBe(
      'nodes are stopped',
    )
    expect(
      view(look({ kind: 'stopped', nodes: off, adopted: false }, { wanted: new Set() }), 'cluster/hub').state,
    ).toBe('stopped')
    expect(view(look({ kind: 'stopped', nodes: off, adopted: false }), 'console').state).toBe('stopped')
    expect(view(look({ kind: 'unfinished', during: 'create', nodes: off }), 'cluster/hub').reason).toBe(
      'created in part',
    )
    const foreign = view(look({ kind: 'foreign', says: 'It publishes 9090.', nodes: off }), 'cluster/hub')
    expect([foreign.state, foreign.headline?.why]).toEqual(['failed', 'It publishes 9090.'])
    expect(
      view(look(up({}, { ingress: [pod({ ready: false, reason: 'CrashLoopBackOff' })] })), 'cluster/hub')
        .reason,
    ).toBe('its ingress is not ready')
  })
})

test('every port that a cluster publishes counts for its own row, and only its ingress for its applications', () => {
  const ports = [
    { listen: 80, host: '127.0.0.1', port: 8080 },
    { listen: 4433, host: '127.0.0.1', port: 4433, protocol: 'udp' as const },
  ]
  const services = catalog.services.map((service) =>
    service.runtime.kind === 'cluster'
      ? { ...service, runtime: { ...service.runtime, cluster: { ...service.runtime.cluster, ports } } }
      : service,
  )
  const listeners = new Map<string, ListenerSeen>([
    ['127.0.0.2:80', { kind: 'ours', pid: 1, program: 'socat', ms: 1 }],
    ['127.0.0.2:4433/udp', { kind: 'foreign', holder: { pid: 812, program: 'beam.smp' }, ms: 1 }],
  ])
  const snapshot = look(up({ console: app() }), { listeners }, { ...catalog, services })
  const forwarder = (id: string) => view(snapshot, id).ladder.find((rung) => rung.id === 'forwarder')
  expect(forwarder('cluster/hub')).toMatchObject({
    state: 'round',
    reason: 'beam.smp (pid 812) has port 4433/udp',
  })
  expect(forwarder('console')?.state).toBe('ok')
})
