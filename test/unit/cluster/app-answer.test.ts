import { expect, test } from 'vitest'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { Rung } from '../../../main/model/ladder.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { answerRung, isRouted } from '../../../main/model/rungs/app-answer.ts'
import { clusterRuntime } from './spec.ts'
import { app, catalog, pod, up } from './world.ts'

/** Every answer of an application's URL, as its fifth rung tells it. */

const service = catalog.services[1]
const endpoint = service?.endpoints[0]
if (!service || !endpoint) throw new Error('no console')
const answer = (status = 200): AnswerSeen => ({ kind: 'answer', says: `HTTP ${status}`, status, ms: 4 })
const wrong = (status: number): AnswerSeen => ({
  kind: 'wrong',
  says: `answers HTTP ${status}`,
  status,
  ms: 4,
})
const isPod = (state: Rung['state']): Rung => ({ id: 'container', state, says: 'its pod' })

interface Case {
  readonly pod?: Rung['state']
  readonly front?: AnswerSeen
  readonly direct?: AnswerSeen
  readonly seen?: ClusterSeen
  readonly path?: string
  readonly nameless?: true
}
const cases: readonly (readonly [string, Case, Rung['state'], string, string])[] = [
  ['it answers', { front: answer() }, 'ok', 'HTTP 200 through 127.0.0.2:80', ''],
  ['it answers past our forwarder', { direct: answer() }, 'ok', 'HTTP 200 through 127.0.0.1:8080', ''],
  [
    'our forwarder is dead, the cluster answers',
    { front: { kind: 'closed', ms: 1 }, direct: answer() },
    'round',
    'HTTP 200 through 127.0.0.1:8080; 127.0.0.2:80: the connection was closed without an answer',
    'The cluster answers past our forwarder, but not through it: the connection was closed without an answer.',
  ],
  ['its own 404', { front: answer(404) }, 'ok', 'HTTP 404 through 127.0.0.2:80', ''],
  [
    'something answers, no pod of it',
    { pod: 'stop', front: answer() },
    'unreached',
    'HTTP 200 through 127.0.0.2:80, not by a pod of it',
    '',
  ],
  [
    'something answers before its image is there',
    { pod: 'unreached', front: answer() },
    'unreached',
    'HTTP 200 through 127.0.0.2:80, not by a pod of it',
    '',
  ],
  [
    'its placeholder page',
    { pod: 'unreached', front: wrong(503) },
    'unreached',
    'its placeholder page answers through 127.0.0.2:80',
    '',
  ],
  ['nothing, no pod', { pod: 'stop', front: { kind: 'timeout', ms: 3000 } }, 'unreached', 'not reached', ''],
  ['not asked, no pod', { pod: 'unreached' }, 'unreached', 'not reached', ''],
  ['nothing yet', { pod: 'progress', front: wrong(503) }, 'progress', 'not checked until it is ready', ''],
  ['unknown', { pod: 'unknown' }, 'unknown', 'its pod', ''],
  ['not asked', {}, 'unknown', 'not checked yet', ''],
  [
    'an error of its own',
    { front: wrong(500) },
    'stop',
    '127.0.0.2:80: answers HTTP 500',
    'Its pod is ready, but what answers is not what is expected.',
  ],
  [
    'a closed connection',
    { front: { kind: 'closed', ms: 1 } },
    'stop',
    '127.0.0.2:80: the connection was closed without an answer',
    'Its pod is ready, but what answers is not what is expected.',
  ],
  [
    'a ready pod behind no service',
    { front: wrong(503) },
    'stop',
    '127.0.0.2:80: answers HTTP 503',
    'The ingress reaches no pod of it: none is behind its Service, or it refuses the connection.',
  ],
  [
    'no ingress routes its host',
    { front: answer(404), seen: up({ console: app({ hosts: [] }) }) },
    'stop',
    '127.0.0.2:80: HTTP 404',
    'No ingress of the cluster routes console.macula.local.',
  ],
  [
    'no ingress of ours routes it, but something else does',
    { front: answer(), seen: up({ console: app({ hosts: [] }) }) },
    'ok',
    'HTTP 200 through 127.0.0.2:80',
    '',
  ],
  [
    'its ingress has another path',
    { front: answer(404), seen: up({ console: app({ hosts: ['console.macula.local/app'] }) }) },
    'stop',
    '127.0.0.2:80: HTTP 404',
    'Its ingress routes console.macula.local/app only, not console.macula.local/.',
  ],
  [
    'the path that it is asked for is routed',
    {
      front: answer(404),
      path: '/app/health',
      seen: up({ console: app({ hosts: ['console.macula.local/app'] }) }),
    },
    'ok',
    'HTTP 404 through 127.0.0.2:80',
    '',
  ],
  [
    'its ingress has another path than others',
    {
      front: answer(404),
      seen: up({
        console: app({ hosts: ['peer1.macula.local', 'console.macula.local/a', 'console.macula.local/b'] }),
      }),
    },
    'stop',
    '127.0.0.2:80: HTTP 404',
    'Its ingress routes console.macula.local/a, console.macula.local/b only, not console.macula.local/.',
  ],
  [
    'no ingress routes its host, and it is asked for a path',
    { front: answer(404), path: '/health', seen: up({ console: app({ hosts: [] }) }) },
    'stop',
    '127.0.0.2:80: HTTP 404',
    'No ingress of the cluster routes console.macula.local/health.',
  ],
  [
    'nothing routes it by name, as it has none',
    { front: answer(404), nameless: true, seen: up({ console: app({ hosts: [] }) }) },
    'ok',
    'HTTP 404 through 127.0.0.2:80',
    '',
  ],
  [
    'not asked, and not routed',
    { seen: up({ console: app({ hosts: [] }) }) },
    'unknown',
    'not checked yet',
    '',
  ],
  [
    'our forwarder leads elsewhere, the cluster answers by a route that is not its own',
    { front: wrong(404), direct: answer(), seen: up({ console: app({ hosts: [] }) }) },
    'round',
    'HTTP 200 through 127.0.0.1:8080; 127.0.0.2:80: answers HTTP 404',
    'The cluster answers past our forwarder, but not through it: answers HTTP 404.',
  ],
  [
    'one of two controllers is ready',
    {
      front: { kind: 'closed', ms: 1 },
      seen: up({ console: app() }, { ingress: [pod({ ready: false }), pod()] }),
    },
    'stop',
    '127.0.0.2:80: the connection was closed without an answer',
    'Its pod is ready, but what answers is not what is expected.',
  ],
  [
    'the cluster was not looked at',
    { front: { kind: 'closed', ms: 1 }, seen: { kind: 'absent', wasMade: false } },
    'stop',
    '127.0.0.2:80: the connection was closed without an answer',
    'Its pod is ready, but what answers is not what is expected.',
  ],
  [
    'the controller is not ready',
    { front: { kind: 'closed', ms: 1 }, seen: up({ console: app() }, { ingress: [pod({ ready: false })] }) },
    'stop',
    '127.0.0.2:80: the connection was closed without an answer',
    'All applications are reached through the cluster’s ingress controller, which is not ready.',
  ],
]

test.each(cases)('%s', (_, one, state, says, why) => {
  const { name: _name, ...nameless } = endpoint
  const rung = answerRung({
    service,
    runtime: clusterRuntime('console'),
    endpoint: {
      ...(one.nameless ? nameless : endpoint),
      probe: { ...endpoint.probe, path: one.path ?? '/' },
    },
    suffix: 'macula.local',
    seen: one.seen ?? up({ console: app() }),
    pod: isPod(one.pod ?? 'ok'),
    front: one.front,
    direct: one.direct,
  })
  expect([rung.state, rung.says, rung.why ?? '']).toEqual([state, says, why])
  if (state === 'stop') expect(rung.todo).not.toBe('')
  // What the whole cluster suffers from is told once, by its own row.
  expect(rung.cause).toBe(/controller/.test(why) ? 'cluster' : undefined)
})

test.each<readonly [readonly string[], string, boolean]>([
  [['a.x'], '/', true],
  [['b.x'], '/', false],
  [['*.x'], '/any', true],
  [['a.x/'], '/any', true],
  [['a.x/app/x'], '/app/x/y', true],
  [['a.x/app/x'], '/app', false],
  [['*.y'], '/', false],
  [['a.x/app'], '/app', true],
  [['a.x/app/'], '/app/', true],
  [['a.x/app'], '/app/x', true],
  [['a.x/app'], '/app?x', true],
  [['a.x/app'], '/apple', false],
  [['a.x/app'], '/', false],
  [[], '/', false],
])('routes %j lead %s of a.x somewhere: %s', (routes, path, is) => {
  expect(isRouted(routes, 'a.x', path)).toBe(is)
})
