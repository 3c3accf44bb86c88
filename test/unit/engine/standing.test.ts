import { beforeEach, describe, expect, test } from 'vitest'
import { addPeers, priceOf, settleClusters } from '../../../main/engine/cluster/standing.ts'
import { asksOf } from '../../../main/engine/cluster/wanted.ts'
import { createRuns } from '../../../main/engine/run/runs.ts'
import type { ClusterSeen, ClusterSpec } from '../../../main/model/cluster.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { clusterSpec } from '../cluster/spec.ts'
import { up } from '../cluster/world.ts'
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
      /^To be made: Hub cluster and Peer 0 cluster\. 2 clusters of one node: about 1\.40 GB of memory/,
    )
    expect(says).toContain('8.00 GB is free')
    expect(says).not.toContain('not enough')
  })

  test('too little memory is said', async () => {
    Object.assign(stack.context.adapters.clusters, { memory: () => Promise.resolve(500_000_000) })
    seen(absent, up({}))
    expect(await priceOf(stack.context, asks())).toMatch(/^To be made: Hub cluster\. .*That is not enough/)
  })

  test('what is there has none', async () => {
    seen(up({}), up({}))
    expect(await priceOf(stack.context, asks())).toBeUndefined()
  })
})

test('only peers that are not described yet are described', async () => {
  await addPeers(stack.context, ['peer0', 'peer1'])
  expect([did, reread]).toEqual([['describe peer1'], 1])
})

test('a peer that is deleted is described no more; the hub always is', async () => {
  const runs = createRuns(stack.context)
  await runs.remove('cluster/peer0', stack.tell)
  await runs.remove('cluster/hub', stack.tell)
  expect(did.filter((one) => one.startsWith('forget'))).toEqual(['forget peer0'])
})
