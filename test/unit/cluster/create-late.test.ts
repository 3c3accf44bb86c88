import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KindContext } from '../../../main/system/kind/context.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { createCluster } from '../../../main/system/kind/life.ts'
import { ownerOf, readMarker, writeMarker } from '../../../main/system/kind/marker.ts'
import type { Paths } from '../../../main/system/paths.ts'
import { clusterSpec } from './spec.ts'

/** A node that Docker finishes for a create that was killed comes after the next create has looked for it. */

const BEGAN = 1_795_430_549_000
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-create-'))
})
afterEach(async () => await rm(folder, { recursive: true }))

interface Node {
  readonly id: string
  readonly createdAt: number
}

const EXISTS = 'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "macula"'
/** The node came between kind's own look and its docker run. */
const CONFLICT =
  'docker: Error response from daemon: Conflict. The container name "/macula-hub-control-plane" is already in use by container "f00".'

/** kind refuses while a node is there; Docker has it from the first create on, made `after` ms after the killed one began. */
async function create(after: number, interrupted: boolean, words = EXISTS) {
  const paths = { state: folder } as Paths
  const config = join(folder, 'kind.yaml')
  await writeFile(config, 'kind: Cluster\n')
  const cluster = { ...clusterSpec, config }
  if (interrupted)
    await writeMarker(paths, cluster.id, { name: cluster.name, phase: 'creating', at: BEGAN, nodes: [] })
  let nodes: readonly Node[] = []
  const removed: string[] = []
  const said: string[] = []
  let tries = 0
  const getContainer = (id: string) => ({
    remove: async () => {
      removed.push(id)
      nodes = nodes.filter((node) => node.id !== id)
      await Promise.resolve()
    },
  })
  const make = async () => {
    tries += 1
    if (tries === 1) nodes = [{ id: 'late', createdAt: BEGAN + after }]
    const ok = nodes.length === 0
    if (ok) nodes = [{ id: 'made', createdAt: BEGAN + 61_000 }]
    return await Promise.resolve({ ok, out: '', err: ok ? '' : words, why: ok ? 'done' : 'failed' })
  }
  const context = {
    paths,
    settings: defaultSettings,
    now: () => BEGAN + 60_000,
    forget: () => undefined,
    nodes: async () => await Promise.resolve(nodes),
    link: async () => await Promise.resolve({ long: { getContainer } }),
    kind: async () => await Promise.resolve({ create: make }),
  } as unknown as KindContext
  const failed = await createCluster(
    context,
    cluster,
    'kindest/node:v1',
    (says) => void said.push(says),
    AbortSignal.timeout(10_000),
  ).then(
    () => undefined,
    (error: unknown) => String(error),
  )
  return { failed, removed, said, tries, marker: await readMarker(paths, cluster.id) }
}

test.each([EXISTS, CONFLICT])('it is removed, and the cluster is made: %s', async (words) => {
  const { failed, removed, said, tries, marker } = await create(500, true, words)
  expect(failed).toBeUndefined()
  expect([removed, tries]).toEqual([['late'], 2])
  expect(said).toEqual(['Removing what an interrupted try left'])
  expect(marker).toMatchObject({ phase: 'made', nodes: ['made'] })
})

test.each([
  ['without an interrupted create of ours', 500, false],
  ['of somebody else, older than ours', -60_000, true],
])('a node %s is left as it is, and told', async (_, after, interrupted) => {
  const { failed, removed, tries } = await create(after, interrupted)
  expect(failed).toContain('cannot be created')
  expect([removed, tries]).toEqual([[], 1])
})

describe('after a create that kind itself ended, nothing that somebody makes later is ours', () => {
  /** A create that fails with `words` and leaves `left`; then the nodes that are there by now, and what a second one removes. */
  async function failed(words: string, left: readonly Node[], later: readonly Node[]) {
    const paths = { state: folder } as Paths
    const config = join(folder, 'kind.yaml')
    await writeFile(config, 'kind: Cluster\n')
    const cluster = { ...clusterSpec, config }
    let nodes: readonly Node[] = []
    const removed: string[] = []
    let now = BEGAN
    const getContainer = (id: string) => ({
      remove: async () => {
        removed.push(id)
        nodes = nodes.filter((node) => node.id !== id)
        await Promise.resolve()
      },
    })
    const context = {
      paths,
      settings: defaultSettings,
      now: () => now,
      forget: () => undefined,
      nodes: async () => await Promise.resolve(nodes),
      link: async () => await Promise.resolve({ long: { getContainer } }),
      kind: async () =>
        await Promise.resolve({
          create: async () => {
            nodes = left
            return await Promise.resolve({ ok: false, out: '', err: words, why: 'failed' })
          },
        }),
    } as unknown as KindContext
    const make = async () =>
      await createCluster(context, cluster, 'kindest/node:v1', () => undefined, AbortSignal.timeout(10_000))
    await expect(make()).rejects.toThrow('cannot be created')
    const kept = await readMarker(paths, cluster.id)
    now += 86_400_000
    nodes = later
    await make().catch(() => undefined)
    return { kept, removed }
  }
  const node = (id: string, after: number): Node => ({ id, createdAt: BEGAN + after })

  test('it left nothing: a cluster of that name by hand is theirs', async () => {
    const { kept, removed } = await failed('failed to pull image', [], [node('theirs', 80_000_000)])
    expect([kept, removed]).toEqual([undefined, []])
  })

  test('somebody else was quicker: their nodes are theirs', async () => {
    const theirs = [node('theirs', 500)]
    const { kept, removed } = await failed('ERROR: node(s) already exist for a cluster', theirs, theirs)
    expect([kept, removed]).toEqual([undefined, []])
  })

  test('it left a node: that one goes with the next try, and no other', async () => {
    const left = [node('left', 500)]
    expect(await failed('kubeadm init failed', left, left)).toMatchObject({
      kept: { phase: 'creating', nodes: ['left'] },
      removed: ['left'],
    })
    expect((await failed('kubeadm init failed', left, [node('theirs', 80_000_000)])).removed).toEqual([])
  })

  test.each([
    [3_000_000, 'ours'],
    [4_000_000, 'others'],
    [-60_000, 'others'],
  ])('of a create that was killed, a node made %d ms after it began is %s', (after, whose) => {
    const marker = { version: 1, name: 'x', phase: 'creating', at: BEGAN, nodes: [] } as const
    expect(ownerOf({ ...marker, nodes: [] }, [node('n', after) as never])).toBe(whose)
  })
})
