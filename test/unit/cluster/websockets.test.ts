import { expect, test } from 'vitest'
import { ApiError, type Api } from '../../../main/system/kind/api.ts'
import type { Manifest } from '../../../main/system/kind/manifests.ts'
import {
  annotateIngresses,
  fitting,
  lacksWebsockets,
  websocketServices,
  withWebsockets,
} from '../../../main/system/kind/websockets.ts'

/** Each Ingress of our class names all its services, and no others: F5's controller refuses one that names more. */

const backend = (name: string) => ({ service: { name, port: { number: 80 } } })
const rule = (...names: readonly string[]) => ({
  host: 'a.x',
  http: { paths: names.map((name) => ({ path: `/${name}`, backend: backend(name) })) },
})
const ingress = (spec: object, annotations?: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i', namespace: 'elsewhere', ...(annotations ? { annotations } : {}) },
  spec,
})
const KEY = 'nginx.org/websocket-services'
const told = (manifest: Manifest): string | undefined =>
  (withWebsockets(manifest)['metadata'] as { annotations?: Record<string, string> }).annotations?.[KEY]

test.each<readonly [string, unknown, string]>([
  ['one service', { rules: [rule('console')] }, 'console'],
  ['several, each once', { rules: [rule('a', 'b'), rule('b', 'c')] }, 'a,b,c'],
  ['its default', { defaultBackend: backend('d') }, 'd'],
  ['both', { rules: [rule('a')], defaultBackend: backend('d') }, 'a,d'],
  ['a host without paths', { rules: [{ host: 'a.x' }] }, ''],
  ['a resource behind it', { rules: [{ http: { paths: [{ backend: { resource: { name: 'r' } } }] } }] }, ''],
  ['nothing', {}, ''],
  ['no spec', undefined, ''],
])('services of %s', (_, spec, wanted) => {
  expect(websocketServices(spec)).toBe(wanted)
})

test.each<readonly [string, Manifest, string | undefined]>([
  ['of our class', ingress({ ingressClassName: 'nginx', rules: [rule('a')] }), 'a'],
  ['of the default class', ingress({ rules: [rule('a')] }), 'a'],
  [
    'by the older annotation',
    ingress({ rules: [rule('a')] }, { 'kubernetes.io/ingress.class': 'nginx' }),
    'a',
  ],
  ['of another controller', ingress({ ingressClassName: 'traefik', rules: [rule('a')] }), undefined],
  [
    'of another by annotation',
    ingress({ rules: [rule('a')] }, { 'kubernetes.io/ingress.class': 'traefik' }),
    undefined,
  ],
  ['without a service', ingress({ rules: [] }), undefined],
  ['that names one it has no more', ingress({ rules: [rule('a')] }, { [KEY]: 'gone' }), 'a'],
  ['that is no Ingress', { ...ingress({ rules: [rule('a')] }), kind: 'Service' }, undefined],
])('an Ingress %s', (_, manifest, wanted) => {
  expect(told(manifest)).toBe(wanted)
})

test.each<readonly [string, Manifest, boolean]>([
  ['without the annotation', ingress({ rules: [rule('a')] }), true],
  ['that names another service', ingress({ rules: [rule('a')] }, { [KEY]: 'b' }), true],
  ['that names some of several', ingress({ rules: [rule('a', 'b')] }, { [KEY]: 'b' }), true],
  ['that names all of them', ingress({ rules: [rule('a', 'b')] }, { [KEY]: 'b, a' }), false],
  ['as the policy writes it', ingress({ rules: [rule('a'), rule('a')] }, { [KEY]: 'a,a' }), false],
  [
    'of the older annotation',
    ingress({ rules: [rule('a')] }, { 'kubernetes.io/ingress.class': 'nginx' }),
    true,
  ],
  ['of another class', ingress({ ingressClassName: 'traefik', rules: [rule('a')] }), false],
  ['without a service', ingress({ rules: [] }), false],
  [
    'that Flux made',
    {
      ...ingress({ rules: [rule('a')] }),
      metadata: {
        name: 'i',
        namespace: 'x',
        labels: {
          'kustomize.toolkit.fluxcd.io/name': 'apps',
          'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
        },
      },
    },
    false,
  ],
])('an Ingress %s: whether its WebSockets are kept back', (_, manifest, wanted) => {
  expect(lacksWebsockets(manifest)).toBe(wanted)
})

test('other annotations stay', () => {
  const { annotations } = withWebsockets(ingress({ rules: [rule('a')] }, { other: 'x' }))['metadata'] as {
    annotations: Record<string, string>
  }
  expect(annotations).toEqual({ other: 'x', [KEY]: 'a' })
})

function standIn(answers: Readonly<Record<string, unknown>>) {
  const sent: (readonly [string, unknown])[] = []
  const api = {
    get: async (path: string) => {
      if (!(path in answers)) throw new ApiError('not found', 404)
      return await Promise.resolve(answers[path])
    },
    send: async (_: string, path: string, body: unknown) => {
      sent.push([path, body])
      return await Promise.resolve({})
    },
  } as unknown as Api
  return { api, sent }
}

test('those that were there before get it by Macula: of any namespace, and only where it is missing or wrong', async () => {
  const items = [
    ingress({ ingressClassName: 'nginx', rules: [rule('a')] }),
    ingress({ ingressClassName: 'nginx', rules: [rule('a')] }, { [KEY]: 'a' }),
    ingress({ ingressClassName: 'nginx', rules: [rule('b')] }, { [KEY]: 'a' }),
    ingress({ ingressClassName: 'other', rules: [rule('a')] }),
  ]
  const { api, sent } = standIn({ '/apis/networking.k8s.io/v1/ingresses': { items } })
  await annotateIngresses(api)
  const path = '/apis/networking.k8s.io/v1/namespaces/elsewhere/ingresses/i'
  expect(sent).toEqual([
    [path, { metadata: { annotations: { [KEY]: 'a' } } }],
    [path, { metadata: { annotations: { [KEY]: 'b' } } }],
  ])
})

test('one that went meanwhile keeps the others from nothing; what else is wrong is told', async () => {
  const items = [ingress({ rules: [rule('a')] }), ingress({ rules: [rule('b')] })]
  const { api, sent } = standIn({ '/apis/networking.k8s.io/v1/ingresses': { items } })
  const failing = (status: number): Api => ({
    ...api,
    send: async (...words) => {
      await api.send(...words)
      throw new ApiError('no', status)
    },
  })
  await annotateIngresses(failing(404))
  expect(sent).toHaveLength(2)
  await expect(annotateIngresses(failing(403))).rejects.toThrow('no')
})

test('a cluster that knows no such policy gets none, and no error', async () => {
  const policy = { ...ingress({}), kind: 'MutatingAdmissionPolicy' }
  const objects = [policy, { ...policy, kind: 'MutatingAdmissionPolicyBinding' }, ingress({})]
  const path = '/apis/admissionregistration.k8s.io/v1'
  const with_ = standIn({ [path]: { resources: [{ name: 'mutatingadmissionpolicies' }] } })
  expect(await fitting(with_.api, objects)).toEqual(objects)
  for (const answers of [{ [path]: { resources: [{ name: 'validatingadmissionpolicies' }] } }, {}])
    expect((await fitting(standIn(answers).api, objects)).map(({ kind }) => kind)).toEqual(['Ingress'])
})
