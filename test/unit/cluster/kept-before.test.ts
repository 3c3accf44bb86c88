import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeImageOf } from '../../../main/model/node-image.ts'
import { byCluster, clusterOfRow, clusterRow } from '../../../main/model/cluster-id.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { openIntent } from '../../../main/system/keep/intent.ts'
import { settleKeptBefore, takeKeptBefore } from '../../../main/system/kind/kept-before.ts'
import type { KindContext } from '../../../main/system/kind/context.ts'
import { readMarker } from '../../../main/system/kind/marker.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { clusterSpec } from './spec.ts'

/** What a version kept whose one cluster had the id `kind` and kind's name `macula`. */

const assets = join(import.meta.dirname, '..', '..', '..', 'assets')
const marker = (name: string, node = 'abc', at = 1): string =>
  JSON.stringify({ version: 1, name, phase: 'made', at, nodes: [node] })

let home: string
let paths: Paths
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'macula-kept-'))
  paths = pathsOf({ MACULA_HOME: home }, assets)
  await mkdir(join(paths.state, 'clusters'), { recursive: true })
})
afterEach(async () => await rm(home, { recursive: true }))

const put = async (name: string, text: string): Promise<void> =>
  await writeFile(join(paths.state, 'clusters', name), text)
const kept = async (): Promise<readonly string[]> => (await readdir(join(paths.state, 'clusters'))).toSorted()

describe('the files of the one cluster there was', () => {
  test('are the hub’s, and the hub goes by the name that kind has it by', async () => {
    await put('kind.json', marker('macula'))
    await put('kind.kubeconfig', 'certificates')
    await put('kind.user-kubeconfig', '/home/ada/.kube/config\n')
    const { services } = await readCatalog(paths, defaultSettings, {})
    expect(await kept()).toEqual(['hub.json', 'hub.kubeconfig', 'hub.user-kubeconfig'])
    expect(await readFile(join(paths.state, 'clusters', 'hub.kubeconfig'), 'utf8')).toBe('certificates')
    const hub = services.find(({ id }) => id === 'cluster/hub')?.runtime
    expect(hub?.kind === 'cluster' ? hub.cluster.name : '').toBe('macula')
  })

  test('without any, the name is the file’s', async () => {
    const { services } = await readCatalog(paths, defaultSettings, {})
    const hub = services.find(({ id }) => id === 'cluster/hub')?.runtime
    expect(hub?.kind === 'cluster' ? hub.cluster.name : '').toBe('macula-hub')
  })

  test.each([
    ['the hub has some of another cluster', async () => await put('hub.json', marker('macula-hub'))],
    ['they are of one that Macula never had', async () => await put('kind.json', marker('kind'))],
    [
      'a person has a cluster of that id',
      async () => void (await mkdir(join(paths.config, 'clusters', 'kind'), { recursive: true })),
    ],
  ])('stay where %s', async (_, prepare) => {
    await put('kind.json', marker('macula'))
    await prepare()
    await takeKeptBefore(paths)
    expect(await kept()).toContain('kind.json')
  })
})

describe('an earlier version that ran once more in between', () => {
  const settle = async (...names: readonly string[]): Promise<boolean> =>
    await settleKeptBefore(
      {
        paths,
        forget: () => undefined,
        nodes: ({ name }: { readonly name: string }) =>
          Promise.resolve(names.includes(name) ? [{ id: 'n' }] : []),
      } as unknown as KindContext,
      clusterSpec,
      await readMarker(paths, 'hub'),
    )
  const notes = async (): Promise<string> =>
    (await readCatalog(paths, defaultSettings, {})).services
      .find(({ id }) => id === 'cluster/hub')
      ?.warnings.join(' ') ?? 'no row'

  test('made its cluster anew: what it wrote is newer, and nothing of the hub’s former one stays', async () => {
    await put('hub.json', marker('macula', 'old', 1))
    await put('hub.kubeconfig', 'old certificates')
    await put('hub.user-kubeconfig', '/home/ada/.kube/config\n')
    await put('kind.json', marker('macula', 'new', 2))
    await takeKeptBefore(paths)
    expect(await kept()).toEqual(['hub.json', 'hub.user-kubeconfig'])
    expect((await readMarker(paths, 'hub'))?.nodes).toEqual(['new'])
  })

  test('wrote what is older by now: it goes', async () => {
    await put('hub.json', marker('macula', 'new', 2))
    await put('kind.json', marker('macula', 'old', 1))
    await put('kind.kubeconfig', 'old certificates')
    await takeKeptBefore(paths)
    expect(await kept()).toEqual(['hub.json'])
    expect((await readMarker(paths, 'hub'))?.nodes).toEqual(['new'])
  })

  test('made another beside the hub’s: it is told, and is the hub again when that is gone', async () => {
    await put('hub.json', marker('macula-hub'))
    await put('kind.json', marker('macula', 'theirs', 2))
    expect(await notes()).toContain('made a cluster macula, which is there beside macula-hub')
    expect(await settle('macula-hub', 'macula')).toBe(false)
    expect(await kept()).toEqual(['hub.json', 'kind.json'])
    expect(await settle('macula')).toBe(true)
    expect(await kept()).toEqual(['hub.json'])
    expect(await readMarker(paths, 'hub')).toMatchObject({ name: 'macula', nodes: ['theirs'] })
    expect(await notes()).toBe('')
  })

  test('made another that is gone: nothing is kept of it', async () => {
    await put('hub.json', marker('macula-hub'))
    await put('kind.json', marker('macula', 'theirs', 2))
    expect(await settle('macula-hub')).toBe(false)
    expect(await kept()).toEqual(['hub.json'])
  })
})

test('what was wanted of it is wanted of the hub', async () => {
  await writeFile(join(paths.state, 'wanted.json'), JSON.stringify({ wanted: ['kind', 'grafana'] }))
  const intent = openIntent(paths, () => Promise.resolve([]))
  expect(await intent.wanted()).toEqual(new Set(['cluster/hub', 'grafana']))
  await intent.unwant(['cluster/hub'])
  expect(await intent.wanted()).toEqual(new Set(['grafana']))
})

test('an application called kind is its own once the file is of this version', async () => {
  const file = join(paths.state, 'wanted.json')
  const intent = openIntent(paths, () => Promise.resolve([]))
  await writeFile(file, JSON.stringify({ wanted: ['kind'] }))
  await intent.want(['kind'])
  expect(await intent.wanted()).toEqual(new Set(['cluster/hub', 'kind']))
  await intent.unwant(['cluster/hub'])
  expect(await intent.wanted()).toEqual(new Set(['kind']))
  await intent.unwant(['kind'])
  expect(await intent.wanted()).toEqual(new Set())
  // An earlier version that ran once more writes no version, and means its cluster.
  await writeFile(file, JSON.stringify({ wanted: ['kind', 'cluster/hub'] }))
  expect(await intent.wanted()).toEqual(new Set(['cluster/hub']))
})

test.each([
  ['its own', { hub: 'own', kind: 'old' }, 'own'],
  ['what was set before', { kind: 'old' }, 'old'],
  ['nothing', {}, clusterSpec.image],
])('the node image of the hub by a setting: %s', (_, nodes: Readonly<Record<string, string>>, image) => {
  expect(nodeImageOf({ ...clusterSpec, before: 'kind' }, nodes)).toBe(image)
})

test('the node image that is set for a person’s own cluster kind is not the hub’s', async () => {
  const image = async (): Promise<string> => {
    const rows = (await readCatalog(paths, defaultSettings, {})).services
    const hub = rows.find(({ id }) => id === 'cluster/hub')?.runtime
    return hub?.kind === 'cluster' ? nodeImageOf(hub.cluster, { kind: 'theirs' }) : 'no row'
  }
  expect(await image()).toBe('theirs')
  await mkdir(join(paths.config, 'clusters', 'kind'), { recursive: true })
  expect(await image()).toMatch(/^kindest\/node:/)
})

test.each([
  ['hub', ['hub', 'second'], 'hub'],
  ['kind', ['hub', 'second'], 'hub'],
  ['kind', ['hub', 'kind'], 'kind'],
  ['second', ['hub', 'second'], 'second'],
  ['third', ['hub'], undefined],
])('%s of %j is %s', (word, ids, is) => {
  expect(byCluster(new Map(ids.map((id) => [id, id])), word)).toBe(is)
})

test('a row’s id names its cluster', () => {
  expect(clusterRow('hub')).toBe('cluster/hub')
  expect(clusterOfRow('cluster/peer0')).toBe('peer0')
  expect(clusterOfRow('peer0')).toBeUndefined()
})
