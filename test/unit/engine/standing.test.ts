import { beforeEach, describe, expect, test } from 'vitest'
import { addPeers, priceOf, settleClusters } from '../../../main/engine/cluster/standing.ts'
import { asksOf } from '../../../main/engine/cluster/wanted.ts'
import { createRuns } from '../../../main/engine/run/runs.ts'
import type { ClusterAdapter } from '../../../main/engine/adapters.ts'
import type { ClusterSeen, ClusterSpec, NodeSeen } from '../../../main/model/cluster.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { clusterSpec } from '../cluster/spec.ts'
import { up } from '../cluster/world.ts'
import { newContainer } from './fake-container.ts'
import { fakeStack } from './fake-stack.ts'

/** How clusters are there before they are used: names, ports, and what those to be made cost. */

const absent: ClusterSeen = { kind: 'absent', wasMade: false }
const row = (id: string, title: string): Partial<ServiceSpec> => ({
  title,
  endpoints: [],
  runtime: { kind: 'cluster', reason: '', cluster: { ...clusterSpec, id, name: `macula-${id}` } },
})

let stack: ReturnType<typeof fakeStack>
let did: string[]
/** Clusters whose description changed once they were looked at. */
let changed: readonly string[]
let reread: number
beforeEach(async () => {
  stack = fakeStack(['cluster/hub', 'cluster/peer0'], (id) =>
    id === 'cluster/hub' ? row('hub', 'Hub cluster') : row('peer0', 'Peer 0 cluster'),
  )
  did = []
  changed = []
  reread = 0
  Object.assign(stack.context.adapters.clusters, {
    settle({ id }: ClusterSpec, how: string) {
      did.push(`${how} ${id}`)
      return changed.includes(id) ? Promise.resolve(true) : Promise.reject(new Error('Docker is away'))
    },
    describe: (id: string) => Promise.resolve(void did.push(`describe ${id}`)),
    forget: (id: string) => Promise.resolve(void did.push(`forget ${id}`)),
    remove: () => Promise.resolve(),
    see: () => Promise.resolve(up({})),
  })
  await stack.context.truth.observe.docker()
  Object.assign(stack.context, { reread: () => Promise.resolve(void (reread += 1)) })
})

const asks = () => asksOf(stack.context.catalog(), ['cluster/hub', 'cluster/peer0'])
const seen = (...kinds: readonly ClusterSeen[]): void =>
  kinds.forEach((one, at) => stack.context.truth.seen.clusters.set(['hub', 'peer0'][at] ?? '', one))

describe('how clusters are there', () => {
  test('each is asked; a Docker that does not tell changes nothing', async () => {
    expect(await settleClusters(stack.context, 'look')).toBe(false)
    expect([did, reread]).toEqual([['look hub', 'look peer0'], 0])
  })

  test('one that is there otherwise than described has the catalog read again, once', async () => {
    changed = ['hub', 'peer0']
    expect(await settleClusters(stack.context, 'use')).toBe(true)
    expect(reread).toBe(1)
  })

  test('only those that are meant', async () => {
    await settleClusters(stack.context, 'use', ['peer0'])
    expect(did).toEqual(['use peer0'])
  })
})

describe('what is to be made has a price', () => {
  test('of several, with what is free', async () => {
    seen(absent, absent)
    const says = await priceOf(stack.context, asks())
    expect(says).toMatch(
      /^To be created: Hub cluster and Peer 0 cluster\. 2 clusters of one node: about 1\.4 GB of memory/,
    )
    expect(says).toContain('8 GB is free')
    expect(says).not.toContain('not enough')
  })

  test('too little memory is said', async () => {
    Object.assign(stack.context.adapters.clusters, { memory: () => Promise.resolve(500_000_000) })
    seen(absent, up({}))
    expect(await priceOf(stack.context, asks())).toMatch(/^To be created: Hub cluster\. .*That is not enough/)
  })

  test('what is there has none', async () => {
    seen(up({}), up({}))
    expect(await priceOf(stack.context, asks())).toBeUndefined()
  })
})

test('only peers that are not described yet are described', async () => {
  await addPeers(stack.context, ['peer0', 'peer1'])
  // Read again before, because another process may have described some, and after.
  expect([did, reread]).toEqual([['describe peer1'], 2])
})

test('the next peer is told by what is described now, not when the catalog was read', async () => {
  expect(await addPeers(stack.context, 'next')).toEqual(['peer1'])
  expect(did).toEqual(['describe peer1'])
})

test('a peer that is deleted is described no more; the hub always is', async () => {
  const runs = createRuns(stack.context)
  await runs.remove('cluster/peer0', stack.tell)
  await runs.remove('cluster/hub', stack.tell)
  expect(did.filter((one) => one.startsWith('forget'))).toEqual(['forget peer0'])
})

describe('the pods of the others', () => {
  const told: string[] = []
  const node = (address: string) => ({ name: 'n', running: true, address }) as NodeSeen
  beforeEach(() => {
    told.length = 0
    let hub: ClusterSeen = up({}, { nodes: [node('172.23.0.2')] })
    const off: ClusterSeen = { kind: 'stopped', nodes: [{ ...node(''), running: false }], adopted: false }
    // The hub's only endpoint makes it a name as those of its applications are.
    const [first] = stack.context.catalog().services
    Object.assign(first ?? {}, {
      endpoints: [{ id: 'web', name: 'console', scheme: 'http', target: 80, clean: false, open: '/' }],
    })
    Object.assign(stack.context.adapters.clusters, {
      see: ({ id }: ClusterSpec) =>
        Promise.resolve(id === 'hub' ? hub : up({}, { nodes: [node('172.23.0.3')] })),
      stop: () => Promise.resolve(void (hub = off)),
      remove: () => Promise.resolve(void (hub = { kind: 'absent', wasMade: false })),
      join: () => Promise.resolve(),
      putVariables: () => Promise.resolve(),
      putNames({ id }: ClusterSpec, namesOf: Parameters<ClusterAdapter['putNames']>[1]) {
        const before = new Map([['console.macula.local', '172.23.0.2']])
        told.push(`${id} ${namesOf?.(before, '172.23.0.3').names.get('console.macula.local') ?? 'nowhere'}`)
        return Promise.resolve(true)
      },
    })
  })

  test.each([
    [
      'stopped',
      async () =>
        await createRuns(stack.context).stop(
          ['cluster/hub'],
          { also: false, remove: false },
          stack.tell,
          new AbortController().signal,
        ),
    ],
    ['removed', async () => await createRuns(stack.context).remove('cluster/hub', stack.tell)],
  ])('are led no more to one that is %s', async (_, work) => {
    await createRuns(stack.context).settle()
    expect(told).toEqual(['hub 172.23.0.3', 'peer0 172.23.0.2'])
    told.length = 0
    await work()
    expect(told).toEqual(['peer0 nowhere'])
  })
})

test('a running ingress is told of clusters that came or went, though no container is started', async () => {
  const container = newContainer('ingress', { id: 'c-1', image: 'i', imageId: 's', config: 'c' })
  stack.world.containers.set('ingress', { ...container, state: 'running' })
  const runs = createRuns(stack.context)
  await runs.remove('cluster/peer0', stack.tell)
  expect(stack.world.renders).toHaveLength(1)
  await runs.start(['cluster/hub'], stack.tell, new AbortController().signal)
  expect(stack.world.renders).toHaveLength(2)
})

describe('before clusters are removed', () => {
  const runs = () => createRuns(stack.context)
  const are = (kinds: Readonly<Record<string, ClusterSeen>>): void =>
    void Object.assign(stack.context.adapters.clusters, {
      see: ({ id }: ClusterSpec) => Promise.resolve(kinds[id] ?? absent),
    })
  const both = ['cluster/peer0', 'cluster/hub']

  test.each<readonly [string, ClusterSeen]>([
    ['adopted', up({}, { adopted: true })],
    ['adopted and stopped', { kind: 'stopped', nodes: [], adopted: true }],
    ['of its name and not usable', { kind: 'foreign', says: '', nodes: [] }],
  ])('one of several that is somebody else’s keeps all: %s', async (_, hub) => {
    are({ peer0: up({}), hub })
    await expect(runs().removable(both)).rejects.toMatchObject({
      trouble: {
        what: expect.stringContaining('Macula did not create macula-hub.') as unknown,
        why: expect.stringContaining('peer0 would be removed alone') as unknown,
      },
    })
    await expect(runs().removable(['cluster/peer0'])).resolves.toBeUndefined()
  })

  test('ours may go, whatever state they are in', async () => {
    are({ peer0: { kind: 'unfinished', during: 'create', nodes: [] } })
    await expect(runs().removable(both)).resolves.toBeUndefined()
  })

  test('what could not be created again stays: somebody has its port meanwhile; while it runs the port is its own', async () => {
    const { docker, host, clusters } = stack.context.adapters
    Object.assign(clusters, { bring: () => Promise.resolve() })
    Object.assign(docker, { hasImage: () => Promise.resolve(true) })
    Object.assign(host, {
      listener: () => Promise.resolve({ kind: 'foreign', holder: { pid: 812, program: 'apache2' }, ms: 0 }),
    })
    const makeable = async () =>
      await runs().makeable(['cluster/hub'], stack.tell, new AbortController().signal)
    are({ hub: { kind: 'stopped', nodes: [], adopted: false } })
    await expect(makeable()).rejects.toMatchObject({
      trouble: { why: expect.stringContaining('Nothing was removed.') as unknown },
    })
    are({ hub: up({}) })
    await expect(makeable()).resolves.toBeUndefined()
  })

  test('made anew it is its own, whatever could be used in its place', async () => {
    const wait = new AbortController().signal
    await runs().start(['cluster/hub'], stack.tell, wait, 'own')
    await runs().start(['cluster/hub'], stack.tell, wait)
    expect(did.filter((one) => one.endsWith(' hub'))).toEqual(['look hub', 'use hub'])
  })

  test('what could not be created again stays: no image, or no kind', async () => {
    const { docker } = stack.context.adapters
    Object.assign(docker, {
      hasImage: () => Promise.resolve(false),
      pull: () => Promise.reject(new Error('the line is cut')),
    })
    Object.assign(stack.context.adapters.clusters, { bring: () => Promise.resolve() })
    const wait = new AbortController().signal
    await expect(runs().makeable(both, stack.tell, wait)).rejects.toMatchObject({
      trouble: { what: 'Nothing was removed, because it could not be created again.' },
    })
    Object.assign(docker, { hasImage: () => Promise.resolve(true) })
    await expect(runs().makeable(both, stack.tell, wait)).resolves.toBeUndefined()
    Object.assign(stack.context.adapters.clusters, { bring: () => Promise.reject(new Error('no kind')) })
    await expect(runs().makeable(both, stack.tell, wait)).rejects.toThrow('no kind')
  })
})
