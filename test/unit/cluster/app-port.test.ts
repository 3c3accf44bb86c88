import { describe, expect, test } from 'vitest'
import { wantedForwards, withFronts } from '../../../main/engine/look/forwards.ts'
import { askAccess, type Asking } from '../../../main/engine/look/asking.ts'
import type { HostAdapter } from '../../../main/engine/adapters.ts'
import { balancerFronts, balancerNames } from '../../../main/model/balancers.ts'
import type { BalancerSeen, ClusterPort, ClusterSeen } from '../../../main/model/cluster.ts'
import { withFound } from '../../../main/model/found.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import type { Catalog, EndpointSpec, ServiceSpec } from '../../../main/model/service.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { clusterSpec } from './spec.ts'
import { app, catalog, look, node, pod, rungs, up, view } from './world.ts'

/** What an application speaks past the ingress: QUIC, UDP and TCP at its cluster's address, and by LoadBalancers. */

const quic: EndpointSpec = {
  id: 'mesh',
  name: 'console',
  scheme: 'quic',
  target: 4433,
  listen: 4433,
  clean: false,
  probe: { path: '/', expect: [], headers: {} },
}
const published: ClusterPort = { listen: 4433, host: '127.0.0.1', port: 14_433, protocol: 'udp' }

/** The catalog with a Console that speaks QUIC as well; `ports`: what its cluster publishes besides its ingress. */
function speaking(
  ports: readonly ClusterPort[] = [published],
  endpoints: (web: readonly EndpointSpec[]) => readonly EndpointSpec[] = (web) => [...web, quic],
): Catalog {
  const services = catalog.services.map((one): ServiceSpec => {
    if (one.runtime.kind !== 'cluster') return one
    const cluster = { ...clusterSpec, ports: [...clusterSpec.ports, ...ports] }
    const runtime = { ...one.runtime, cluster }
    return { ...one, runtime, endpoints: one.id === 'console' ? endpoints(one.endpoints) : one.endpoints }
  })
  return { ...catalog, services }
}

const made = (part: object = {}, ports: readonly string[] = ['80', '4433/udp']): ClusterSeen =>
  up(
    { console: app() },
    {
      nodes: [
        node({ address: '172.23.0.9', published: new Map(ports.map((port) => [port, '127.0.0.1:1'])) }),
      ],
      ...part,
    },
  )
const good: AnswerSeen = { kind: 'answer', says: 'QUIC answers, version 1', ms: 3 }
const silent: AnswerSeen = { kind: 'timeout', ms: 3000 }
const refused: AnswerSeen = { kind: 'refused', code: 'ECONNREFUSED', ms: 1, datagram: true }

/** The row of Console; `native`, `direct`: what QUIC answered at the cluster's address and at its node. */
function seen(
  cluster: ClusterSeen,
  native: AnswerSeen | undefined,
  direct: AnswerSeen | undefined,
  of: Catalog = speaking(),
  part: Partial<World> = {},
) {
  const answers = new Map<string, AnswerSeen>([
    [answerKey('console', 'web', 'front'), { kind: 'answer', says: 'HTTP 200', ms: 4 }],
    [answerKey('peer1', 'web', 'front'), { kind: 'answer', says: 'HTTP 200', ms: 4 }],
    ...(native ? [[answerKey('console', 'mesh', 'native'), native] as const] : []),
    ...(direct ? [[answerKey('console', 'mesh', 'direct'), direct] as const] : []),
  ])
  const listeners: World['listeners'] = new Map([
    ['127.0.0.2:80', { kind: 'ours', pid: 7, program: 'socat', ms: 0 }],
    ['127.0.0.2:4433/udp', { kind: 'ours', pid: 8, program: 'macula-forward', ms: 0 }],
  ])
  return view(look(cluster, { answers, listeners, ...part }, of), 'console')
}

describe('an application that speaks QUIC beside HTTP', () => {
  test('works where a server answers by its versions; the access that is copied names the port', () => {
    const row = seen(made(), good, undefined)
    expect([row.state, rungs(row)]).toEqual(['works', 'ok ok ok ok ok'])
    const [, mesh] = row.endpoints
    expect(mesh?.accesses.map(({ url }) => url)).toEqual([
      'https://console.macula.local:4433',
      'https://127.0.0.2:4433',
    ])
    expect(mesh?.ladder[4]?.says).toBe('QUIC answers, version 1 through 127.0.0.2:4433/udp')
  })

  test.each<readonly [string, ReturnType<typeof seen>, string, string]>([
    ['whose pods speak none', seen(made(), silent, refused), 'degraded', 'no QUIC on 4433/udp'],
    ['that only its node answers', seen(made(), silent, good), 'degraded', 'not through 127.0.0.2:4433/udp'],
    [
      'whose cluster does not publish the port',
      seen(made(), undefined, good, speaking([])),
      'degraded',
      'its cluster does not publish 4433/udp',
    ],
    [
      'whose cluster was made before it was to publish the port',
      seen(made({}, ['80']), refused, good),
      'degraded',
      'its cluster does not publish 4433/udp',
    ],
    ['that was not asked', seen(made(), undefined, undefined), 'unknown', 'checking…'],
  ])('%s is no red: HTTP goes on', (_, row, state, reason) => {
    expect([row.state, row.reason]).toEqual([state, reason])
  })

  test('the line that is missing is written out, with what it costs', () => {
    const row = seen(made(), undefined, good, speaking([]))
    expect(row.headline?.why).toBe('/nowhere/kind.yaml has no extraPortMappings for 4433/udp.')
    expect(row.headline?.todo).toContain(
      '- { containerPort: 4433, hostPort: 4433, listenAddress: 127.0.0.1, protocol: UDP }',
    )
    expect(row.headline?.todo).toContain(`maculactl cluster recreate ${clusterSpec.id}`)
    const old = seen(made({}, ['80']), refused, good)
    expect(old.headline?.why).toContain('the cluster was made without it')
    expect(old.headline?.todo).toContain('recreate')
  })

  test('its pods’ own reason goes before all that', () => {
    const crashed = pod({ ready: false, reason: 'CrashLoopBackOff', exitCode: 3, restarts: 4 })
    const cluster = up({ console: app({ pods: [crashed] }) }, { nodes: [node({ published: new Map() })] })
    const row = seen(cluster, silent, refused)
    expect([row.state, row.reason]).toEqual(['failed', expect.stringContaining('exit code 3')])
    expect(row.endpoints[1]?.ladder[4]).toMatchObject({ state: 'unreached', says: 'not reached' })
  })

  test('where nothing asks for it to answer, its pods decide', () => {
    const quiet = speaking(undefined, (web) => [...web, { ...quic, quiet: true }])
    const row = seen(made(), silent, refused, quiet)
    expect([row.state, row.endpoints[1]?.ladder[4]?.state]).toEqual(['works', 'unused'])
    expect(row.endpoints[1]?.ladder[4]?.says).toContain('its pods decide')
  })

  test('without HTTP its row is at that port, and an open TCP port or a datagram that is not refused is an answer', () => {
    for (const scheme of ['quic', 'udp', 'tcp'] as const) {
      const only = speaking([published, { ...published, protocol: undefined }], () => [{ ...quic, scheme }])
      const listeners: World['listeners'] = new Map(
        ['127.0.0.2:80', '127.0.0.2:4433/udp', '127.0.0.2:4433'].map((key) => [
          key,
          { kind: 'ours', pid: 7, program: 'socat', ms: 0 },
        ]),
      )
      const row = seen(made({}, ['80', '4433', '4433/udp']), good, good, only, { listeners })
      expect([scheme, row.state, row.address]).toEqual([
        scheme,
        'works',
        `127.0.0.2:4433${scheme === 'tcp' ? '' : '/udp'}`,
      ])
    }
  })
})

const balancer = (part: Partial<BalancerSeen> = {}): BalancerSeen => ({
  namespace: 'mesh',
  name: 'console',
  selector: 'app=console',
  addresses: ['127.0.0.64'],
  ports: [
    { port: 80, nodePort: 30_080 },
    { port: 4433, nodePort: 30_443, protocol: 'udp' },
  ],
  ...part,
})
const ingress = {
  namespace: 'mesh',
  name: 'console',
  hosts: ['console.macula.local'],
  routes: [],
  pods: [],
  selector: 'app=console',
}
const clusters = (cluster: ClusterSeen) => new Map([[clusterSpec.id, cluster]])

describe('a LoadBalancer', () => {
  test.each<readonly [string, object, Catalog, readonly number[]]>([
    [
      'whose pods an Ingress leads to too',
      { balancers: [balancer()], ingresses: [ingress] },
      catalog,
      [30_443],
    ],
    [
      'of other pods than the Ingress',
      { balancers: [balancer({ selector: 'app=other' })], ingresses: [ingress] },
      catalog,
      [],
    ],
    [
      'of another namespace',
      { balancers: [balancer({ namespace: 'default' })], ingresses: [ingress] },
      catalog,
      [],
    ],
    ['without an Ingress', { balancers: [balancer()], ingresses: [] }, catalog, []],
    [
      'of an application that names the port, without an Ingress',
      { balancers: [balancer({ app: 'console' })], ingresses: [] },
      speaking(),
      [30_443],
    ],
    [
      'of pods while another application has the port',
      { balancers: [balancer()], ingresses: [ingress] },
      speaking(),
      [],
    ],
    [
      'of pods while another application has the port and is stopped',
      {
        balancers: [balancer()],
        ingresses: [ingress],
        apps: new Map([['console', app({ replicas: 0, pods: [] })]]),
      },
      speaking(),
      [30_443],
    ],
    [
      'of two, the first',
      {
        balancers: [
          balancer(),
          balancer({ name: 'two', ports: [{ port: 4433, nodePort: 30_999, protocol: 'udp' }] }),
        ],
        ingresses: [ingress],
      },
      catalog,
      [30_443],
    ],
  ])('%s: what leads to its port of UDP at the cluster’s address', (_, part, of, wanted) => {
    const fronts = balancerFronts(clusters(made(part)), of.services)
    expect(fronts.map(({ toPort }) => toPort)).toEqual(wanted)
    if (wanted.length > 0)
      expect(fronts[0]).toMatchObject({ port: 4433, protocol: 'udp', host: '172.23.0.9' })
  })

  test('it goes before what kind publishes there, and the node is asked at its own port', async () => {
    const cluster = made({ balancers: [balancer({ app: 'console' })], ingresses: [] })
    const fixed = [
      { address: '127.0.0.2', port: 80, host: '127.0.0.1', toPort: 8080 },
      { address: '127.0.0.2', port: 4433, protocol: 'udp' as const, host: '127.0.0.1', toPort: 14_433 },
    ]
    const all = withFronts(fixed, speaking(), clusters(cluster))
    const wishes = wantedForwards(speaking(), new Map(), new Set(), true, clusters(cluster))
    expect(wishes.find(({ protocol }) => protocol === 'udp')).toMatchObject({ toPort: 30_443 })
    expect(all.map(({ host, toPort }) => `${host}:${toPort}`)).toEqual(['127.0.0.1:8080', '172.23.0.9:30443'])
    expect(await asked(cluster, speaking(), true)).toBe('172.23.0.9:30443')
    expect(await asked(made(), speaking(), true)).toBe('172.23.0.9:4433')
    expect(await asked(made(), speaking(), false)).toBe('127.0.0.1:14433')
    expect(await asked(made(), speaking([]), false)).toBe('')
  })

  test('its row needs no port in kind.yaml', () => {
    const cluster = made({ balancers: [balancer({ app: 'console' })] }, ['80'])
    expect(seen(cluster, good, undefined, speaking([])).state).toBe('works')
  })

  test('the names that it asks for lead to its address, unless something else has them', () => {
    const of = (one: BalancerSeen, described: readonly string[] = []) =>
      [
        ...balancerNames(
          clusters(made({ balancers: [one] })),
          '127.0.0.0/24',
          'macula.local',
          new Map(described.map((name) => [name, '127.0.0.2'])),
        ),
      ].flat()
    const hosts = ['nats.macula.local', 'nats.example.org', '*.macula.local', 'macula.local']
    expect(of(balancer({ hosts }))).toEqual(['nats.macula.local', '127.0.0.64'])
    expect(of(balancer({ hosts }), ['nats.macula.local'])).toEqual([])
    expect(of(balancer({ hosts, addresses: ['192.168.1.4'] }))).toEqual([])
    expect(of(balancer())).toEqual([])
  })
})

/** Where QUIC of Console is asked past our forwarder. */
async function asked(cluster: ClusterSeen, of: Catalog, native: boolean): Promise<string> {
  let at = ''
  const host = {
    ask: ({ address, port }: Parameters<HostAdapter['ask']>[0]) => {
      at = `${address}:${port}`
      return Promise.resolve(good)
    },
  } as unknown as HostAdapter
  const asking: Asking = {
    host,
    settings: { ...defaultSettings, suffix: 'macula.local' },
    secrets: new Map(),
    listeners: new Map(),
    containers: new Map(),
    clusters: clusters(cluster),
    native,
  }
  const service = of.services.find(({ id }) => id === 'console')
  const endpoint = service?.endpoints.find(({ id }) => id === 'mesh')
  if (!service || !endpoint) throw new Error('no endpoint')
  await askAccess(asking, service, endpoint, 'direct')
  return at
}

test('what nobody described: the name of its Ingress leads to QUIC of the same pods, and its pods decide', () => {
  const host = 'boot.macula.local'
  const cluster = made({
    balancers: [balancer({ name: 'boot', selector: 'app=boot' })],
    ingresses: [
      {
        ...ingress,
        name: 'boot',
        hosts: [host],
        routes: [host],
        selector: 'app=boot',
        quiet: true,
        pods: [pod({ name: 'boot-1' })],
      },
    ],
  })
  const answers: World['answers'] = new Map<string, AnswerSeen>([
    [answerKey('mesh-boot', 'web', 'front'), { kind: 'wrong', says: 'HTTP 502', status: 502, ms: 1 }],
    [answerKey('mesh-boot', 'quic-4433', 'native'), good],
  ])
  const listeners: World['listeners'] = new Map(
    ['127.0.0.2:80', '127.0.0.2:4433/udp'].map((key) => [key, { kind: 'ours', pid: 7, program: 'x', ms: 0 }]),
  )
  const names: World['names'] = new Map([[host, { kind: 'answer', addresses: ['127.0.0.2'], ms: 1 }]])
  const of = (part: Partial<World>) =>
    view(
      look(
        cluster,
        { answers, listeners, names, ...part },
        withFound(catalog, clusters(cluster), 'macula.local').catalog,
      ),
      'mesh-boot',
    )
  const row = of({ clusters: withFound(catalog, clusters(cluster), 'macula.local').clusters })
  expect([row.state, row.endpoints.map(({ id }) => id)]).toEqual(['works', ['web', 'quic-4433']])
  expect(row.endpoints[1]?.accesses[0]?.url).toBe('https://boot.macula.local:4433')
  expect(row.warnings).toContain('LoadBalancer boot: 127.0.0.64, ports 80, 4433/udp.')
})
