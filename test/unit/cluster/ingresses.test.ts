import { describe, expect, test } from 'vitest'
import { ingressesOf, withPods } from '../../../main/system/kind/ingresses.ts'

/** Ingresses as the API server tells them, in the ways that manifests of the platform write them. */

const to = (name: string, path = '/') => ({ path, backend: { service: { name, port: { number: 80 } } } })
const item = (spec: object, metadata: object = {}) => ({
  metadata: { name: 'lab', namespace: 'demo', ...metadata },
  spec,
})
const one = (spec: object, metadata: object = {}) => ingressesOf({ items: [item(spec, metadata)] })[0]
const rule = (host: string, ...paths: readonly ReturnType<typeof to>[]) => ({ host, http: { paths } })

describe('hosts and routes', () => {
  test.each<readonly [string, object, object, object]>([
    [
      'a rule, by class',
      { ingressClassName: 'nginx', rules: [rule('a.macula.local', to('web'))] },
      {},
      { hosts: ['a.macula.local'], routes: ['a.macula.local'], services: ['web'] },
    ],
    [
      'the older annotation',
      { rules: [rule('a.macula.local', to('web'))] },
      { annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
      { routes: ['a.macula.local'] },
    ],
    [
      'no class: the default one',
      { rules: [rule('a.macula.local', to('web', '/api'), to('other', '/b'))] },
      {},
      { routes: ['a.macula.local/api', 'a.macula.local/b'], services: ['web', 'other'] },
    ],
    [
      'a class of others: a name, and no route',
      { ingressClassName: 'traefik', rules: [rule('a.macula.local', to('web'))] },
      {},
      { hosts: ['a.macula.local'], routes: [], ignored: 'traefik' },
    ],
    [
      'what ExternalDNS is told, which a rule for all hosts routes',
      { rules: [{ http: { paths: [to('web')] } }] },
      { annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'a.macula.local, b.macula.local,' } },
      { hosts: ['a.macula.local', 'b.macula.local'], routes: ['a.macula.local', 'b.macula.local'] },
    ],
    [
      'told twice, once',
      { rules: [rule('a.macula.local', to('web')), rule('a.macula.local', to('web'))] },
      { annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'a.macula.local' } },
      { hosts: ['a.macula.local'], routes: ['a.macula.local'], services: ['web'] },
    ],
    [
      'a default backend',
      { defaultBackend: { service: { name: 'web' } }, rules: [rule('a.macula.local')] },
      {},
      { hosts: ['a.macula.local'], services: ['web'], routes: ['a.macula.local'] },
    ],
    ['nothing', {}, {}, { hosts: [], routes: [], services: [] }],
  ])('%s', (_, spec, metadata, expected) => {
    expect(one(spec, metadata)).toMatchObject(expected)
  })

  test('its application by the label, else none', () => {
    expect(one({}, { labels: { 'dev.macula/app': 'console' } })?.app).toBe('console')
    expect(one({})).not.toHaveProperty('app')
  })

  test.each([undefined, null, 'x', { items: 'x' }, { items: [{ spec: {} }] }])(
    'what is no list is none: %j',
    (value) => {
      expect(ingressesOf(value)).toEqual([])
    },
  )
})

describe('the pods behind it', () => {
  const service = (name: string, selector?: object, namespace = 'demo') => ({
    metadata: { name, namespace },
    spec: { selector },
  })
  const pod = (name: string, labels: object, namespace = 'demo') => ({
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'c', image: 'i' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  })
  const pods = {
    items: [
      pod('web-1', { app: 'web', tier: 'front' }),
      pod('web-2', { app: 'web' }),
      pod('other', { app: 'other' }),
      pod('web-elsewhere', { app: 'web', tier: 'front' }, 'else'),
    ],
  }
  const behind = (...services: readonly object[]) =>
    withPods(
      ingressesOf({ items: [item({ rules: [rule('a.macula.local', to('web'))] })] }),
      { items: services },
      pods,
    )[0]

  test.each<readonly [string, readonly object[], readonly string[], string | undefined]>([
    [
      'all labels of its Service',
      [service('web', { app: 'web', tier: 'front' })],
      ['web-1'],
      'app=web,tier=front',
    ],
    ['several', [service('web', { app: 'web' })], ['web-1', 'web-2'], 'app=web'],
    [
      'a Service of another namespace is none of its',
      [service('web', { app: 'web' }, 'else')],
      [],
      undefined,
    ],
    ['one that chooses none', [service('web')], [], undefined],
    ['one that chooses nothing, not all', [service('web', {})], [], undefined],
    ['one that is not there', [service('other', { app: 'other' })], [], undefined],
  ])('%s', (_, services, names, selector) => {
    const found = behind(...services)
    expect(found?.pods.map(({ name }) => name)).toEqual(names)
    expect(found?.selector).toBe(selector)
    expect(found).not.toHaveProperty('services')
  })

  test('where nothing more was asked there are none', () => {
    expect(withPods(ingressesOf({ items: [item({})] }), undefined, undefined)[0]).toMatchObject({ pods: [] })
  })
})

test.each<readonly [string, object, true | undefined]>([
  ['that names its port', { ports: [{ name: 'http', containerPort: 8080 }] }, undefined],
  ['that is asked by HTTP', { readinessProbe: { httpGet: { port: 8080 } } }, undefined],
  ['that names another', { ports: [{ containerPort: 4433, protocol: 'UDP' }] }, true],
  ['that a program is asked', { readinessProbe: { exec: { command: ['pgrep', '-f', 'beam.smp'] } } }, true],
])('a pod %s: whether it says that it answers where its Ingress leads', (_, container, quiet) => {
  const services = {
    items: [
      {
        metadata: { name: 'web', namespace: 'demo' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ],
  }
  const pods = {
    items: [
      {
        metadata: { name: 'web-1', namespace: 'demo', labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'x', ...container }] },
      },
    ],
  }
  const written = ingressesOf({
    items: [
      item({
        rules: [
          {
            host: 'a.macula.local',
            http: { paths: [{ backend: { service: { name: 'web', port: { number: 80 } } } }] },
          },
        ],
      }),
    ],
  })
  expect(withPods(written, services, pods)[0]?.quiet).toBe(quiet)
  // Without a look at pods nothing is said.
  expect(withPods(written, undefined, undefined)[0]?.quiet).toBeUndefined()
})
