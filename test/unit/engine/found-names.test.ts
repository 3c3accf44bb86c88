import { beforeEach, describe, expect, test } from 'vitest'
import { followFound, serveFound } from '../../../main/engine/run/found-names.ts'
import type { ClusterSeen, IngressSeen } from '../../../main/model/cluster.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { up } from '../cluster/world.ts'
import { fakeStack } from './fake-stack.ts'

/** Hosts of Ingresses that nobody described become names, and go with them. */

let stack: ReturnType<typeof fakeStack>
let seen: ClusterSeen
/** What our name server was given, each time. */
let served: string[][]
/** What it answers now; undefined: it does not run. */
let serves: ReadonlyMap<string, string> | undefined

const ingress = (host: string): IngressSeen => ({
  namespace: 'demo',
  name: host,
  hosts: [`${host}.macula.local`],
  routes: [`${host}.macula.local`],
  pods: [],
})
const having = (...hosts: readonly string[]): ClusterSeen => up({}, { ingresses: hosts.map(ingress) })
const down: ClusterSeen = { kind: 'down', says: '', nodes: [], adopted: false }

beforeEach(() => {
  stack = fakeStack(['side', 'cluster/hub'], (id) =>
    id === 'cluster/hub'
      ? { address: '127.0.0.2', endpoints: [], runtime: clusterRuntime() }
      : { endpoints: [] },
  )
  served = []
  serves = new Map()
  seen = having()
  const { adapters } = stack.context
  Object.assign(adapters.clusters, { see: () => Promise.resolve(seen) })
  Object.assign(adapters.nameServer, {
    seen: () =>
      Promise.resolve(serves ? { kind: 'runs', pid: 1, port: 5354, names: serves } : { kind: 'stopped' }),
    ensure: (names: ReadonlyMap<string, string>) => {
      served.push([...names.keys()].sort())
      serves = names
      return Promise.resolve()
    },
  })
})

const names = (): readonly string[] => [...stack.truth.seen.ingressNames.keys()].sort()
async function looked(is: ClusterSeen): Promise<void> {
  seen = is
  await stack.truth.observe.docker()
  await stack.truth.observe.wanted()
  await stack.truth.observe.clusters()
}

describe('which names there are', () => {
  test('they come and go with what the cluster tells, and stay while its API server is away', async () => {
    await looked(having('a', 'b'))
    expect(names()).toEqual(['a.macula.local', 'b.macula.local'])
    await looked(having('b'))
    expect(names()).toEqual(['b.macula.local'])
    await looked(down)
    await looked(down)
    expect(names()).toEqual(['b.macula.local'])
    await looked(having())
    expect(names()).toEqual([])
    await looked(having('c'))
    await looked({ kind: 'stopped', nodes: [], adopted: false })
    expect(names()).toEqual([])
  })

  test('who begins while the API server is away leaves what others had served, until it tells', async () => {
    serves = new Map([
      ['a.macula.local', '127.0.0.2'],
      ['other.macula.local', '127.0.0.9'],
    ])
    stack.truth.seen.nameServer = { kind: 'runs', pid: 1, port: 5354, names: serves }
    await looked(down)
    expect(names()).toEqual(['a.macula.local'])
    await looked(having('b'))
    expect(names()).toEqual(['b.macula.local'])
    // What it told is known from then on, whatever is still served.
    await looked(down)
    stack.truth.seen.nameServer = { kind: 'runs', pid: 1, port: 5354, names: serves }
    await looked(down)
    expect(names()).toEqual(['b.macula.local'])
  })
})

describe('when they are served', () => {
  beforeEach(async () => {
    await stack.context.adapters.intent.want(['cluster/hub'])
    await looked(having())
    stack.truth.seen.nameServer = await stack.context.adapters.nameServer.seen()
  })

  test('when one came or went, and not when all is as it was', async () => {
    let told = 0
    expect(await serveFound(stack.context)).toBe(false)
    await looked(having('a'))
    expect(await serveFound(stack.context)).toBe(true)
    expect(await serveFound(stack.context)).toBe(false)
    await looked(having('b'))
    await followFound(stack.context, () => Promise.resolve(void (told += 1)))
    expect(served).toEqual([['a.macula.local'], ['b.macula.local']])
    expect(stack.truth.seen.names.has('b.macula.local')).toBe(true)
    await followFound(stack.context, () => Promise.resolve(void (told += 1)))
    expect(told).toBe(1)
    await looked(having())
    expect(await serveFound(stack.context)).toBe(true)
    expect(served.at(-1)).toEqual([])
  })

  test.each<readonly [string, () => void]>([
    ['nothing is wanted: all of ours is stopped', () => void (stack.truth.seen.wanted = new Set())],
    ['our name server does not run', () => void (stack.truth.seen.nameServer = { kind: 'stopped' })],
    [
      'what is there is another person’s',
      () =>
        void Object.assign(stack.truth.seen, {
          docker: {
            kind: 'up',
            version: '',
            apiVersion: '',
            native: true,
            other: { uid: 1, project: 'macula' },
          },
        }),
    ],
  ])('not while %s', async (_, make) => {
    await looked(having('a'))
    make()
    expect(await serveFound(stack.context)).toBe(false)
    expect(served).toEqual([])
  })

  test('a start that looked at no cluster looks before it serves any names: those of Ingresses are among them', async () => {
    stack.truth.seen.clusters.clear()
    seen = having('a')
    await stack.context.names(
      () => undefined,
      () => 0,
    )
    expect(served).toEqual([['a.macula.local']])
  })
})
