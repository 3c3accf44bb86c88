import { expect, test } from 'vitest'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { Rung } from '../../../main/model/ladder.ts'
import { apiRung, clusterRung, type ClusterLook } from '../../../main/model/rungs/cluster.ts'
import { node, now, pod, up } from './world.ts'

/** Every state of a cluster, as the fourth and fifth rung of its own row tell it. */

const start = {
  label: 'Start Hub cluster',
  command: 'maculactl up cluster/hub',
  action: { kind: 'start', services: ['cluster/hub'] },
} as const
const restart = {
  label: 'Restart Hub cluster',
  command: 'maculactl restart cluster/hub',
  action: { kind: 'restart', services: ['cluster/hub'] },
} as const

const look = (seen: ClusterSeen | undefined, part: Partial<ClusterLook> = {}): ClusterLook => ({
  service: 'cluster/hub',
  title: 'Hub cluster',
  name: 'macula',
  seen,
  wanted: true,
  acting: undefined,
  now,
  ...part,
})

const absent = (wasMade: boolean): ClusterSeen => ({ kind: 'absent', wasMade })
const unfinished = (during: 'create' | 'delete'): ClusterSeen => ({ kind: 'unfinished', during, nodes: [] })
const foreign: ClusterSeen = { kind: 'foreign', says: 'It publishes \u001b[31m9090.', nodes: [] }
const stopped = (...exitCodes: number[]): ClusterSeen => ({
  kind: 'stopped',
  nodes: exitCodes.map((exitCode, at) => node({ name: `node-${at}`, running: false, exitCode })),
  adopted: false,
})
const down = (...nodes: Parameters<typeof node>): ClusterSeen => ({
  kind: 'down',
  says: 'The API server: ECONNREFUSED',
  nodes: nodes.map((part) => node(part)),
  adopted: false,
})
const nodes = (...parts: readonly Parameters<typeof node>[0][]) => ({
  nodes: parts.map((part) => node(part)),
})
const ingress = (...parts: readonly Parameters<typeof pod>[0][]) => ({
  ingress: parts.map((part) => pod(part)),
})

const failure = {
  says: 'no image',
  times: 1,
  anew: false,
  unmade: {
    what: 'The image kindest/node:v1.37.0 cannot be pulled.',
    why: 'The registry cannot be reached.',
    todo: 'Check the network of this machine.',
  },
}
const off = { state: 'unreached', says: 'stopped', reason: 'stopped' } as const
const starting = { state: 'progress', says: 'starting', reason: 'starting' } as const
const stops = {
  state: 'stop',
  says: 'its nodes are stopped, not by Macula',
  reason: 'nodes are stopped',
  why: 'Somebody stopped them, or Docker was restarted.',
  todo: 'Start Hub cluster; what is in it is kept.',
  fix: start,
} as const
const silent = {
  state: 'stop',
  says: 'its nodes run, but the API server does not answer',
  reason: 'the API server does not answer',
  why: 'The API server: ECONNREFUSED',
  todo: 'Restart Hub cluster; what is in it is kept.',
  fix: restart,
} as const
const noIngress = {
  state: 'stop',
  reason: 'its ingress is not ready',
  todo: 'Start Hub cluster: what is missing is installed.',
  fix: start,
} as const
const ingressStarts = {
  state: 'progress',
  says: 'its ingress controller is starting',
  reason: 'ingress is starting',
} as const

test.each<readonly [string, ClusterLook, Omit<Rung, 'id'>]>([
  [
    'being stopped',
    look(up({}), { acting: 'stopping' }),
    { state: 'progress', says: 'stopping', reason: 'stopping' },
  ],
  [
    'being stopped, not looked at yet',
    look(undefined, { acting: 'stopping' }),
    { state: 'progress', says: 'stopping', reason: 'stopping' },
  ],
  ['not looked at', look(undefined), { state: 'unknown', says: 'not checked yet' }],
  [
    'not looked at, being started',
    look(undefined, { acting: 'starting' }),
    { state: 'unknown', says: 'not checked yet' },
  ],
  [
    'being created',
    look(absent(false), { acting: 'starting' }),
    { state: 'progress', says: 'being created', reason: 'starting' },
  ],
  ['being started again', look(stopped(137), { acting: 'starting' }), starting],
  ['being started, its API server silent', look(down({}), { acting: 'starting' }), starting],
  [
    'being started, and up already',
    look(up({}), { acting: 'starting' }),
    { state: 'ok', says: 'running for 1 h, its ingress is ready' },
  ],
  [
    'to be started, but not ours',
    look(foreign, { acting: 'starting' }),
    {
      state: 'stop',
      says: 'a cluster named macula exists that Macula did not create, and no URL reaches it',
      reason: 'a cluster that is not ours has its name, and publishes no port 80',
      why: 'It publishes 9090.',
      todo: 'It is left as it is: kubectl reaches what is in it. For clean URLs its kind.yaml needs extraPortMappings with containerPort 80; kind has to recreate its nodes for that, which takes some minutes and loses what is only in the cluster.',
    },
  ],
  [
    'never made and not wanted',
    look(absent(false), { wanted: false }),
    { state: 'unreached', says: 'not created yet', reason: 'not set up' },
  ],
  [
    'removed by somebody',
    look(absent(true)),
    {
      state: 'stop',
      says: 'there is no cluster any more',
      reason: 'cluster is gone',
      why: 'It was removed, not by Macula.',
      todo: 'Start it: it is created again.',
      fix: { ...start, label: 'Start Hub cluster…' },
    },
  ],
  [
    'wanted and never made',
    look(absent(false)),
    {
      state: 'stop',
      says: 'it was started, but never created',
      reason: 'not created',
      why: 'Its last start was interrupted before anything was created.',
      todo: 'Start it again.',
      fix: { ...start, label: 'Start Hub cluster…' },
    },
  ],
  [
    'wanted and never made, as its start failed',
    look(absent(false), { failure }),
    {
      state: 'stop',
      says: 'it was started, but never created',
      reason: 'not created',
      why: 'The image kindest/node:v1.37.0 cannot be pulled. The registry cannot be reached.',
      todo: 'Check the network of this machine. Then start it again.',
      fix: { ...start, label: 'Start Hub cluster…' },
    },
  ],
  [
    'created in part',
    look(unfinished('create')),
    {
      state: 'stop',
      says: 'created in part: its creation was interrupted',
      reason: 'created in part',
      todo: 'Start it: what is left of the first try is removed and it is created again.',
      fix: start,
    },
  ],
  [
    'removed in part',
    look(unfinished('delete')),
    {
      state: 'stop',
      says: 'removed in part: its removal was interrupted',
      reason: 'removed in part',
      todo: 'Remove the rest (maculactl cluster delete hub), or start it: it is created again.',
      fix: start,
    },
  ],
  ['stopped on purpose', look(stopped(137), { wanted: false }), off],
  ['stopped on purpose, whatever its node said', look(stopped(1), { wanted: false }), off],
  ['ended by itself', look(stopped(0)), stops],
  ['stopped by a key', look(stopped(130)), stops],
  ['killed', look(stopped(137)), stops],
  ['stopped by Docker', look(stopped(143)), stops],
  [
    'crashed in one of its nodes',
    look(stopped(137, 1)),
    {
      ...stops,
      says: 'its node node-1 ended: exit code 1',
      reason: 'exit code 1',
      why: 'docker logs node-1 says more.',
    },
  ],
  ['without an answer', look(down({})), silent],
  [
    'just started, without an answer yet',
    look(down({ startedAt: now - 89_000 })),
    {
      state: 'progress',
      says: 'its node runs for 1 min 29 s, the API server does not answer yet',
      reason: 'starting, 1 min 29 s',
    },
  ],
  ['started a while ago, without an answer', look(down({ startedAt: now - 90_000 })), silent],
  [
    'without an answer, its node just ended',
    look(down({ startedAt: now - 5000, running: false, exitCode: 137 })),
    silent,
  ],
  ['up', look(up({})), { state: 'ok', says: 'running for 1 h, its ingress is ready' }],
  [
    'up with two nodes, one of them younger',
    look(up({}, nodes({}, { name: 'worker', startedAt: now - 60_000 }))),
    { state: 'ok', says: 'running of 2 nodes for 1 h, its ingress is ready' },
  ],
  [
    'up without one of its nodes',
    look(up({}, nodes({}, { name: 'worker', running: false, address: '' }))),
    {
      state: 'stop',
      says: 'worker does not run',
      reason: '1 of 2 nodes stopped',
      todo: 'Start Hub cluster.',
      fix: start,
    },
  ],
  [
    'up without two of its nodes',
    look(up({}, nodes({}, { name: 'one', running: false }, { name: 'two', running: false }))),
    {
      state: 'stop',
      says: 'one and two do not run',
      reason: '2 of 3 nodes stopped',
      todo: 'Start Hub cluster.',
      fix: start,
    },
  ],
  [
    'up, one of its nodes out of the network',
    look(up({}, nodes({}, { name: 'worker', address: '' }))),
    {
      state: 'round',
      says: 'it runs, but is not in the docker network of the services',
      reason: 'pods do not reach services',
      why: 'The network was recreated, or somebody disconnected its node.',
      todo: 'Start Hub cluster: it joins again.',
      fix: start,
    },
  ],
  [
    'up, one of its two ingress pods ready',
    look(up({}, ingress({ ready: false, reason: 'CrashLoopBackOff' }, {}))),
    { state: 'ok', says: 'running for 1 h, its ingress is ready' },
  ],
  [
    'up without an ingress',
    look(up({}, ingress())),
    {
      ...noIngress,
      says: 'it has no ingress controller',
      why: 'Its start was interrupted before the controller was installed.',
    },
  ],
  ['up without an ingress yet', look(up({}, ingress()), { acting: 'starting' }), ingressStarts],
  [
    'up, its ingress just being created',
    look(up({}, ingress({ ready: false, reason: 'ContainerCreating', startedAt: now - 89_000 }))),
    ingressStarts,
  ],
  [
    'up, its ingress being created for long',
    look(up({}, ingress({ ready: false, reason: 'PodInitializing', message: 'x', startedAt: now - 90_000 }))),
    { ...noIngress, says: 'its ingress controller is not ready: PodInitializing', why: 'x' },
  ],
  [
    'up, its ingress being created for long by a start that goes on',
    look(up({}, ingress({ ready: false })), { acting: 'starting' }),
    ingressStarts,
  ],
  [
    'up, its ingress running and never ready',
    look(up({}, ingress({ ready: false }))),
    { ...noIngress, says: 'its ingress controller is not ready', why: '' },
  ],
  [
    'up, its ingress crashed at once',
    look(
      up(
        {},
        ingress({
          ready: false,
          reason: 'CrashLoopBackOff',
          message: 'x'.repeat(400),
          startedAt: now - 1000,
        }),
      ),
      { acting: 'starting' },
    ),
    {
      ...noIngress,
      says: 'its ingress controller is not ready: CrashLoopBackOff',
      why: 'x'.repeat(300),
    },
  ],
])('a cluster that is %s', (_, seen, told) => {
  expect(clusterRung(seen)).toEqual({ id: 'container', ...told })
})

test.each<readonly [string, ClusterSeen | undefined, Omit<Rung, 'id'>]>([
  ['up', up({}), { state: 'ok', says: 'Kubernetes v1.37.0 answers' }],
  ['not looked at', undefined, { state: 'unknown', says: 'not checked yet' }],
  ['down', down({}), { state: 'unreached', says: 'not reached' }],
])('the API server of a cluster that is %s', (_, seen, told) => {
  expect(apiRung(look(seen))).toEqual({ id: 'service', ...told })
})
