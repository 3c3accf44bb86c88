import { expect, test } from 'vitest'
import type { PodSeen } from '../../../main/model/cluster.ts'
import { hostsOf, podsOf, barePodsOf } from '../../../main/system/kind/objects.ts'
import { jobsOf, workloadsOf } from '../../../main/system/kind/workload-objects.ts'
import { labelled } from '../../../main/system/kind/manifests.ts'

/** What the API server tells of pods, jobs and routes, in our words. */

const labels = { 'dev.macula/app': 'shop' }
const spec = {
  initContainers: [{ name: 'migrate', image: 'm:1' }],
  containers: [
    { name: 'shop', image: 's:1', resources: { limits: { memory: '512Mi', cpu: 1 } } },
    { name: 'side', image: 'e:1' },
  ],
}
const read = (status: object, metadata: object = {}): PodSeen | undefined =>
  podsOf({ items: [{ metadata: { name: 'shop-1', labels, ...metadata }, spec, status }] })[0]?.value
const waiting = (reason: string, message = '') => ({ waiting: { reason, message } })
const ended = (exitCode: number, reason = 'Error', message = '') => ({
  terminated: { exitCode, reason, message },
})

test.each<readonly [string, object, Partial<PodSeen>]>([
  [
    'an init container that crashes is what is told, not the others that wait for it',
    {
      phase: 'Pending',
      initContainerStatuses: [
        { name: 'migrate', restartCount: 3, state: waiting('CrashLoopBackOff'), lastState: ended(1) },
      ],
      containerStatuses: [{ name: 'shop', state: waiting('PodInitializing') }],
    },
    {
      reason: 'CrashLoopBackOff',
      container: 'migrate',
      containers: ['migrate'],
      image: 'm:1',
      init: true,
      exitCode: 1,
      restarts: 3,
    },
  ],
  [
    'an init container that is over',
    {
      phase: 'Pending',
      initContainerStatuses: [{ name: 'migrate', state: ended(0, 'Completed') }],
      containerStatuses: [{ name: 'shop', state: waiting('ImagePullBackOff', 'x') }],
    },
    { reason: 'ImagePullBackOff', container: 'shop', containers: ['shop', 'side'], image: 's:1' },
  ],
  [
    'a sidecar among them that has started',
    {
      phase: 'Pending',
      initContainerStatuses: [{ name: 'migrate', started: true, state: { running: {} } }],
      containerStatuses: [{ name: 'shop', state: waiting('ContainerCreating') }],
    },
    { reason: 'ContainerCreating', container: 'shop' },
  ],
  [
    'a container that the kernel ended for its memory, between two tries',
    {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'shop',
          restartCount: 2,
          state: waiting('CrashLoopBackOff', 'back-off 20s restarting failed container'),
          lastState: ended(137, 'OOMKilled'),
        },
      ],
    },
    { reason: 'CrashLoopBackOff', oomKilled: true, memoryLimit: '512Mi', exitCode: 137 },
  ],
  [
    'a crash loop: why it ended, not how long it waits',
    {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'shop',
          state: waiting('CrashLoopBackOff', 'back-off 20s'),
          lastState: ended(128, 'StartError', 'exec: "/bin/nix": no such file'),
        },
      ],
    },
    { message: 'exec: "/bin/nix": no such file', exitCode: 128 },
  ],
  [
    'an evicted pod, whatever its containers say',
    {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
      containerStatuses: [{ name: 'shop', state: ended(137, 'ContainerStatusUnknown') }],
    },
    { reason: 'Evicted', message: 'The node was low on resource: memory.', phase: 'Failed' },
  ],
  [
    'one that runs again after it was out of memory is not told for that',
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'shop',
          ready: true,
          restartCount: 1,
          state: { running: {} },
          lastState: ended(137, 'OOMKilled'),
        },
      ],
    },
    { ready: true, restarts: 1, reason: '' },
  ],
])('%s', (_, status, wanted) => {
  const seen = read(status)
  expect(seen).toMatchObject(wanted)
  for (const key of ['init', 'oomKilled'] as const) expect(seen?.[key]).toBe(wanted[key])
})

test('a pod of a job says of which', () => {
  expect(read({}, { ownerReferences: [{ kind: 'Job', name: 'migrate' }] })?.job).toBe('migrate')
  expect(read({})?.job).toBeUndefined()
})

test('jobs and cron jobs; a job that a cron job made is told while it works or failed', () => {
  const item = (name: string, status: object, more: object = {}) => ({
    metadata: { name, labels, ...more },
    status,
  })
  const made = { ownerReferences: [{ kind: 'CronJob', name: 'clean' }] }
  const is = (type: string, message = '') => ({ conditions: [{ type, status: 'True', message }] })
  const jobs = {
    items: [
      item('done', is('Complete')),
      item('failed', is('Failed', 'backoff limit')),
      item('works', {}),
      { ...item('off', {}), spec: { suspend: true } },
      item('clean-1', is('Complete'), made),
      item('clean-2', {}, made),
      item('clean-3', is('Failed'), made),
    ],
  }
  const crons = { items: [{ metadata: { name: 'clean', labels }, spec: { schedule: '0 3 * * *' } }] }
  const states = jobsOf(jobs, crons).map(({ app, value }) => [app, value.kind, value.name, value.state])
  expect(states).toEqual([
    ['shop', 'job', 'done', 'done'],
    ['shop', 'job', 'failed', 'failed'],
    ['shop', 'job', 'works', 'runs'],
    ['shop', 'job', 'off', 'off'],
    ['shop', 'job', 'clean-2', 'runs'],
    ['shop', 'job', 'clean-3', 'failed'],
    ['shop', 'cron job', 'clean', 'waits'],
  ])
  expect(jobsOf(undefined, undefined)).toEqual([])
})

test('a daemon set wants a pod a node; what a deployment made is not counted again; a bare pod counts itself', () => {
  const daemons = { items: [{ metadata: { name: 'd', labels }, status: { desiredNumberScheduled: 3 } }] }
  expect(workloadsOf(daemons)[0]?.value.replicas).toBe(3)
  const owned = { name: 'r', labels, ownerReferences: [{ kind: 'Deployment', name: 'shop' }] }
  expect(workloadsOf({ items: [{ metadata: owned }] })).toEqual([])
  const pods = {
    items: [
      { metadata: { name: 'p', labels }, spec },
      { metadata: { ...owned, name: 'q' }, spec },
    ],
  }
  expect(barePodsOf(pods).map(({ value }) => value.name)).toEqual(['p'])
})

test('routes are hosts, or hosts with a path', () => {
  const rules = [
    { host: 'a.x', http: { paths: [{ path: '/' }] } },
    { host: 'b.x', http: { paths: [{ path: '/app' }, { path: '/v2/' }] } },
    { host: 'c.x' },
    {},
  ]
  expect(hostsOf({ items: [{ metadata: { name: 'i', labels }, spec: { rules } }] })[0]?.value).toEqual([
    'a.x',
    'b.x/app',
    'b.x/v2/',
    'c.x',
  ])
})

test('what a stop writes is written back by a start, and pods of every kind carry the label', () => {
  const app = { id: 'shop', title: 'Shop', image: 's:1', namespace: 'macula' }
  const of = (kind: string, more: object = {}) =>
    labelled([{ apiVersion: 'v1', kind, metadata: { name: 'x' }, spec: more }], app)[0]?.['spec']
  for (const kind of ['Deployment', 'StatefulSet', 'ReplicaSet']) {
    expect(of(kind)).toMatchObject({ replicas: 1, template: { metadata: { labels } } })
    expect(of(kind, { replicas: 3 })).toMatchObject({ replicas: 3 })
  }
  expect(of('Job')).toMatchObject({ suspend: false, template: { metadata: { labels } } })
  expect(of('CronJob', { suspend: true })).toMatchObject({ suspend: true })
  expect(of('CronJob')).toMatchObject({
    suspend: false,
    jobTemplate: { metadata: { labels }, spec: { template: { metadata: { labels } } } },
  })
  expect(of('DaemonSet')).not.toHaveProperty('replicas')
})
