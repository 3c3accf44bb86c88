import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ClusterSpec } from '../../../main/model/cluster.ts'
import { forgetLost, settleCluster, standIn } from '../../../main/system/kind/adopt.ts'
import { whyUnfit, type KindContext } from '../../../main/system/kind/context.ts'
import { ownKubeconfig, readMarker, writeMarker } from '../../../main/system/kind/marker.ts'
import { bestBinding, type Node } from '../../../main/system/kind/nodes.ts'
import { publishedBy } from '../../../main/system/kind/published.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { writeWhole } from '../../../main/system/files.ts'
import { clusterSpec } from './spec.ts'

/** Clusters that somebody else made, or an earlier version: used as they are there. Docker is stood in for by nodes by name. */

const node = (
  id: string,
  published: Readonly<Record<string, string>>,
  mounts: Readonly<Record<string, string>> = {},
) =>
  ({
    id,
    published: new Map(Object.entries(published)),
    mounts: new Map(Object.entries(mounts)),
  }) as unknown as Node

const hub: ClusterSpec = {
  ...clusterSpec,
  ports: [...clusterSpec.ports, { listen: 4433, host: '127.0.0.1', port: 4433, protocol: 'udp' }],
}
const whole = { '80': '127.0.0.1:8080', '4433/udp': '127.0.0.1:4433', '6443': '127.0.0.1:40001' }

let home: string
let paths: Paths
let there: Record<string, readonly Node[]>
let context: KindContext
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'macula-adopt-'))
  paths = pathsOf({ MACULA_HOME: home }, '/nowhere')
  there = {}
  context = {
    paths,
    env: { HOME: home },
    now: () => 5,
    nodes: ({ name }: ClusterSpec) => Promise.resolve(there[name] ?? []),
    forget: () => undefined,
  } as unknown as KindContext
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(home, { recursive: true })
})

describe('what nodes publish', () => {
  test.each([
    ['all addresses include this machine’s own', { '80': '0.0.0.0:8080' }, ['80 127.0.0.1:8080']],
    ['no address is all', { '80': ':8080' }, ['80 127.0.0.1:8080']],
    ['another address of this machine', { '80': '192.168.1.4:8080' }, ['80 192.168.1.4:8080']],
    [
      'UDP is another port than TCP',
      { '4433/udp': '0.0.0.0:4433', '4433': ':1' },
      ['4433 127.0.0.1:1', '4433udp 127.0.0.1:4433'],
    ],
    ['not the API server', { '6443': '127.0.0.1:40001' }, []],
    ['nothing that is led nowhere', { '80': '127.0.0.1:', '81/sctp': ':81', '82': '::1:82' }, []],
  ] as const)('%s', (_, published, told) => {
    expect(
      publishedBy([node('a', published)]).map(
        ({ listen, protocol, host, port }) => `${listen}${protocol ?? ''} ${host}:${port}`,
      ),
    ).toEqual(told)
  })

  test.each([
    ['IPv6 first', ['::', '0.0.0.0'], '0.0.0.0'],
    ['one address first', ['192.168.1.4', '127.0.0.1'], '127.0.0.1'],
    ['loopback first, then all', ['127.0.0.1', ''], ''],
    ['another address of IPv4 goes before IPv6', ['::1', '192.168.1.4'], '192.168.1.4'],
    ['IPv6 alone', ['::'], '::'],
    ['none', [], undefined],
  ])('of several bindings of a port: %s', (_, all, at) => {
    expect(bestBinding(all.map((HostIp) => ({ HostIp, HostPort: '8080' })))?.HostIp).toBe(at)
  })

  test('one on IPv6 alone is not usable', () => {
    expect(whyUnfit(hub, [node('a', { '80': ':::8080' })])).toContain(
      'no port 80 of its nodes on an IPv4 address',
    )
  })

  test('one without port 80 is not usable, and nobody is told to delete it', () => {
    const why = whyUnfit(hub, [node('a', { '8443': '127.0.0.1:8443' })])
    expect(why).toContain('no port 80 of its nodes')
    expect(why).not.toMatch(/delete|remove/i)
    expect(whyUnfit(hub, [node('a', { '80': '0.0.0.0:9099' })])).toBeUndefined()
  })
})

const settled = async (how: 'look' | 'use') => [
  await settleCluster(context, hub, how),
  await readMarker(paths, 'hub'),
]

describe('one of its name', () => {
  test('as it is described: nothing is written', async () => {
    there = { 'macula-hub': [node('a', whole)] }
    expect(await settled('use')).toEqual([false, undefined])
  })

  test('of somebody else, with other ports: these are written down, once', async () => {
    there = { 'macula-hub': [node('a', { '80': '0.0.0.0:9099' })] }
    const [changed, marker] = await settled('look')
    const ports = [{ listen: 80, host: '127.0.0.1', port: 9099, open: true as const }]
    expect([changed, marker]).toMatchObject([
      true,
      { name: 'macula-hub', phase: 'adopted', nodes: ['a'], ports },
    ])
    expect(await settleCluster(context, { ...hub, ports }, 'use')).toBe(false)
  })

  test('of ours, made before 4433 was published: it stays ours', async () => {
    await writeMarker(paths, 'hub', { name: 'macula-hub', phase: 'made', at: 1, nodes: ['a'] })
    there = { 'macula-hub': [node('a', { '80': '127.0.0.1:8080' })] }
    expect(await settled('look')).toMatchObject([
      true,
      { phase: 'made', nodes: ['a'], ports: [{ listen: 80 }] },
    ])
  })

  test('that is being created is left alone', async () => {
    await writeMarker(paths, 'hub', { name: 'macula-hub', phase: 'creating', at: 1, nodes: [] })
    there = { 'macula-hub': [node('a', { '80': ':1' })] }
    expect(await settled('use')).toMatchObject([false, { phase: 'creating' }])
  })
})

describe('what is written down', () => {
  const put = async (part: object): Promise<void> =>
    await writeWhole(
      join(paths.state, 'clusters', 'hub.json'),
      JSON.stringify({ version: 1, name: 'macula-hub', phase: 'made', at: 1, nodes: ['a'], ...part }),
    )
  const port = { listen: 80, host: '127.0.0.1', port: 8080 }

  test.each(['', '-x', 'a b', '../hub', '--name', 'UPPER', 'a;reload'])(
    'a name that kind takes for none, %j: nothing is',
    async (name) => {
      await put({ name })
      expect(await readMarker(paths, 'hub')).toBeUndefined()
    },
  )

  test.each([
    ['none', []],
    ['one twice', [port, { ...port, port: 8081 }]],
    ['a port that is none', [{ ...port, port: 0 }]],
    ['no list', 5],
  ])('ports that cannot be, %s: they are read from Docker, and the nodes stay ours', async (_, ports) => {
    await put({ ports })
    expect(await readMarker(paths, 'hub')).toMatchObject({ phase: 'made', nodes: ['a'] })
    expect((await readMarker(paths, 'hub'))?.ports).toBeUndefined()
  })

  test('one port of TCP and of UDP are two', async () => {
    await put({ ports: [port, { ...port, protocol: 'udp' }] })
    expect((await readMarker(paths, 'hub'))?.ports).toHaveLength(2)
  })
})

describe('one of another name', () => {
  const root = (): void => void vi.spyOn(process, 'getuid').mockReturnValue(0)

  test.each(['macula-dev', 'macula'])(
    '%s takes the place of the hub when it is used, not before',
    async (name) => {
      root()
      there = { [name]: [node('a', whole)] }
      expect(await settled('look')).toEqual([false, undefined])
      expect(await settled('use')).toMatchObject([true, { name, phase: 'adopted', nodes: ['a'] }])
    },
  )

  test('once it is gone the hub goes by its own name again', async () => {
    await writeMarker(paths, 'hub', { name: 'macula-dev', phase: 'adopted', at: 1, nodes: ['a'] })
    await writeWhole(ownKubeconfig(paths, 'hub'), 'x')
    expect(await settleCluster(context, { ...hub, name: 'macula-dev' }, 'look')).toBe(true)
    expect(await readMarker(paths, 'hub')).toBeUndefined()
    await expect(readFile(ownKubeconfig(paths, 'hub'))).rejects.toThrow('ENOENT')
  })

  test('without a way to its ingress it is left', async () => {
    root()
    there = { 'macula-dev': [node('a', {})] }
    expect(await settled('use')).toEqual([false, undefined])
  })

  test('of another person, as far as that can be known, it is left', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000)
    there = { 'macula-dev': [node('a', whole)] }
    expect(await settled('use')).toEqual([false, undefined])
    await writeWhole(
      join(home, '.kube', 'config'),
      'clusters: [{ name: kind-macula-dev, cluster: { server: "https://127.0.0.1:40001" } }]\ncontexts: [{ name: kind-macula-dev, context: { cluster: kind-macula-dev } }]\n',
    )
    expect(await settled('use')).toMatchObject([true, { name: 'macula-dev' }])
  })

  test('a peer has no other name', async () => {
    root()
    there = { 'macula-dev': [node('a', whole)] }
    expect(await settleCluster(context, { ...hub, id: 'peer0', name: 'macula-peer0' }, 'use')).toBe(false)
  })
})

describe('one that another has', () => {
  beforeEach(() => {
    vi.spyOn(process, 'getuid').mockReturnValue(0)
    there = { 'macula-dev': [node('a', whole)] }
  })
  const describes = async (id: string, name: string, more = '') =>
    await writeWhole(join(paths.config, 'clusters', id, 'kind.yaml'), `kind: Cluster\nname: ${name}\n${more}`)
  const writes = async (id: string, name: string, nodes: readonly string[]) =>
    await writeMarker(paths, id, { name, phase: 'adopted', at: 1, nodes: [...nodes] })

  test.each([
    ['a description names it', async () => await describes('shop', 'macula-dev')],
    [
      'a description with a mistake names it',
      async () => await describes('shop', 'macula-dev', 'nodes: 5\n'),
    ],
    ['it was written down of another', async () => await writes('shop', 'macula-dev', ['a'])],
    [
      'it was written down of another, and made anew since',
      async () => {
        await describes('shop', 'shop')
        await writes('shop', 'macula-dev', ['b'])
      },
    ],
  ])('is no stand-in for the hub: %s', async (_, prepare) => {
    await prepare()
    expect(await settled('use')).toEqual([false, undefined])
    expect(await standIn(context, hub, undefined)).toBeUndefined()
  })

  test.each([
    ['the hub’s own description names it', async () => await describes('hub', 'macula-dev')],
    [
      'what is written down of one that is described no more, for other nodes',
      async () => await writes('gone', 'macula-dev', ['b']),
    ],
    ['another description that is no YAML', async () => await describes('shop', '"')],
  ])('else it is: %s', async (_, prepare) => {
    await prepare()
    expect(await settled('use')).toMatchObject([true, { name: 'macula-dev', phase: 'adopted' }])
  })

  test('the next name is taken where the first is another’s', async () => {
    await describes('shop', 'macula-dev')
    there = { ...there, macula: [node('m', whole)] }
    expect(await settled('use')).toMatchObject([true, { name: 'macula' }])
  })

  test('one that stands in goes to whoever describes it later', async () => {
    await writeMarker(paths, 'hub', { name: 'macula-dev', phase: 'adopted', at: 1, nodes: ['a'] })
    const used = { ...hub, name: 'macula-dev', ports: publishedBy([node('a', whole)]) }
    expect(await settleCluster(context, used, 'look')).toBe(false)
    await describes('shop', 'macula-dev')
    expect(await settleCluster(context, used, 'look')).toBe(true)
    expect(await readMarker(paths, 'hub')).toBeUndefined()
  })
})

describe('what is written down of one that is gone', () => {
  beforeEach(() => vi.spyOn(process, 'getuid').mockReturnValue(0))
  const old = 5 - 3_600_000

  test.each(['made', 'creating', 'deleting', 'adopted'] as const)(
    '%s: another may take its place when it is used, not before',
    async (phase) => {
      await writeMarker(paths, 'hub', { name: 'macula-hub', phase, at: old, nodes: ['x'] })
      there = { 'macula-dev': [node('a', whole)] }
      await settleCluster(context, hub, 'look')
      expect((await readMarker(paths, 'hub'))?.name).not.toBe('macula-dev')
      expect(await settled('use')).toMatchObject([true, { name: 'macula-dev', nodes: ['a'] }])
    },
  )

  test('a create that began just now is waited for', async () => {
    const marker = { name: 'macula-hub', phase: 'creating' as const, at: 4, nodes: [] }
    await writeMarker(paths, 'hub', marker)
    there = { 'macula-dev': [node('a', whole)] }
    expect(await settled('use')).toMatchObject([false, marker])
  })

  test('of somebody else’s the hub’s own name goes before another’s', async () => {
    await writeMarker(paths, 'hub', { name: 'macula-dev', phase: 'adopted', at: old, nodes: ['x'] })
    const config = join(home, 'kind.yaml')
    await writeWhole(config, 'name: macula-hub\n')
    there = { 'macula-hub': [node('h', whole)], macula: [node('m', whole)] }
    expect(await settleCluster(context, { ...hub, name: 'macula-dev', config }, 'use')).toBe(true)
    expect(await readMarker(paths, 'hub')).toBeUndefined()
  })

  test('without a row it is forgotten once it is gone; what is ours, or there, is kept', async () => {
    for (const [id, phase] of [
      ['lost', 'adopted'],
      ['there', 'adopted'],
      ['ours', 'made'],
      ['row', 'adopted'],
    ] as const)
      await writeMarker(paths, id, { name: `c-${id}`, phase, at: 1, nodes: [id] })
    await writeWhole(ownKubeconfig(paths, 'lost'), 'certificates')
    there = { 'c-there': [node('there', whole)] }
    expect(await forgetLost(context, ['row'])).toBe(true)
    const left = await Promise.all(
      ['lost', 'there', 'ours', 'row'].map(async (id) => await readMarker(paths, id)),
    )
    expect(left.map((one) => one?.name)).toEqual([undefined, 'c-there', 'c-ours', 'c-row'])
    await expect(readFile(ownKubeconfig(paths, 'lost'))).rejects.toThrow('ENOENT')
    expect(await forgetLost(context, ['row'])).toBe(false)
  })
})
