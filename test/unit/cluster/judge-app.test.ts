import { describe, expect, test } from 'vitest'
import type { AppSeen } from '../../../main/model/cluster.ts'
import { answerKey } from '../../../main/model/world.ts'
import { app, look, now, pod, rungs, up, view } from './world.ts'

const placeholder = new Map([
  [answerKey('console', 'web', 'front'), { kind: 'wrong' as const, says: 'HTTP 503', status: 503, ms: 3 }],
])

describe('an application', () => {
  test('works when every rung does, by its clean URL only', () => {
    const one = view(look(up({ console: app() })), 'console')
    expect([one.state, rungs(one)]).toEqual(['works', 'ok ok ok ok ok'])
    expect(one.endpoints[0]?.accesses[one.endpoints[0].best]?.url).toBe('http://console.macula.local')
    expect(one.endpoints[0]?.byNameOnly).toBe(true)
  })

  test('without an image is not red: it says what to push, and that its placeholder answers', () => {
    const missing = app({
      pods: [pod({ ready: false, phase: 'Pending', reason: 'ImagePullBackOff', pushed: false })],
    })
    const snapshot = look(up({ console: missing }), { answers: placeholder })
    const one = view(snapshot, 'console')
    expect([one.state, rungs(one)]).toEqual(['not set up', 'ok ok ok unreached unreached'])
    expect(one.reason).toBe('no image yet: push registry.macula.local/macula/console:dev')
    expect(one.headline?.todo).toContain('docker push registry.macula.local/macula/console:dev')
    expect(one.ladder[4]?.says).toContain('placeholder page answers')
    expect(snapshot.summary.state).not.toBe('failed')
  })

  test('the image that is asked for is the one that the pod names, of whichever setting it comes', () => {
    const image = 'registry.macula.local/mine:1'
    const missing = app({ pods: [pod({ ready: false, reason: 'ErrImagePull', image, pushed: false })] })
    const one = view(look(up({ console: missing })), 'console')
    expect(one.reason).toBe('no image yet: push registry.macula.local/mine:1')
  })

  const troubles: readonly (readonly [string, AppSeen, string, string, RegExp])[] = [
    [
      'pushed meanwhile: on its way',
      app({ pods: [pod({ ready: false, reason: 'ImagePullBackOff', pushed: true })] }),
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
      'being created',
      app({ pods: [pod({ ready: false, reason: 'ContainerCreating' })] }),
      'starting',
      'starting',
      /being created/,
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
      'the version before still answers; the new one: the pod of Console is being created',
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
    const fresh = pod({ name: 'console-1', ready: false, reason: 'ErrImagePull', pushed: false })
    const one = view(look(up({ console: app({ pods: [before, fresh] }) })), 'console')
    expect([one.state, one.reason]).toEqual(['degraded', 'new version: image is not in the registry'])
    expect(one.headline?.todo).toBe('Push it: docker push registry.macula.local/macula/console:dev')
  })

  test('the pod of a job that is done is no reason of what comes', () => {
    const job = pod({
      name: 'console-migrate-x',
      job: 'console-migrate',
      ready: false,
      phase: 'Succeeded',
      reason: 'Completed',
      exitCode: 0,
    })
    expect(view(look(up({ console: app({ pods: [job] }) })), 'console').state).toBe('starting')
    expect(view(look(up({ console: app({ pods: [job, pod()] }) })), 'console').state).toBe('works')
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

  test('fault 16: port 80 held by another program is named, and the pod is still seen', () => {
    const one = view(
      look(up({ console: app() }), {
        listeners: new Map([
          ['127.0.0.2:80', { kind: 'foreign', holder: { pid: 812, program: 'apache2' }, ms: 0 }],
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

  test('an answer past our forwarder makes a detour of what does not come through it, never "works"', () => {
    const one = view(
      look(up({ console: app() }), {
        answers: new Map([
          [answerKey('console', 'web', 'front'), { kind: 'timeout', ms: 3000 }],
          [answerKey('console', 'web', 'direct'), { kind: 'answer', says: 'HTTP 200', ms: 4 }],
        ]),
      }),
      'console',
    )
    expect([one.state, one.reason]).toEqual(['degraded', 'not through its URL'])
    expect(one.headline?.fix?.action.kind).toBe('forward')
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
