import { describe, expect, test } from 'vitest'
import type { AppSeen, ClusterSeen, NodeSeen, PodSeen } from '../../../main/model/cluster.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { clusterRuntime, clusterSpec } from './spec.ts'

const now = Date.parse('2026-11-24T08:00:00Z')

const row = (id: string, title: string, app: boolean): ServiceSpec => ({
  id,
  tier: 'applications',
  title,
  purpose: title,
  order: 1,
  address: '127.0.0.2',
  endpoints: app
    ? [
        {
          id: 'web',
          name: id,
          scheme: 'http',
          target: 80,
          clean: false,
          ingress: '/',
          open: '/',
          probe: { path: '/', expect: [], headers: {} },
        },
      ]
    : [],
  needs: app ? ['kind'] : [],
  uses: [],
  env: {},
  runtime: clusterRuntime(app ? id : undefined),
  origin: 'ours',
  folder: '/nowhere',
  secrets: [],
  warnings: [],
})

const catalog: Catalog = {
  services: [
    row('kind', 'KinD cluster', false),
    row('console', 'Console', true),
    row('peer1', 'Arcade Peer 1', true),
  ],
  forwards: [
    {
      address: '127.0.0.2',
      listen: 80,
      host: '127.0.0.1',
      port: 8080,
      tier: 'applications',
      cluster: 'kind',
    },
  ],
  problems: [],
}

const node = (part: Partial<NodeSeen> = {}): NodeSeen => ({
  id: 'n1',
  name: 'macula-control-plane',
  running: true,
  image: clusterSpec.image,
  address: '172.23.0.2',
  startedAt: now - 3_600_000,
  exitCode: 0,
  ...part,
})

const pod = (part: Partial<PodSeen> = {}): PodSeen => ({
  name: 'console-1',
  ready: true,
  phase: 'Running',
  reason: '',
  message: '',
  restarts: 0,
  startedAt: now - 600_000,
  createdAt: now - 600_000,
  image: 'registry.macula.local/macula/console:dev',
  container: 'console',
  address: '10.244.0.7',
  ending: false,
  outdated: false,
  ...part,
})

const app = (part: Partial<AppSeen> = {}): AppSeen => ({
  applied: true,
  replicas: 1,
  takenUp: true,
  pods: [pod()],
  hosts: ['console.macula.local'],
  ...part,
})

const up = (apps: Readonly<Record<string, AppSeen>>, part: object = {}): ClusterSeen => ({
  kind: 'up',
  version: 'v1.37.0',
  nodes: [node()],
  ingress: [pod({ name: 'nginx-ingress-1' })],
  apps: new Map(Object.entries(apps)),
  events: [],
  adopted: false,
  ...part,
})

function look(seen: ClusterSeen | undefined, part: Partial<World> = {}): Snapshot {
  const world: World = {
    at: now,
    docker: { kind: 'up', version: '29', apiVersion: '1.52', native: true },
    names: new Map(
      ['console', 'peer1'].map((name) => [
        `${name}.macula.local`,
        { kind: 'answer', addresses: ['127.0.0.2'], ms: 2 },
      ]),
    ),
    addresses: new Map([['127.0.0.2', { kind: 'ok', ms: 0 }]]),
    listeners: new Map([['127.0.0.2:80', { kind: 'ours', pid: 7, program: 'socat', ms: 0 }]]),
    containers: new Map(),
    ...(seen ? { clusters: new Map([['kind', seen]]) } : {}),
    answers: new Map(
      ['console', 'peer1'].map((id) => [
        answerKey(id, 'web', 'front'),
        { kind: 'answer', says: 'HTTP 200', ms: 4 },
      ]),
    ),
    nameServer: { kind: 'runs', pid: 5, port: 5354, names: new Map() },
    route: { kind: 'in place', id: 'hosts', title: 'hosts', needsServer: false },
    wanted: new Set(['kind', 'console', 'peer1']),
    acting: new Map(),
    ...part,
  }
  return makeSnapshot(catalog, 'macula.local', world, 1)
}

const view = (snapshot: Snapshot, id: string): ServiceView => {
  const found = snapshot.services.find((one) => one.id === id)
  if (!found) throw new Error(id)
  return found
}
const rungs = (one: ServiceView): string => one.ladder.map(({ state }) => state).join(' ')

const placeholder = new Map([
  [answerKey('console', 'web', 'front'), { kind: 'wrong' as const, says: 'HTTP 503', status: 503, ms: 3 }],
])

describe('an application', () => {
  test('works when every rung does, by its clean URL only', () => {
    const one = view(look(up({ console: app() })), 'console')
    expect([one.state, rungs(one)]).toEqual(['works', 'ok ok ok ok ok'])
    expect(one.endpoints[0]?.doors[one.endpoints[0].best]?.url).toBe('http://console.macula.local')
    expect(one.endpoints[0]?.byNameOnly).toBe(true)
  })

  test('without an image is not red: it says what to push, and that its placeholder answers', () => {
    const missing = app({
      pods: [pod({ ready: false, phase: 'Pending', reason: 'ImagePullBackOff' })],
      pushed: false,
    })
    const snapshot = look(up({ console: missing }), { answers: placeholder })
    const one = view(snapshot, 'console')
    expect([one.state, rungs(one)]).toEqual(['not set up', 'ok ok ok unreached unreached'])
    expect(one.reason).toBe('no image yet: push registry.macula.local/macula/console:dev')
    expect(one.headline?.todo).toContain('docker push registry.macula.local/macula/console:dev')
    expect(one.ladder[4]?.says).toContain('placeholder page answers')
    expect(snapshot.summary.state).not.toBe('failed')
  })

  test('the image of a setting is the one that is asked for', () => {
    const missing = app({ pods: [pod({ ready: false, reason: 'ErrImagePull' })], pushed: false })
    const one = view(
      look(up({ console: missing }), { images: { console: 'registry.{suffix}/mine:1' } }),
      'console',
    )
    expect(one.reason).toBe('no image yet: push registry.macula.local/mine:1')
  })

  const troubles: readonly (readonly [string, AppSeen, string, string, RegExp])[] = [
    [
      'pushed meanwhile: on its way',
      app({ pods: [pod({ ready: false, reason: 'ImagePullBackOff' })], pushed: true }),
      'starting',
      'starting, pulls its image again',
      /next try/,
    ],
    [
      'a registry that cannot be asked',
      app({ pods: [pod({ ready: false, reason: 'ErrImagePull', message: 'dial tcp: i/o timeout' })] }),
      'failed',
      'image cannot be pulled',
      /cannot be pulled/,
    ],
    [
      'a crash loop with its last line',
      app({
        pods: [
          pod({
            ready: false,
            reason: 'CrashLoopBackOff',
            exitCode: 3,
            restarts: 4,
            lastLine: 'fatal: no table',
          }),
        ],
      }),
      'failed',
      'exit code 3, 4 restarts',
      /ends right after it starts/,
    ],
    [
      'no place in the cluster',
      app({
        pods: [
          pod({
            ready: false,
            phase: 'Pending',
            reason: 'Unschedulable',
            message: '0/1 nodes: Insufficient cpu',
          }),
        ],
      }),
      'failed',
      'pending: no place for its pod',
      /Insufficient cpu/,
    ],
    [
      'not ready for a long time',
      app({ pods: [pod({ ready: false })] }),
      'failed',
      'pod not ready',
      /is not ready/,
    ],
    [
      'being made',
      app({ pods: [pod({ ready: false, reason: 'ContainerCreating' })] }),
      'starting',
      'starting',
      /being made/,
    ],
    [
      'a missing configuration',
      app({
        pods: [pod({ ready: false, reason: 'CreateContainerConfigError', message: 'secret "x" not found' })],
      }),
      'failed',
      'CreateContainerConfigError',
      /cannot start/,
    ],
    [
      'no pod, and an event',
      app({
        pods: [],
        event: {
          at: now,
          warning: true,
          reason: 'FailedCreate',
          about: 'replicaset',
          says: 'exceeded quota',
          count: 1,
        },
      }),
      'failed',
      'FailedCreate',
      /exceeded quota/,
    ],
  ]
  test.each(troubles)('%s', (_, seen, state, reason, says) => {
    const one = view(look(up({ console: seen }), { answers: placeholder }), 'console')
    expect([one.state, one.reason]).toEqual([state, reason])
    expect(one.ladder[3]?.says).toMatch(says)
  })

  test('some of several pods ready: works, with a problem', () => {
    const seen = app({
      replicas: 2,
      pods: [pod(), pod({ ready: false, reason: 'CrashLoopBackOff', exitCode: 1 })],
    })
    expect(view(look(up({ console: seen })), 'console').state).toBe('degraded')
  })

  const before = pod({ name: 'console-0', outdated: true })

  test('a new version on its way: it is starting, whatever the version before answers', () => {
    const fresh = pod({ name: 'console-1', ready: false, reason: 'ContainerCreating' })
    const one = view(look(up({ console: app({ pods: [before, fresh] }) })), 'console')
    expect([one.state, one.ladder[3]?.says]).toEqual([
      'starting',
      'the version before still answers; the new one: the pod of Console is being made',
    ])
    expect(view(look(up({ console: app({ pods: [before] }) })), 'console').state).toBe('starting')
  })

  test('a new version that crashes: degraded, with its own reason, not green by the version before', () => {
    const fresh = pod({ name: 'console-1', ready: false, reason: 'CrashLoopBackOff', exitCode: 3 })
    const one = view(look(up({ console: app({ pods: [before, fresh] }) })), 'console')
    expect([one.state, one.reason]).toEqual(['degraded', 'new version: exit code 3'])
    expect(one.headline?.todo).toContain('maculactl logs console')
    // What answers is the pod before, so it is the one that is shown.
    expect(one.container?.name).toBe('console-0')
  })

  test('a new version whose image is not there: degraded, with the command that pushes it', () => {
    const fresh = pod({ name: 'console-1', ready: false, reason: 'ErrImagePull' })
    const one = view(look(up({ console: app({ pods: [before, fresh], pushed: false }) })), 'console')
    expect([one.state, one.reason]).toEqual(['degraded', 'new version: image is not in the registry'])
    expect(one.headline?.todo).toBe('Push it: docker push registry.macula.local/macula/console:dev')
  })

  test('a warning about a pod that is gone is no reason of the next', () => {
    const event = { at: now, warning: true, reason: 'BackOff', about: 'pod console-0', says: 'x', count: 9 }
    expect(view(look(up({ console: app({ pods: [], event }) })), 'console').state).toBe('starting')
  })

  test('stopped on purpose is stopped; not in the cluster too', () => {
    expect(view(look(up({ console: app({ replicas: 0, pods: [] }) })), 'console').state).toBe('stopped')
    expect(view(look(up({})), 'console').state).toBe('stopped')
  })

  test('ready, but without a route to it: named', () => {
    const wrong = new Map([
      [
        answerKey('console', 'web', 'front'),
        { kind: 'wrong' as const, says: 'HTTP 404', status: 404, ms: 3 },
      ],
    ])
    const one = view(look(up({ console: app({ hosts: [] }) }), { answers: wrong }), 'console')
    expect([one.state, one.reason]).toEqual(['failed', 'no route to it'])
  })

  test('fault 16: port 80 held by a stranger is named, and the pod is still seen', () => {
    const one = view(
      look(up({ console: app() }), {
        listeners: new Map([
          ['127.0.0.2:80', { kind: 'stranger', holder: { pid: 812, program: 'apache2' }, ms: 0 }],
        ]),
        answers: new Map([
          [answerKey('console', 'web', 'direct'), { kind: 'answer', says: 'HTTP 200', ms: 4 }],
        ]),
      }),
      'console',
    )
    expect(one.ladder[2]?.says).toContain('apache2 (pid 812)')
    expect(one.ladder[3]?.state).toBe('ok')
    expect(one.endpoints[0]?.best).toBe(-1)
  })

  test('fault 7: text of a pod is inert', () => {
    const seen = app({
      pods: [
        pod({
          ready: false,
          reason: 'CrashLoopBackOff',
          exitCode: 1,
          lastLine: '\u001B[31mred\u001B]8;;http://x\u0007',
        }),
      ],
    })
    // eslint-disable-next-line no-control-regex -- that none is left is what is tested
    expect(view(look(up({ console: seen })), 'console').headline?.why).not.toMatch(/[\u0000-\u001F]/)
  })
})

describe('the cluster', () => {
  test('never made: not set up, with its applications, whatever is asked of Docker', () => {
    const snapshot = look({ kind: 'absent', wasMade: false }, { wanted: new Set() })
    expect(snapshot.services.map(({ state }) => state)).toEqual(['not set up', 'not set up', 'not set up'])
    expect(look(undefined, { wanted: new Set() }).services.map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'not set up'),
    )
  })

  test('wanted and not there: who took it away is said only when it had been made', () => {
    expect(view(look({ kind: 'absent', wasMade: true }), 'kind')).toMatchObject({
      state: 'failed',
      reason: 'cluster is gone',
      headline: { why: 'It was removed, not by Macula.' },
    })
    expect(view(look({ kind: 'absent', wasMade: false }), 'kind')).toMatchObject({
      state: 'failed',
      reason: 'not made',
      headline: { why: 'Its last start ended before anything was made.' },
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
    const snapshot = look({ kind: 'down', says: 'The API server: ECONNREFUSED', nodes: [node()] })
    expect(snapshot.services.map(({ state }) => state)).toEqual(['failed', 'unknown', 'unknown'])
    expect(snapshot.causes).toMatchObject([{ id: 'cluster', services: ['console', 'peer1'] }])
    expect(snapshot.causes[0]?.headline.what).toBe(
      'KinD cluster is down: the API server does not answer. Its 2 applications are unknown meanwhile.',
    )
  })

  test('right after its node started it is starting', () => {
    const snapshot = look({ kind: 'down', says: 'ECONNREFUSED', nodes: [node({ startedAt: now - 5000 })] })
    expect(view(snapshot, 'kind').state).toBe('starting')
  })

  test('stopped by somebody, by us, made in part, foreign, its ingress not ready', () => {
    const off = [node({ running: false, exitCode: 137 })]
    expect(view(look({ kind: 'stopped', nodes: off }), 'kind').reason).toBe('nodes are stopped')
    expect(view(look({ kind: 'stopped', nodes: off }, { wanted: new Set() }), 'kind').state).toBe('stopped')
    expect(view(look({ kind: 'stopped', nodes: off }), 'console').state).toBe('stopped')
    expect(view(look({ kind: 'unfinished', during: 'create', nodes: off }), 'kind').reason).toBe(
      'made in part',
    )
    const foreign = view(look({ kind: 'foreign', says: 'It publishes 9090.', nodes: off }), 'kind')
    expect([foreign.state, foreign.headline?.why]).toEqual(['failed', 'It publishes 9090.'])
    expect(
      view(look(up({}, { ingress: [pod({ ready: false, reason: 'CrashLoopBackOff' })] })), 'kind').reason,
    ).toBe('its ingress is not ready')
  })
})
