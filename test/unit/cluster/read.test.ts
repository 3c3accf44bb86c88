import { expect, test } from 'vitest'
import { kindStep } from '../../../main/system/kind/commands.ts'
import { ownerOf, type Marker } from '../../../main/system/kind/marker.ts'
import type { Node } from '../../../main/system/kind/nodes.ts'
import { eventsOf } from '../../../main/system/kind/event-objects.ts'
import { podsOf, versionsOf } from '../../../main/system/kind/objects.ts'
import { workloadsOf } from '../../../main/system/kind/workload-objects.ts'
import { podLine } from '../../../main/system/kind/pod-logs.ts'

test('kind’s steps without its marks', () => {
  expect(kindStep(' • Preparing nodes 📦  ...')).toBe('Preparing nodes')
  expect(kindStep(' • Ensuring node image (kindest/node:v1.37.0) 🖼  ...')).toBe(
    'Ensuring node image (kindest/node:v1.37.0)',
  )
  expect(kindStep(' ✓ Preparing nodes 📦')).toBeUndefined()
  expect(kindStep('Set kubectl context to "kind-macula"')).toBeUndefined()
})

const node = (id: string, createdAt: number): Node => ({
  id,
  name: 'macula-hub-control-plane',
  running: true,
  image: 'kindest/node:v1.37.0',
  address: '',
  startedAt: createdAt,
  exitCode: 0,
  createdAt,
  role: 'control-plane',
  names: [],
  published: new Map(),
  mounts: new Map(),
})
const marker = (part: Partial<Marker>): Marker => ({
  version: 1,
  name: 'macula',
  phase: 'made',
  at: 100_000,
  nodes: ['a'],
  ...part,
})

test('fault 30: only what we wrote down is ours', () => {
  expect(ownerOf(undefined, [node('a', 100_000)])).toBe('others')
  expect(ownerOf(marker({}), [node('a', 100_000)])).toBe('ours')
  // Deleted and made anew by hand, under the same name.
  expect(ownerOf(marker({}), [node('b', 200_000)])).toBe('others')
  // An interrupted create: what came after its begin is ours, what was there before is not.
  expect(ownerOf(marker({ phase: 'creating', nodes: [] }), [node('b', 101_000)])).toBe('ours')
  expect(ownerOf(marker({ phase: 'creating', nodes: [] }), [node('b', 50_000)])).toBe('others')
})

test('a pod’s reason is the one of its container that is not ready', () => {
  const [seen] = podsOf({
    items: [
      {
        metadata: { name: 'console-1', labels: { 'dev.macula/app': 'console' } },
        spec: {
          containers: [
            { name: 'side', image: 'a' },
            { name: 'console', image: 'b' },
          ],
        },
        status: {
          phase: 'Running',
          startTime: '2026-11-24T07:00:00Z',
          conditions: [{ type: 'Ready', status: 'False' }],
          containerStatuses: [
            { name: 'side', ready: true, restartCount: 0, state: { running: {} } },
            {
              name: 'console',
              ready: false,
              restartCount: 4,
              state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
              lastState: { terminated: { exitCode: 3, reason: 'Error' } },
            },
          ],
        },
      },
    ],
  })
  expect(seen).toMatchObject({
    app: 'console',
    value: {
      ready: false,
      reason: 'CrashLoopBackOff',
      restarts: 4,
      exitCode: 3,
      image: 'b',
      container: 'console',
    },
  })
})

test('a pod of an earlier version is known by its replica set, or by the revision of its stateful set', () => {
  const set = (name: string, revision: string) => ({
    metadata: {
      name,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ kind: 'Deployment', name: 'console' }],
    },
  })
  const owned = (name: string, kind: string, owner: string, labels = {}) => ({
    metadata: { name, labels, ownerReferences: [{ kind, name: owner }] },
    spec: {},
  })
  // Revision 10 comes after 9, in whatever order they are listed; a lone set is nobody's earlier version.
  const versions = versionsOf(
    { items: [set('console-b', '10'), set('console-a', '9'), { metadata: { name: 'lone' } }] },
    {
      items: [
        { metadata: { name: 'db' }, status: { updateRevision: 'db-2' } },
        { metadata: { name: 'new' } },
      ],
    },
  )
  const found = podsOf(
    {
      items: [
        owned('one', 'ReplicaSet', 'console-a'),
        owned('two', 'ReplicaSet', 'console-b'),
        owned('three', 'ReplicaSet', 'lone'),
        owned('four', 'StatefulSet', 'db', { 'controller-revision-hash': 'db-1' }),
        owned('five', 'StatefulSet', 'db', { 'controller-revision-hash': 'db-2' }),
        owned('six', 'StatefulSet', 'new', { 'controller-revision-hash': 'new-1' }),
        { metadata: { name: 'seven' }, spec: {} },
      ],
    },
    versions,
  )
  expect(found.filter(({ value }) => value.outdated).map(({ value }) => value.name)).toEqual(['one', 'four'])
})

test('what was put in is taken up once its controller has seen it', () => {
  const deployment = (generation: number, observedGeneration: number) => ({
    metadata: { name: 'console', generation },
    spec: { replicas: 2 },
    status: { observedGeneration },
  })
  expect(
    workloadsOf({ items: [deployment(2, 1), deployment(2, 2)] }).map(({ value }) => value.takenUp),
  ).toEqual([false, true])
})

test('an answer that is no list is an empty one', () => {
  expect(podsOf({ kind: 'Status' })).toEqual([])
  expect(podsOf('<html>')).toEqual([])
})

test('events are newest first and belong to an application by the name of what they are about', () => {
  const event = (name: string, at: string, resourceVersion = '1') => ({
    metadata: { resourceVersion },
    type: 'Warning',
    reason: 'Failed',
    message: 'm',
    lastTimestamp: at,
    involvedObject: { kind: 'Pod', name },
  })
  const found = eventsOf(
    {
      items: [
        event('a', '2026-11-24T07:00:00Z'),
        event('b', '2026-11-24T07:01:00Z', '99'),
        event('c', '2026-11-24T07:01:00Z', '100'),
      ],
    },
    (name) => (name === 'b' ? 'console' : undefined),
  )
  // Within one second the API server's own order counts.
  expect(found.map(({ about, app }) => [about, app])).toEqual([
    ['pod c', undefined],
    ['pod b', 'console'],
    ['pod a', undefined],
  ])
})

test('a line of a pod’s log keeps its microseconds; one without a time is none', () => {
  expect(podLine('console', '2026-11-24T07:00:00.123456789Z GET /')).toEqual({
    service: 'console',
    at: Date.parse('2026-11-24T07:00:00Z') + 123.456,
    stream: 'out',
    text: 'GET /',
  })
  expect(podLine('console', 'no time')).toBeUndefined()
  expect(podLine('console', `2026-11-24T07:00:00Z ${'x'.repeat(70_000)}`)?.text).toMatch(
    /… \(cut, 70000 bytes\)$/,
  )
})
