import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listenerKey, listenersOf, namesOf } from '../../../main/model/listeners.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

/** A second cluster and a person's application, by files alone. */

const assets = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'assets')
let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'macula-clusters-'))
})
afterEach(async () => await rm(home, { recursive: true, force: true }))

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(home, 'config', path)), { recursive: true })
  await writeFile(join(home, 'config', path), text)
}
const read = async (): Promise<Catalog> =>
  await readCatalog(
    {
      config: join(home, 'config'),
      state: join(home, 'state'),
      data: join(home, 'data'),
      assets,
      ledger: join(home, 'ledger'),
    },
    defaultSettings,
    {},
  )

const cluster = (address: string): string =>
  `x-macula:\n  title: Second\n  purpose: A second cluster\n  order: 10\n  address: ${address}\n`
const kind = (name: string, port: number): string =>
  `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: ${name}\nnodes:\n  - image: kindest/node:v1.37.0\n    extraPortMappings:\n      - { containerPort: 80, hostPort: ${port}, listenAddress: 127.0.0.1 }\n`
const app = (of: string): string =>
  `x-macula:\n  cluster: ${of}\n  title: Shop\n  purpose: Sells\n  image: registry.{suffix}/me/shop:dev\n  endpoints:\n    - { id: web, name: shop, open: / }\n`

test('ours: one cluster with four applications, its node image pinned by digest', async () => {
  const { services, forwards, problems } = await read()
  expect(problems).toEqual([])
  expect(forwards).toEqual([
    {
      address: '127.0.0.2',
      listen: 80,
      host: '127.0.0.1',
      port: 8080,
      tier: 'applications',
      cluster: 'hub',
    },
    {
      address: '127.0.0.2',
      listen: 4433,
      host: '127.0.0.1',
      port: 4433,
      protocol: 'udp',
      tier: 'applications',
      cluster: 'hub',
    },
  ])
  const tier = services.filter(({ tier: of }) => of === 'applications')
  expect(tier.map(({ id }) => id)).toEqual(['cluster/hub', 'console', 'bootstrap', 'peer1', 'peer2'])
  const first = tier[0]?.runtime
  expect(first?.kind === 'cluster' ? first.cluster.image : '').toMatch(
    /^kindest\/node:v[\d.]+@sha256:[0-9a-f]{64}$/,
  )
})

test('a second cluster with its own address and port, and an application in each', async () => {
  await put('clusters/second/cluster.yaml', cluster('127.0.0.11'))
  await put('clusters/second/kind.yaml', kind('second', 8090))
  await put('apps/shop/app.yaml', app('second'))
  const catalog = await read()
  expect(catalog.problems).toEqual([])
  expect(namesOf(catalog, 'macula.local').get('shop.macula.local')).toBe('127.0.0.11')
  expect(listenersOf(catalog).find((one) => listenerKey(one) === '127.0.0.11:80')?.to).toEqual({
    kind: 'fixed',
    host: '127.0.0.1',
    port: 8090,
    cluster: 'second',
  })
  const shop = catalog.services.find(({ id }) => id === 'shop')
  expect(shop).toMatchObject({ origin: 'user', address: '127.0.0.11', needs: ['cluster/second'] })
})

const refusals: readonly (readonly [string, Readonly<Record<string, string>>, RegExp, number])[] = [
  [
    'an address that is taken',
    {
      'clusters/second/cluster.yaml': cluster('127.0.0.2'),
      'clusters/second/kind.yaml': kind('second', 8090),
    },
    /127\.0\.0\.2:80 leads to the cluster hub/,
    5,
  ],
  [
    'a name that kind has',
    {
      'clusters/second/cluster.yaml': cluster('127.0.0.11'),
      'clusters/second/kind.yaml': kind('macula-hub', 8090),
    },
    /macula-hub is taken by hub/,
    2,
  ],
  [
    'no way to its ingress',
    {
      'clusters/second/cluster.yaml': cluster('127.0.0.11'),
      'clusters/second/kind.yaml': kind('second', 8090).replace('containerPort: 80', 'containerPort: 81'),
    },
    /must publish the ingress/,
    5,
  ],
  [
    'published on an address of IPv6',
    {
      'clusters/second/cluster.yaml': cluster('127.0.0.11'),
      'clusters/second/kind.yaml': kind('second', 8090).replace('127.0.0.1 }', '"::1" }'),
    },
    /nodes\.0\.extraPortMappings\.0\.listenAddress: must be an IPv4 address, like 127\.0\.0\.1/,
    7,
  ],
  [
    'fault 2: an address with more in it',
    {
      'clusters/second/cluster.yaml': cluster('127.0.0.11,lockfile=/x'),
      'clusters/second/kind.yaml': kind('second', 8090),
    },
    /loopback address/,
    5,
  ],
  [
    'fault 1: a cluster name with a newline',
    {
      'clusters/second/cluster.yaml': cluster('127.0.0.11'),
      'clusters/second/kind.yaml': kind('"a\\n-x"', 8090),
    },
    /must be a label/,
    3,
  ],
  ['an unknown key', { 'apps/shop/app.yaml': `${app('hub')}  surprise: 1\n` }, /"surprise" is not known/, 8],
  [
    'a cluster that is not there',
    { 'apps/shop/app.yaml': app('nowhere') },
    /there is no cluster nowhere; there are: hub/,
    2,
  ],
  [
    'a name that is taken by what does not give way',
    { 'apps/shop/app.yaml': app('hub').replace('name: shop', 'name: grafana') },
    /the name grafana is taken by Grafana/,
    7,
  ],
  [
    'fault 4: an image that is an option',
    { 'apps/shop/app.yaml': app('hub').replace('registry.{suffix}', '--rm') },
    /must name an image/,
    5,
  ],
]
test.each(refusals)(
  '%s is refused with file, line and column; the rest works',
  async (_, files, reason, line) => {
    for (const [path, text] of Object.entries(files)) await put(path, text)
    const { problems, services } = await read()
    expect(problems).toHaveLength(1)
    expect(problems[0]?.reason).toMatch(reason)
    expect(problems[0]?.line).toBe(line)
    expect(services.filter(({ tier }) => tier === 'applications')).toHaveLength(5)
  },
)

test('a port that one of our services listens on is refused', async () => {
  await put('clusters/second/cluster.yaml', cluster('127.0.0.11'))
  await put('clusters/second/kind.yaml', kind('second', 8081))
  const { problems } = await read()
  expect(problems.map(({ reason }) => reason)).toEqual([
    'PowerDNS already has the port of this machine on which the ingress of a cluster would be published',
  ])
})

test('each port that a cluster publishes is led to at its address, of UDP as well', async () => {
  await put('clusters/second/cluster.yaml', cluster('127.0.0.11'))
  await put(
    'clusters/second/kind.yaml',
    `${kind('second', 8090)}      - { containerPort: 443, hostPort: 8444, listenAddress: 127.0.0.1 }
      - { containerPort: 4433, hostPort: 4434, listenAddress: 127.0.0.1, protocol: UDP }
  - role: worker
    image: kindest/node:v1.37.0
    extraPortMappings:
      - { containerPort: 80, hostPort: 8091, listenAddress: 127.0.0.1 }
`,
  )
  const catalog = await read()
  expect(catalog.problems).toEqual([])
  const mine = listenersOf(catalog).filter(({ address }) => address === '127.0.0.11')
  expect(mine.map((one) => [listenerKey(one), one.to.port])).toEqual([
    ['127.0.0.11:80', 8090],
    ['127.0.0.11:443', 8444],
    ['127.0.0.11:4433/udp', 4434],
  ])
})

const noteOf = (catalog: Catalog, id: string): string =>
  catalog.services.find((one) => one.id === `cluster/${id}`)?.warnings.join(' ') ?? 'no row'

test('two clusters may publish one port: both are there, and the second is told', async () => {
  const two = (protocol: string): string =>
    `${kind('second', 8090)}      - { containerPort: 4433, hostPort: 8080, listenAddress: 127.0.0.1, protocol: ${protocol} }\n`
  await put('clusters/second/cluster.yaml', cluster('127.0.0.11'))
  await put('clusters/second/kind.yaml', two('UDP'))
  expect(noteOf(await read(), 'second')).toBe('')
  await put('clusters/second/kind.yaml', two('TCP'))
  const catalog = await read()
  expect(catalog.problems).toEqual([])
  expect(noteOf(catalog, 'hub')).toBe('')
  expect(noteOf(catalog, 'second')).toContain('127.0.0.1:8080 is of the cluster hub too')
})

test('the platform’s own hub and peer, both on 8443, keep their rows', async () => {
  const marker = (name: string, port: number): string =>
    JSON.stringify({
      version: 1,
      name,
      phase: 'adopted',
      at: 1,
      nodes: [name],
      ports: [
        { listen: 80, host: '127.0.0.1', port, open: true },
        { listen: 443, host: '127.0.0.1', port: 8443, open: true },
      ],
    })
  await put('../state/clusters/hub.json', marker('macula-hub', 8080))
  await put('../state/clusters/second.json', marker('macula-peer0', 8001))
  await put('clusters/second/cluster.yaml', cluster('127.0.0.11'))
  await put('clusters/second/kind.yaml', kind('second', 8090))
  const catalog = await read()
  expect(catalog.problems).toEqual([])
  expect(noteOf(catalog, 'second')).toContain('127.0.0.1:8443 is of the cluster hub too')
  expect(catalog.forwards.map(({ address, listen, port }) => `${address}:${listen} ${port}`)).toEqual([
    '127.0.0.2:80 8080',
    '127.0.0.2:443 8443',
    '127.0.0.11:80 8001',
    '127.0.0.11:443 8443',
  ])
})

test('a missing kind.yaml is told, and so is a folder of a wrong name', async () => {
  await put('clusters/second/cluster.yaml', cluster('127.0.0.11'))
  await put('apps/-x/app.yaml', app('hub'))
  const { problems } = await read()
  expect(problems.map(({ reason }) => reason).join(' ')).toMatch(/there is no such file.*must be a label/)
})

test('a cluster of a person may bring manifests of its own', async () => {
  await put('clusters/second/cluster.yaml', cluster('127.0.0.11'))
  await put('clusters/second/kind.yaml', kind('second', 8090))
  await cp(join(assets, 'cluster', 'base'), join(home, 'config', 'clusters', 'second', 'base'), {
    recursive: true,
  })
  const second = (await read()).services.find(({ id }) => id === 'cluster/second')?.runtime
  expect(second?.kind === 'cluster' ? second.cluster.base : '').toBe(
    join(home, 'config', 'clusters', 'second', 'base'),
  )
})

const speaks = (id: string, endpoints: string, more = ''): string =>
  `x-macula:\n  title: ${id}\n  purpose: Speaks\n  image: registry.{suffix}/me/${id}:dev\n${more}  endpoints:\n${endpoints}`
const endpointsIn = (catalog: Catalog, id: string): readonly string[] =>
  catalog.services
    .find((one) => one.id === id)
    ?.endpoints.map(({ id: own, scheme, listen }) => `${own} ${scheme} ${listen ?? ''}`.trim()) ?? []

test('an application names ports of UDP and TCP besides what it answers by HTTP', async () => {
  await put(
    'apps/nats/app.yaml',
    speaks(
      'nats',
      '    - { id: web, name: nats }\n    - { id: client, name: nats, scheme: tcp, listen: 4222 }\n    - { id: gossip, name: nats, scheme: udp, listen: 6222 }\n',
    ),
  )
  const catalog = await read()
  expect(catalog.problems).toEqual([])
  expect(endpointsIn(catalog, 'nats')).toEqual(['web http', 'client tcp 4222', 'gossip udp 6222'])
  expect(endpointsIn(catalog, 'bootstrap')).toEqual(['web http', 'mesh quic 4433'])
})

test('a port that a person’s own application names is no more of ours, and its variable goes with it', async () => {
  await put('apps/node/app.yaml', speaks('node', '    - { id: q, name: node, scheme: quic, listen: 4433 }\n'))
  const catalog = await read()
  expect(catalog.problems).toEqual([])
  expect(endpointsIn(catalog, 'node')).toEqual(['q quic 4433'])
  expect(endpointsIn(catalog, 'bootstrap')).toEqual(['web http'])
  expect(catalog.services.find(({ id }) => id === 'bootstrap')?.env).toEqual({})
})

test.each<readonly [string, string, RegExp]>([
  ['without its port', '{ id: q, name: node, scheme: quic }', /under listen/],
  ['HTTP at a port of its own', '{ id: q, name: node, listen: 8080 }', /needs no port of its own/],
  ['that a browser opens', '{ id: q, name: node, scheme: udp, listen: 9, open: / }', /opens http only/],
  [
    'that is asked for a path',
    '{ id: q, name: node, scheme: tcp, listen: 9, probe: { path: /x } }',
    /asked for a path/,
  ],
  ['of another scheme', '{ id: q, name: node, scheme: postgres, listen: 5432 }', /http|quic/],
])('an endpoint %s is refused with its place', async (_, endpoint, says) => {
  await put('apps/node/app.yaml', speaks('node', `    - ${endpoint}\n`))
  const { problems } = await read()
  expect(problems).toHaveLength(1)
  expect(problems[0]?.reason).toMatch(says)
  expect(problems[0]?.line).toBe(6)
})

test('two of a person’s own with one port of a cluster: the second is told who has it', async () => {
  await put('apps/node/app.yaml', speaks('node', '    - { id: q, name: node, scheme: quic, listen: 4433 }\n'))
  await put(
    'apps/other/app.yaml',
    speaks('other', '    - { id: q, name: other, scheme: udp, listen: 4433 }\n'),
  )
  const { problems } = await read()
  expect(problems.map(({ service, reason }) => `${service}: ${reason}`)).toEqual([
    'other: 127.0.0.2:4433/udp is taken by node',
  ])
})
