import { expect, test } from 'vitest'
import { ApiError } from '../../../main/system/kind/api.ts'
import { ingressPods, otherController, withoutIngress } from '../../../main/system/kind/their-ingress.ts'
import { clusterSpec } from './spec.ts'

/** A cluster with an ingress controller of its own. The API server is stood in for by answers by path. */

const api = (answers: Readonly<Record<string, unknown>>) => ({
  async get(path: string): Promise<unknown> {
    const key = Object.keys(answers).find((one) => decodeURIComponent(path).includes(one))
    if (key === undefined) throw new ApiError('not found', 404)
    return await Promise.resolve(answers[key])
  },
})
const isClass = (controller: string) => ({ 'ingressclasses/nginx': { spec: { controller } } })

test.each<readonly [string, Readonly<Record<string, unknown>>, string | undefined]>([
  ['ours', isClass('nginx.org/ingress-controller'), undefined],
  ['nobody’s yet', {}, undefined],
  ['of kind’s own guide', isClass('k8s.io/ingress-nginx'), 'k8s.io/ingress-nginx'],
  ['told in an odd way', { 'ingressclasses/nginx': { spec: null } }, undefined],
])('the class nginx is %s', async (_, answers, whose) => {
  expect(await otherController(api(answers))).toBe(whose)
})

test('an API server that fails is not one without a class', async () => {
  const failing = { get: () => Promise.reject(new ApiError('not now', 503)) }
  await expect(otherController(failing)).rejects.toThrow('not now')
})

test('ours is left out with all that only it reads, and nothing else', () => {
  const one = (kind: string, name: string, namespace?: string) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  })
  const all = [
    one('Namespace', 'macula'),
    one('Namespace', 'nginx-ingress'),
    one('ClusterRole', 'nginx-ingress'),
    one('ConfigMap', 'nginx-config', 'nginx-ingress'),
    one('IngressClass', 'nginx'),
    one('MutatingAdmissionPolicyBinding', 'macula-websockets'),
    one('Deployment', 'alloy', 'macula-system'),
    one('ClusterRole', 'macula-alloy'),
  ]
  expect(
    withoutIngress(all, clusterSpec).map(({ kind, metadata }) => [kind, (metadata as { name: string }).name]),
  ).toEqual([
    ['Namespace', 'macula'],
    ['Deployment', 'alloy'],
    ['ClusterRole', 'macula-alloy'],
  ])
})

const pods = (name: string, ready: boolean) => ({
  items: [
    {
      metadata: { name, namespace: 'x', labels: {}, creationTimestamp: '2026-11-24T08:00:00Z' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
      status: {
        phase: ready ? 'Running' : 'Pending',
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
        containerStatuses: [{ name: 'c', ready, restartCount: 0, state: { running: {} } }],
      },
    },
  ],
})
const none = { items: [] }

test.each<readonly [string, unknown, unknown, readonly string[]]>([
  ['ours that is ready', pods('ours', true), pods('theirs', true), ['ours']],
  ['theirs where ours waits for port 80', pods('ours', false), pods('theirs', true), ['theirs']],
  ['theirs alone', none, pods('theirs', false), ['theirs']],
  ['ours that starts', pods('ours', false), none, ['ours']],
  ['none', none, none, []],
])('the controller is %s', async (_, ours, theirs, names) => {
  const found = await ingressPods(
    api({
      'namespaces/nginx-ingress/pods': ours,
      'pods?labelSelector=app.kubernetes.io/name=ingress-nginx': theirs,
    }),
    clusterSpec,
  )
  expect(found.map(({ name }) => name)).toEqual(names)
})
