import { describe, expect, test } from 'vitest'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import { isClusterAlive } from '../../../main/model/judge-cluster.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import type { World } from '../../../main/model/world.ts'
import { notMade } from './spec.ts'
import {
  absent,
  foreign,
  stopped,
  down,
  dockerDown,
  nobody,
  acts,
  listens,
  answers,
  off,
  fine,
} from './states.ts'
import { app, catalog, look, node, now, pod, rungs, silentCatalog, up, view, worldOf } from './world.ts'

/** What is shown of applications and of the cluster itself beside the states of applications. */

describe('what is shown of an application', () => {
  test('that answers no HTTP is unknown while Docker is down', () => {
    const snapshot = makeSnapshot(silentCatalog, 'macula.local', worldOf(fine, { docker: dockerDown }), 1)
    const row = view(snapshot, 'console')
    expect([row.state, rungs(row)]).toEqual(['unknown', 'unused unused unused unknown unused'])
    expect(row.ladder[3]?.says).toBe('Docker does not answer')
  })

  test('that answers no HTTP has to run for a while before it is said to work', () => {
    const young = up({ console: app({ pods: [pod({ startedAt: now - 1000 })] }) })
    expect(view(makeSnapshot(silentCatalog, 'macula.local', worldOf(young), 1), 'console').state).toBe(
      'starting',
    )
    expect(view(makeSnapshot(silentCatalog, 'macula.local', worldOf(fine), 1), 'console').state).toBe('works')
  })

  test('its name is put back where the resolver is led to us, and set up where it is not', () => {
    const unknown = new Map([['console.macula.local', { kind: 'none', code: 'ENOTFOUND', ms: 2 } as const]])
    const fixWith = (part: Partial<World>) =>
      view(look(fine, { names: unknown, ...part }), 'console').ladder[0]?.fix
    expect(fixWith({})?.action.kind).toBe('forward')
    expect(fixWith({ route: { kind: 'absent' } })?.action.kind).toBe('setup')
  })

  test('the time of its answer is that of what answers', () => {
    const ms = (front: AnswerSeen | undefined, direct?: AnswerSeen) =>
      view(look(fine, answers(front, direct)), 'console').answerMs
    const good = (time: number): AnswerSeen => ({ kind: 'answer', says: 'HTTP 200', ms: time })
    expect(ms(good(4), good(9))).toBe(4)
    expect(ms({ kind: 'timeout', ms: 3000 }, good(9))).toBe(9)
    expect(ms({ kind: 'timeout', ms: 3000 })).toBeUndefined()
  })

  const young = pod({ name: 'new', startedAt: now - 1000, ready: false, reason: 'ContainerCreating' })
  test.each<readonly [string, ClusterSeen, string | undefined, number | undefined]>([
    ['its pod', fine, 'console-1', now - 600_000],
    [
      'its new pod, not that of its job, which runs already',
      up({ console: app({ pods: [young, pod({ job: 'migrate' })] }) }),
      'new',
      undefined,
    ],
    ['none, as it is not in the cluster', up({}), undefined, undefined],
    ['none, as its cluster is down', down, undefined, undefined],
    ['its new pod, which is not ready', up({ console: app({ pods: [young] }) }), 'new', undefined],
    [
      'the one of two that is ready',
      up({ console: app({ replicas: 2, pods: [young, pod()] }) }),
      'console-1',
      now - 600_000,
    ],
    [
      'the version before, which answers',
      up({ console: app({ pods: [young, pod({ outdated: true })] }) }),
      'console-1',
      now - 600_000,
    ],
    [
      'the new one, as the version before goes',
      up({ console: app({ pods: [pod({ outdated: true, ending: true }), young] }) }),
      'new',
      undefined,
    ],
    [
      'none, as all that is left goes',
      up({ console: app({ pods: [pod({ outdated: true, ending: true })] }) }),
      undefined,
      undefined,
    ],
    [
      'a pod that is left, not up since anything',
      up({ console: app({ replicas: 0 }) }),
      'console-1',
      undefined,
    ],
  ])('its pod is %s', (_, seen, name, since) => {
    const row = view(look(seen), 'console')
    expect([row.container?.name, row.since]).toEqual([name, since])
    if (name !== undefined)
      expect(row.container).toEqual({
        id: name,
        name,
        image: 'registry.macula.local/macula/console:dev',
        address: '10.244.0.7',
        restarts: 0,
      })
  })
})

describe('the row of the cluster itself', () => {
  test.each<readonly [string, ClusterSeen | undefined, Partial<World>, string, string, string]>([
    ['works', fine, {}, 'works', 'unused ok ok ok ok', ''],
    ['works, though nobody wants it', fine, nobody, 'works', 'unused ok ok ok ok', ''],
    ['is not made, and nobody wants it', absent, nobody, 'not set up', off, 'not set up'],
    [
      'is stopped, and nobody wants it',
      stopped,
      nobody,
      'stopped',
      'unused ok ok unreached unreached',
      'stopped',
    ],
    [
      'is stopped, by somebody else',
      stopped,
      {},
      'failed',
      'unused ok ok stop unreached',
      'nodes are stopped',
    ],
    [
      'is stopped, and is being started',
      stopped,
      acts('starting'),
      'starting',
      'unused ok ok progress unreached',
      'starting',
    ],
    [
      'is unknown while Docker is down',
      fine,
      { docker: dockerDown },
      'unknown',
      'unused ok ok unknown unknown',
      'unknown while Docker is down',
    ],
    [
      'has no forwarder yet, as it does not run',
      stopped,
      { ...nobody, ...listens(undefined) },
      'stopped',
      'unused ok unreached unreached unreached',
      'stopped',
    ],
    [
      'has no forwarder, and runs',
      fine,
      listens({ kind: 'free', ms: 1 }),
      'degraded',
      'unused ok round ok ok',
      'no forwarder on port 80',
    ],
    [
      'has an address that is not there',
      fine,
      { addresses: new Map([['127.0.0.2', { kind: 'absent', code: 'EADDRNOTAVAIL', ms: 1 }]]) },
      'failed',
      'unused stop ok ok ok',
      '127.0.0.2 is not on this machine',
    ],
  ])('%s', (_, seen, part, state, ladder, reason) => {
    const row = view(look(seen, part), 'cluster/hub')
    expect([row.state, rungs(row), row.reason]).toEqual([state, ladder, reason])
  })

  test.each<readonly [string, ClusterSeen, number | undefined]>([
    [
      'its first node, and since when',
      up({}, { nodes: [node(), node({ name: 'worker' })] }),
      now - 3_600_000,
    ],
    ['its node, which does not run', stopped, undefined],
  ])('it shows %s', (_, seen, since) => {
    const row = view(look(seen), 'cluster/hub')
    expect([row.container?.name, row.container?.restarts, row.since]).toEqual([
      'macula-hub-control-plane',
      0,
      since,
    ])
  })

  test('while Docker is down it says so, and nothing else that was not seen', () => {
    const row = view(look(fine, { docker: dockerDown }), 'cluster/hub')
    expect([0, 3, 4].map((at) => row.ladder[at]?.says)).toEqual([
      'no name of its own',
      'Docker does not answer',
      'unknown while Docker is down',
    ])
  })

  test('without a node it shows none', () => {
    expect(view(look(absent), 'cluster/hub')).not.toHaveProperty('container')
  })
})

test('what is not set up says why and what makes it', () => {
  const headline = (seen: ClusterSeen | undefined) => view(look(seen, nobody), 'console').headline
  const todo = 'maculactl up console creates the cluster and starts Console in it.'
  expect(headline(absent)).toEqual({ what: 'Not set up.', why: notMade, todo })
  expect(headline(undefined)).toEqual({ what: 'Not set up.', why: notMade, todo })
  expect(headline(foreign)).toEqual({ what: 'Not set up.', why: '', todo })
  expect(view(look(absent, nobody), 'cluster/hub').headline?.todo).toBe(
    'maculactl up cluster/hub creates it.',
  )
  const like = { ...absent, like: 'macula-dev' }
  for (const row of ['cluster/hub', 'console'])
    expect(view(look(like, nobody), row).headline).toMatchObject({
      why: `${notMade} A cluster macula-dev exists already, created by somebody else.`,
      todo: 'maculactl up cluster/hub uses macula-dev as it is, with what is in it.',
    })
  expect(view(look(stopped, nobody), 'console')).not.toHaveProperty('headline')
})

test('a row is reached at port 80 of its address, the cluster at its address', () => {
  const addresses = (address: string | null) =>
    makeSnapshot(
      { ...catalog, services: catalog.services.map((one) => ({ ...one, address })) },
      'macula.local',
      worldOf(fine),
      1,
    ).services.map((row) => row.address)
  expect(addresses('127.0.0.2')).toEqual(['127.0.0.2', '127.0.0.2:80', '127.0.0.2:80'])
  expect(addresses(null)).toEqual([null, null, null])
})

test.each<readonly [string, ClusterSeen | undefined, boolean, boolean]>([
  ['up', fine, false, true],
  ['down', down, false, true],
  ['stopped', stopped, false, false],
  ['stopped, and wanted', stopped, true, true],
  ['absent', absent, false, false],
  ['not looked at', undefined, false, false],
  ['not looked at, and wanted', undefined, true, true],
])('a cluster that is %s keeps its address: %s', (_, seen, wanted, is) => {
  const { clusters } = worldOf(seen)
  const world = { ...(clusters ? { clusters } : {}), wanted: new Set(wanted ? ['cluster/hub'] : []) }
  expect(isClusterAlive(world, 'hub')).toBe(is)
})
