import { describe, expect, test } from 'vitest'
import type { AppSeen, ClusterSeen, PodSeen } from '../../../main/model/cluster.ts'
import { isAppReady, isHopeless, isSteady, podRung } from '../../../main/model/rungs/pod.ts'
import type { Rung } from '../../../main/model/ladder.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import { folder, job, lookAt, one, ours, rungOf, waits, warning } from './pods.ts'
import { app, node, now, pod, silentCatalog, up, view, worldOf } from './world.ts'

/** Every state of an application's pods, as its fourth rung tells it. */

const cases: readonly (readonly [string, AppSeen, Rung['state'], string, RegExp, RegExp])[] = [
  // Images of our registry.
  [
    'ours, never pushed',
    one({ reason: 'ErrImagePull', pushed: false }),
    'unreached',
    `no image yet: push ${ours}`,
    /is not in the registry/,
    /^Push it: docker push registry\.macula\.local\/macula\/console:dev$/,
  ],
  [
    'ours, the registry could not be asked, the node says not found',
    one({ reason: 'ErrImagePull', message: `${ours}: not found` }),
    'unreached',
    `no image yet: push ${ours}`,
    /is not in the registry/,
    /docker push/,
  ],
  [
    'ours, pushed meanwhile',
    one({ reason: 'ImagePullBackOff', pushed: true }),
    'progress',
    'starting, pulls its image again',
    /next try/,
    /^$/,
  ],
  [
    'ours, the registry does not answer',
    one({ reason: 'ErrImagePull', message: 'dial tcp 172.23.0.11:5000: connect: refused' }),
    'stop',
    'image cannot be pulled',
    /cannot be pulled/,
    /maculactl status registry/,
  ],
  // Images of others: nobody is told to push there.
  [
    'foreign, not there',
    waits('docker.io/library/ngnix:1.27', 'docker.io/library/ngnix:1.27: not found'),
    'stop',
    'no image docker.io/library/ngnix:1.27',
    /is not there$/,
    new RegExp(`^Correct its name or tag in ${folder}, then maculactl up console`),
  ],
  [
    'foreign without a host, not there or private',
    waits(
      'macula/consol',
      'pull access denied, repository does not exist or may require authorization: insufficient_scope',
    ),
    'stop',
    'no image macula/consol',
    /or is private/,
    /^Correct its name/,
  ],
  [
    'foreign, requires signing in',
    waits('ghcr.io/me/shop:1', 'failed to authorize: 401 Unauthorized'),
    'stop',
    'ghcr.io requires signing in',
    /requires signing in/,
    /imagePullSecret for ghcr\.io/,
  ],
  [
    'foreign, limited',
    waits('postgres:17', 'toomanyrequests: You have reached your pull rate limit'),
    'stop',
    'docker.io limits pulls',
    /allows no more pulls/,
    /^Wait/,
  ],
  [
    'foreign, out of reach',
    waits('quay.io/x/y:1', 'dial tcp: lookup quay.io: no such host'),
    'stop',
    'quay.io gives no image',
    /cannot be pulled from quay\.io/,
    /reaches quay\.io/,
  ],
  [
    'our registry by localhost: pushed by the same reference',
    waits('localhost:5001/macula/console:latest', 'not found'),
    'unreached',
    'no image yet: push localhost:5001/macula/console:latest',
    /is not in the registry/,
    /^Push it: docker push localhost:5001\/macula\/console:latest/,
  ],
  [
    'by a name that is known in Docker only: pushed by the one that this machine knows',
    waits('kind-registry:5000/console:latest', 'not found'),
    'unreached',
    'no image yet: push registry.macula.local/console:latest',
    /registry\.macula\.local\/console:latest is not in the registry/,
    /^Push it: docker push registry\.macula\.local\/console:latest/,
  ],
  [
    'with a port, out of reach',
    waits('registry.macula.local:5001/macula/console:latest', 'x'),
    'stop',
    'image cannot be pulled',
    /cannot be pulled/,
    /maculactl status registry/,
  ],
  [
    'never to be pulled',
    one({ reason: 'ErrImageNeverPull', pushed: false }),
    'stop',
    'image is not on the node',
    /forbids to pull/,
    /kind load docker-image registry\.macula\.local\/macula\/console:dev --name macula/,
  ],
  [
    'no name of an image',
    one({ reason: 'InvalidImageName', image: 'Console:DEV' }),
    'stop',
    'image name is not valid',
    /Console:DEV is not the name/,
    /^Correct image:/,
  ],
  // Programs that end.
  [
    'crashes, with a last line',
    one({ reason: 'CrashLoopBackOff', exitCode: 3, restarts: 4, lastLine: 'no table' }),
    'stop',
    'exit code 3, 4 restarts',
    /ends right after it starts/,
    /^Read its log/,
  ],
  [
    'cannot be executed',
    one({ reason: 'CrashLoopBackOff', exitCode: 128, message: 'exec: "/bin/nix": no such file' }),
    'stop',
    'exit code 128',
    /ends right after/,
    /^Read its log/,
  ],
  [
    'ends with 0 though it is to run on',
    one({ reason: 'Completed', exitCode: 0 }),
    'stop',
    'exit code 0',
    /exit code 0/,
    /^Read its log/,
  ],
  [
    'out of memory',
    one({ reason: 'CrashLoopBackOff', exitCode: 137, oomKilled: true, memoryLimit: '512Mi', restarts: 2 }),
    'stop',
    'out of memory at 512Mi, 2 restarts',
    /used all of its 512Mi/,
    new RegExp(`^Raise limits\\.memory of console in ${folder} \\(512Mi now\\)`),
  ],
  [
    'out of memory between two tries',
    one({ phase: 'Running', reason: 'OOMKilled', oomKilled: true, memoryLimit: '64Mi' }),
    'stop',
    'out of memory at 64Mi',
    /used all of its 64Mi/,
    /^Raise limits/,
  ],
  [
    'out of memory without a limit',
    one({ reason: 'OOMKilled', oomKilled: true }),
    'stop',
    'the node was out of memory',
    /node had no memory left/,
    /^Free memory/,
  ],
  // Containers that run before the others.
  [
    'an init container crashes',
    one({ reason: 'CrashLoopBackOff', init: true, container: 'migrate', exitCode: 1, lastLine: 'no db' }),
    'stop',
    'exit code 1',
    /^its init container migrate ends right after it starts/,
    /^Read its log/,
  ],
  [
    'an init container takes its time',
    one({ reason: '', init: true, container: 'wait-for-db' }),
    'progress',
    'starting, wait-for-db first',
    /init container wait-for-db runs for/,
    /^$/,
  ],
  [
    'an init container has no image',
    one({
      reason: 'ImagePullBackOff',
      init: true,
      image: 'busybox:nope',
      message: 'busybox:nope: not found',
    }),
    'stop',
    'no image busybox:nope',
    /busybox:nope is not there/,
    /^Correct its name/,
  ],
  // Pods without a place, or ended as a whole.
  [
    'no processor for it',
    one({ reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient cpu.' }),
    'stop',
    'pending: no place for its pod',
    /Insufficient cpu/,
    /^Lower what its manifest requests/,
  ],
  [
    'no volume for it',
    one({ reason: 'Unschedulable', message: 'pod has unbound immediate PersistentVolumeClaims' }),
    'stop',
    'pending: no place for its pod',
    /unbound/,
    /volume claim/,
  ],
  [
    'no node that fits',
    one({ reason: 'Unschedulable', message: "1 node(s) didn't match Pod's node affinity/selector" }),
    'stop',
    'pending: no place for its pod',
    /selector/,
    /nodeSelector/,
  ],
  [
    'a full disk',
    one({ reason: 'Unschedulable', message: 'had untolerated taint {node.kubernetes.io/disk-pressure: }' }),
    'stop',
    'pending: no place for its pod',
    /disk-pressure/,
    /^Free space/,
  ],
  [
    'evicted for memory',
    one({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }),
    'stop',
    'evicted',
    /low on resource: memory/,
    /^Free memory/,
  ],
  [
    'evicted for disk',
    one({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' }),
    'stop',
    'evicted',
    /ephemeral-storage/,
    /^Free space/,
  ],
  // Pods that cannot be created.
  [
    'a secret that is not there',
    one({ reason: 'CreateContainerConfigError', message: 'secret "x" not found' }),
    'stop',
    'CreateContainerConfigError',
    /secret "x" not found/,
    /^Make the Secret or ConfigMap/,
  ],
  [
    'a mount that does not fit',
    one({ reason: 'CreateContainerError', message: 'not a directory' }),
    'stop',
    'CreateContainerError',
    /not a directory/,
    /^Correct what it names/,
  ],
  [
    'a reason that nobody foresaw',
    one({ reason: 'FooError', message: 'bar' }),
    'stop',
    'FooError',
    /FooError: bar/,
    /cluster events console/,
  ],
  ['being created', one({ reason: 'ContainerCreating' }), 'progress', 'starting', /is being created/, /^$/],
  ['not yet seen by the scheduler', one({ reason: '' }), 'progress', 'starting', /is being created/, /^$/],
  [
    'a volume that cannot be mounted',
    one(
      { reason: 'ContainerCreating' },
      { event: warning('pod console-1', 'FailedMount', 'configmap "shop" not found') },
    ),
    'stop',
    'FailedMount',
    /configmap "shop" not found/,
    /^Make what it names/,
  ],
  [
    'the same in its first minute',
    one(
      { reason: 'ContainerCreating', createdAt: now - 5000 },
      { event: warning('pod console-1', 'FailedMount', 'x') },
    ),
    'progress',
    'starting',
    /is being created/,
    /^$/,
  ],
  [
    'a warning about another pod',
    one({ reason: 'ContainerCreating' }, { event: warning('pod console-0', 'FailedMount', 'x') }),
    'progress',
    'starting',
    /is being created/,
    /^$/,
  ],
  [
    'no pod, and why',
    app({ pods: [], event: warning('replicaset console', 'FailedCreate', 'exceeded quota') }),
    'stop',
    'FailedCreate',
    /exceeded quota/,
    /cluster events/,
  ],
  ['no pod yet', app({ pods: [] }), 'progress', 'starting', /being created/, /^$/],
  // Pods that run.
  ['ready', app(), 'ok', '', /^pod ready for 10 min/, /^$/],
  ['ready, with restarts', app({ pods: [pod({ restarts: 2 })] }), 'ok', '', /2 restarts/, /^$/],
  [
    'runs, not ready yet',
    one({ phase: 'Running', startedAt: now - 5000 }),
    'progress',
    'starting, 5.0 s',
    /not ready yet/,
    /^$/,
  ],
  [
    'runs long, not ready',
    one({ phase: 'Running', startedAt: now - 600_000 }),
    'stop',
    'pod not ready',
    /is not ready/,
    /log/,
  ],
  [
    'one of two ready',
    app({
      replicas: 2,
      pods: [pod(), pod({ name: 'b', ready: false, reason: 'CrashLoopBackOff', exitCode: 1 })],
    }),
    'round',
    'exit code 1',
    /1 of 2 pods ready/,
    /log/,
  ],
  [
    'ends, and the next is ready',
    app({ pods: [pod({ ready: false, ending: true }), pod()] }),
    'ok',
    '',
    /pod ready/,
    /^$/,
  ],
  // Not there, or off.
  ['stopped', app({ replicas: 0, pods: [] }), 'unreached', 'stopped', /no pod is wanted/, /^$/],
  [
    'not put in',
    app({ applied: false, replicas: 0, pods: [] }),
    'unreached',
    'stopped',
    /not in the cluster/,
    /^$/,
  ],
  // Jobs.
  [
    'a job alone, at work',
    app({ replicas: 0, pods: [pod({ job: 'migrate' })], jobs: [job({})] }),
    'ok',
    '',
    /^job migrate is at work$/,
    /^$/,
  ],
  [
    'a job alone, done',
    app({ replicas: 0, pods: [], jobs: [job({ state: 'done', says: 'is done' })] }),
    'ok',
    '',
    /^job migrate is done$/,
    /^$/,
  ],
  [
    'a job alone, suspended',
    app({ replicas: 0, pods: [], jobs: [job({ state: 'off' })] }),
    'unreached',
    'stopped',
    /no pod is wanted/,
    /^$/,
  ],
  [
    'a job alone, failed',
    app({
      replicas: 0,
      pods: [
        pod({
          job: 'migrate',
          ready: false,
          phase: 'Failed',
          reason: 'Error',
          exitCode: 1,
          lastLine: 'no db',
        }),
      ],
      jobs: [job({ state: 'failed', says: 'Job has reached the specified backoff limit' })],
    }),
    'stop',
    'job migrate failed',
    /backoff limit/,
    /maculactl up console/,
  ],
  [
    'a job alone, without its image',
    app({
      replicas: 0,
      pods: [
        pod({
          job: 'migrate',
          ready: false,
          reason: 'ImagePullBackOff',
          image: 'busybox:nope',
          message: 'not found',
        }),
      ],
      jobs: [job({})],
    }),
    'stop',
    'no image busybox:nope',
    /is not there/,
    /^Correct/,
  ],
  [
    'a cron job',
    app({
      replicas: 0,
      pods: [],
      jobs: [
        job({ kind: 'cron job', name: 'clean', state: 'waits', says: 'runs by its schedule 0 3 * * *' }),
      ],
    }),
    'ok',
    '',
    /cron job clean runs by its schedule 0 3/,
    /^$/,
  ],
  [
    'pods that run, and a job that failed',
    app({ jobs: [job({ state: 'failed', says: 'backoff limit' })] }),
    'round',
    'job migrate failed',
    /^pod ready for .*, but its job migrate failed/,
    /maculactl up console/,
  ],
  [
    'pods that run, and a job that is done',
    app({ jobs: [job({ state: 'done', says: 'is done' })] }),
    'ok',
    '',
    /pod ready for .*; job migrate is done/,
    /^$/,
  ],
  [
    'pods that crash are told before a job that works',
    app({
      pods: [
        pod({ ready: false, reason: 'CrashLoopBackOff', exitCode: 9 }),
        pod({ name: 'm', job: 'migrate' }),
      ],
      jobs: [job({})],
    }),
    'stop',
    'exit code 9',
    /ends right after/,
    /log/,
  ],
]

test.each(cases)('%s', (_, seen, state, reason, says, todo) => {
  const rung = rungOf(seen)
  expect([rung.state, rung.reason ?? '']).toEqual([state, reason])
  expect(rung.says).toMatch(says)
  expect(rung.todo ?? '').toMatch(todo)
  // A stop is explained, and never by nothing.
  if (state === 'stop') expect(rung.todo).not.toBe('')
})

test.each(cases)('an application without HTTP, %s: judged by its pods', (_, seen, state) => {
  const snapshot = makeSnapshot(silentCatalog, 'macula.local', worldOf(up({ console: seen })), 1)
  const row = view(snapshot, 'console')
  expect(row.ladder.map((rung) => rung.state)).toEqual([
    'unused',
    'unused',
    'unused',
    rungOf(seen).state,
    'unused',
  ])
  const states = {
    ok: 'works',
    stop: 'failed',
    progress: 'starting',
    round: 'degraded',
    unknown: 'unknown',
    unused: '',
  }
  expect(row.state).toBe(
    state === 'unreached' ? (seen.replicas > 0 ? 'not set up' : 'stopped') : states[state],
  )
})

test('a program of our registry that ends is pushed again, one of others is not', () => {
  const ends = { reason: 'CrashLoopBackOff', exitCode: 1 }
  expect(rungOf(one(ends)).todo).toMatch(/push the image again\.$/)
  expect(rungOf(one({ ...ends, image: 'postgres:17' })).todo).toMatch(/then maculactl restart console\.$/)
})

const silent: readonly (readonly [string, Partial<PodSeen>, Rung['state'], string])[] = [
  ['just begun', { startedAt: now - 1000 }, 'progress', 'starting, 1.0 s'],
  ['begun a while ago', { startedAt: now - 4000 }, 'ok', ''],
  [
    'begun again after a crash',
    { startedAt: now - 4000, restarts: 3, exitCode: 3 },
    'stop',
    'exit code 3, 3 restarts',
  ],
  ['begun three seconds ago', { startedAt: now - 3000 }, 'ok', ''],
  ['running on for ten seconds after a crash', { startedAt: now - 10_000, restarts: 3 }, 'ok', ''],
  ['running on after a crash', { startedAt: now - 11_000, restarts: 3, exitCode: 3 }, 'ok', ''],
]
test.each(silent)('a pod that is ready without a probe, %s', (_, part, state, reason) => {
  const seen = app({ pods: [pod(part)] })
  const rung = podRung({ ...lookAt(up({ console: seen })), silent: true })
  expect([rung.state, rung.reason ?? '']).toEqual([state, reason])
  expect(isSteady(seen, now)).toBe(state === 'ok')
  // What answers says so itself.
  expect(podRung(lookAt(up({ console: seen }))).state).toBe('ok')
})

const clusters: readonly (readonly [string, ClusterSeen | undefined, Rung['state'], string])[] = [
  ['not looked at', undefined, 'unknown', 'the cluster was not checked yet'],
  ['absent', { kind: 'absent', wasMade: false }, 'unreached', 'there is no cluster'],
  [
    'unfinished',
    { kind: 'unfinished', during: 'create', nodes: [] },
    'unreached',
    'the cluster is not finished',
  ],
  ['foreign', { kind: 'foreign', says: '', nodes: [] }, 'unreached', 'the cluster of this name is not ours'],
  ['stopped', { kind: 'stopped', nodes: [], adopted: false }, 'unreached', 'the cluster is stopped'],
  [
    'down',
    { kind: 'down', says: 'x', nodes: [node()], adopted: false },
    'unknown',
    'unknown while the cluster is down',
  ],
  ['up, without it', up({}), 'unreached', 'not in the cluster'],
]

test.each(clusters)('a cluster that is %s', (_, seen, state, says) => {
  expect(podRung(lookAt(seen))).toMatchObject({ state, says })
  expect(podRung(lookAt(seen, 'stopping'))).toMatchObject({ state: 'progress', says: 'stopping' })
  if (seen !== undefined) expect(podRung(lookAt(seen, 'starting')).state).toBe('progress')
})

describe('a start', () => {
  const ready: readonly (readonly [string, AppSeen, boolean])[] = [
    ['all ready', app(), true],
    ['not taken up', app({ takenUp: false }), false],
    ['one of two', app({ replicas: 2 }), false],
    ['the version before still there', app({ pods: [pod(), pod({ name: 'old', outdated: true })] }), false],
    ['a job pod is no pod that runs on', app({ pods: [pod({ job: 'migrate' })], jobs: [job({})] }), false],
    ['a job that is at work', app({ replicas: 0, pods: [pod({ job: 'migrate' })], jobs: [job({})] }), true],
    [
      'a job whose pod waits',
      app({ replicas: 0, pods: [pod({ job: 'migrate', ready: false })], jobs: [job({})] }),
      false,
    ],
    ['a job that failed', app({ jobs: [job({ state: 'failed' })] }), false],
    [
      'a job that is done, though its first try failed',
      app({
        replicas: 0,
        pods: [pod({ job: 'migrate', ready: false, reason: 'Error' })],
        jobs: [job({ state: 'done' })],
      }),
      true,
    ],
    ['a cron job', app({ replicas: 0, pods: [], jobs: [job({ kind: 'cron job', state: 'waits' })] }), true],
    ['nothing to run', app({ replicas: 0, pods: [] }), false],
  ]
  test.each(ready)('is done: %s', (_, seen, is) => {
    expect(isAppReady(seen)).toBe(is)
  })

  const hopeless: readonly (readonly [string, AppSeen, boolean])[] = [
    ['a crash', one({ reason: 'CrashLoopBackOff', exitCode: 1 }), true],
    ['a missing secret', one({ reason: 'CreateContainerConfigError' }), true],
    ['a foreign image that is not there', waits('busybox:nope', 'not found'), true],
    ['a foreign registry that is out of reach', waits('busybox:1', 'i/o timeout'), false],
    ['our image, pushed meanwhile', one({ reason: 'ImagePullBackOff', pushed: true }), false],
    ['a failed job', app({ jobs: [job({ state: 'failed' })] }), true],
    ['a job that is done', app({ jobs: [job({ state: 'done' })] }), false],
    [
      'a failed job, while its pods are on their way',
      one({ reason: 'ContainerCreating' }, { jobs: [job({ state: 'failed' })] }),
      false,
    ],
    [
      'a volume that is not there, of a foreign image that is',
      one({ reason: 'Unschedulable', image: 'busybox:1', message: 'claim not found' }),
      false,
    ],
    ['no place yet', one({ reason: 'Unschedulable', message: 'x' }), false],
    ['being created', one({ reason: 'ContainerCreating' }), false],
  ]
  test.each(hopeless)('waits no longer: %s', (_, seen, is) => {
    expect(isHopeless(seen, lookAt(up({ console: seen })))).toBe(is)
  })

  test('that is being stopped waits for nothing', () => {
    const seen = one({ reason: 'CrashLoopBackOff', exitCode: 1 })
    expect(isHopeless(seen, lookAt(up({ console: seen }), 'stopping'))).toBe(false)
  })
})
