import { describe, expect, test } from 'vitest'
import type { ListenerSeen } from '../../../main/model/observation.ts'
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
      headline: { why: 'Its last start ended before anything was created.' },
    })
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
