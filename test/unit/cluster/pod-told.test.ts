import { expect, test } from 'vitest'
import type { AppSeen } from '../../../main/model/cluster.ts'
import type { Rung } from '../../../main/model/ladder.ts'
import { expectWhole } from '../model/said.ts'
import { folder, job, one, ours, rungOf, waits, warning } from './pods.ts'
import { app, now, pod } from './world.ts'

/** What exactly is told of an application's pods and jobs: each word of a row that could mislead. */

const log = {
  label: 'Show log',
  command: 'maculactl logs console',
  action: { kind: 'logs', service: 'console' },
} as const
const events = 'maculactl cluster events console lists the recent events of the cluster.'
const crash = { ready: false, reason: 'CrashLoopBackOff' } as const
const unpushed = { ready: false, reason: 'ErrImagePull', pushed: false } as const
const readLog = 'Read its log (maculactl logs console), repair what it names, push the image again.'
const ready = 'pod ready for 10 min'

test.each<readonly [string, AppSeen, Partial<Rung>]>([
  // Pods that run on.
  ['one is ready', app(), { says: ready }],
  [
    'two are ready, one of them for long',
    app({ replicas: 2, pods: [pod({ startedAt: now - 60_000 }), pod({ name: 'b' })] }),
    { says: '2 pods ready for 10 min' },
  ],
  [
    'one is done and is not to run on',
    app({ pods: [pod({ ready: false, phase: 'Succeeded', reason: 'Completed', exitCode: 0 })] }),
    { state: 'progress', says: 'its pod is being created', reason: 'starting' },
  ],
  [
    'the new version is on its way',
    app({ pods: [pod({ outdated: true }), pod({ ready: false, reason: 'ContainerCreating' })] }),
    { state: 'progress', reason: 'starting' },
  ],
  [
    'the version before is on its way out and the new one crashes',
    app({ pods: [pod({ outdated: true, ending: true }), pod({ ...crash, exitCode: 1 })] }),
    { state: 'stop', reason: 'exit code 1' },
  ],
  [
    'an event without words',
    app({ pods: [], event: warning('replicaset console', 'FailedCreate', '') }),
    { state: 'stop', says: 'FailedCreate', reason: 'FailedCreate', todo: events },
  ],
  // Programs that end.
  [
    'it ends and leaves no line',
    one({ ...crash, exitCode: 3, restarts: 1 }),
    {
      says: 'its program ends right after it starts: exit code 3, 1 restart',
      reason: 'exit code 3, 1 restart',
      why: 'It left no line in its log.',
      todo: readLog,
      fix: log,
    },
  ],
  [
    'it ends, nobody knows how',
    one(crash),
    { says: 'its program ends right after it starts', reason: 'crashes', why: 'It left no line in its log.' },
  ],
  [
    'it ends with a last line, which goes before the cluster’s words',
    one({ ...crash, exitCode: 3, lastLine: ' no\n\n  table ', message: 'back-off' }),
    { why: 'Its last line: no table' },
  ],
  [
    'it ends without a last line, in the cluster’s words',
    one({ ...crash, exitCode: 3, message: 'exec: no such file' }),
    { why: 'exec: no such file' },
  ],
  [
    'its words would fill the page',
    one({ ...crash, exitCode: 3, message: 'x'.repeat(400) }),
    { why: 'x'.repeat(300) },
  ],
  // Pods that the cluster ended.
  [
    'it was evicted for another reason',
    one({ reason: 'Evicted', message: 'too many of them' }),
    {
      says: 'its pod was ended by the cluster (Evicted): too many of them',
      reason: 'evicted',
      why: 'too many of them',
      todo: events,
    },
  ],
  [
    'its node went down',
    one({ reason: 'NodeShutdown', message: 'node is shutting down' }),
    { reason: 'NodeShutdown', todo: events },
  ],
  // Pods that run and are not ready.
  [
    'it runs for a minute',
    one({ phase: 'Running', startedAt: now - 60_000 }),
    {
      state: 'stop',
      says: 'its pod runs for 1 min and is not ready',
      reason: 'pod not ready',
      why: 'Its readiness probe fails.',
      fix: log,
    },
  ],
  [
    'it runs for less',
    one({ phase: 'Running', startedAt: now - 59_000 }),
    { state: 'progress', says: 'its pod runs for 59.0 s, not ready yet', reason: 'starting, 59.0 s' },
  ],
  [
    'its readiness probe says why',
    one({ phase: 'Running' }, { event: warning('pod console-1', 'Unhealthy', 'HTTP 503') }),
    { why: 'HTTP 503' },
  ],
  [
    'a container that runs first',
    one({ reason: '', init: true, container: 'wait', startedAt: now - 5000 }),
    { says: 'its init container wait runs for 5.0 s; the rest of its pod waits for it' },
  ],
  // Pods that cannot be created.
  [
    'it cannot be created for a minute',
    one(
      { reason: 'ContainerCreating', createdAt: now - 60_000 },
      { event: warning('pod console-1', 'FailedMount', 'no such volume') },
    ),
    {
      state: 'stop',
      says: 'its pod cannot be created: no such volume',
      reason: 'FailedMount',
      why: 'no such volume',
      todo: events,
    },
  ],
  [
    'it cannot start, in its own words',
    one({ reason: 'FooError', message: 'bar' }, { event: warning('pod console-1', 'Failed', 'other') }),
    { says: 'its pod cannot start: FooError: bar', why: 'bar', todo: events },
  ],
  [
    'it cannot start, in those of an event',
    one({ reason: 'FooError' }, { event: warning('pod console-1', 'Failed', 'other') }),
    { says: 'its pod cannot start: FooError: other', why: 'other' },
  ],
  [
    'it cannot start, without a word',
    one({ reason: 'FooError' }),
    { says: 'its pod cannot start: FooError', why: '' },
  ],
  [
    'its container cannot be run',
    one({ reason: 'RunContainerError', message: 'no such user' }),
    { todo: `Correct what it names (command, mounts, user) in ${folder}, then maculactl up console.` },
  ],
  [
    'the memory of its node is short',
    one({ reason: 'Unschedulable', message: 'had untolerated taint {node.kubernetes.io/memory-pressure: }' }),
    { todo: 'Free memory on this machine; it is placed by itself then.' },
  ],
  [
    'no node fits, and none has room',
    one({ reason: 'Unschedulable', message: '1 Insufficient cpu, 1 had untolerated taint' }),
    { todo: 'Lower what its manifest requests, or stop another application.' },
  ],
  [
    'nobody knows why it has no place',
    one(
      { reason: 'Unschedulable', message: 'x' },
      { event: warning('pod console-1', 'Failed', 'said again') },
    ),
    {
      says: 'its pod has no place in the cluster: x',
      why: 'said again',
      todo: 'Lower what its manifest requests, or stop another application.',
    },
  ],
  // Images.
  [
    'its first image is missing',
    one({ reason: 'ErrImagePull', pushed: false }),
    {
      todo: `Push it: docker push ${ours}`,
      fix: {
        label: 'Push an image',
        command: `docker build -t ${ours} . && docker push ${ours}`,
        action: { kind: 'none' },
      },
    },
  ],
  [
    'its image was pushed meanwhile, whatever the node says',
    one({ reason: 'ErrImagePull', pushed: true, message: 'not found' }),
    { state: 'progress', reason: 'starting, pulls its image again' },
  ],
  [
    'its image name is not valid, told in many lines',
    one({ reason: 'InvalidImageName', image: 'A', message: ` one\n\n\ttwo ${'x'.repeat(400)}` }),
    { why: `one two ${'x'.repeat(292)}` },
  ],
  [
    'our registry by another reference, of which its node knows nothing',
    waits('registry.macula.local:5000/macula/console:1', 'x'),
    {
      reason: 'image cannot be pulled',
      todo: 'See whether the registry works (maculactl status registry), then maculactl up console: it points the nodes at it again.',
    },
  ],
  [
    'a registry that answers 403',
    waits('ghcr.io/me/shop:1', 'unexpected status code: 403'),
    { reason: 'ghcr.io requires signing in' },
  ],
  [
    'its first image is missing, though a job of it runs',
    app({ pods: [pod({ name: 'm', job: 'migrate' }), pod(unpushed)], jobs: [job({})] }),
    { state: 'unreached', reason: `no image yet: push ${ours}` },
  ],
])('%s', (_, seen, told) => {
  const rung = rungOf(seen)
  expect(rung).toMatchObject(told)
  expectWhole(rung)
})

test('a version before that answers has had its image: no first build is offered', () => {
  const seen = app({ pods: [pod({ outdated: true }), pod(unpushed)] })
  expect(rungOf(seen).fix).toBeUndefined()
})
