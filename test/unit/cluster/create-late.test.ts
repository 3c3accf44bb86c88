import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KindContext } from '../../../main/system/kind/context.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { createCluster } from '../../../main/system/kind/life.ts'
import { readMarker, writeMarker } from '../../../main/system/kind/marker.ts'
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

/** kind refuses while a node is there; Docker has it from the first create on, made `after` ms after the killed one began. */
async function create(after: number, interrupted: boolean) {
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
    const err = 'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "macula"'
    return await Promise.resolve({ ok, out: '', err: ok ? '' : err, why: ok ? 'done' : 'failed' })
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

test('it is removed, and the cluster is made', async () => {
  const { failed, removed, said, tries, marker } = await create(500, true)
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
  expect(failed).toContain('cannot be made')
  expect([removed, tries]).toEqual([[], 1])
})
