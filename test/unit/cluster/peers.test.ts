import { createServer } from 'node:net'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addPeers } from '../../../main/engine/cluster/standing.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { appHandlers } from '../../../main/gateway/apps.ts'
import type { GatewayContext } from '../../../main/gateway/context.ts'
import { isPeer } from '../../../main/model/cluster-id.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { describePeer, forgetPeer, peersFolder } from '../../../main/system/kind/peers.ts'
import { writeWhole } from '../../../main/system/files.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'

/** Peers from the template, read back by the catalog. */

const assets = join(import.meta.dirname, '..', '..', '..', 'assets')
let home: string
let paths: Paths
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'macula-peers-'))
  paths = pathsOf({ MACULA_HOME: home }, assets)
})
afterEach(async () => await rm(home, { recursive: true }))

const read = async () => await readCatalog(paths, defaultSettings, {})
const add = async (...ids: readonly string[]): Promise<void> => {
  for (const id of ids) await describePeer(paths, id, await read(), 'kindest/node:v1.37.0')
}
const clusters = async () =>
  (await read()).services.flatMap(({ id, runtime }) =>
    runtime.kind === 'cluster' && !runtime.app ? [{ row: id, ...runtime.cluster }] : [],
  )

test('one that was never made has no row, no address and no port', async () => {
  expect((await clusters()).map(({ row }) => row)).toEqual(['cluster/hub'])
})

test('each has a name, an address and ports of its own, and no problem', async () => {
  await add('peer0', 'peer1', 'peer12')
  const all = await clusters()
  expect((await read()).problems).toEqual([])
  expect(all.map(({ row, name, address }) => `${row} ${name} ${address}`)).toEqual([
    'cluster/hub macula-hub 127.0.0.2',
    'cluster/peer0 macula-peer0 127.0.0.40',
    'cluster/peer1 macula-peer1 127.0.0.41',
    'cluster/peer12 macula-peer12 127.0.0.52',
  ])
  const ports = all.flatMap((one) => one.ports.map(({ port, protocol }) => `${port}${protocol ?? ''}`))
  expect(ports).toHaveLength(8)
  expect(new Set(ports).size).toBe(ports.length)
  expect(all.every(({ image }) => image.startsWith('kindest/node:v'))).toBe(true)
})

test('a peer and an application may have one id', async () => {
  await add('peer1')
  const ids = (await read()).services.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['peer1', 'cluster/peer1']))
})

test('a port that somebody has is passed over, and what is described stays as it is', async () => {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(8001, '127.0.0.1', resolve)
  }).catch(() => undefined)
  try {
    await add('peer0')
  } finally {
    server.close()
  }
  const port = (await clusters()).find(({ id }) => id === 'peer0')?.port ?? 0
  expect(port).toBeGreaterThan(8001)
  await add('peer1')
  expect((await clusters()).find(({ id }) => id === 'peer0')?.port).toBe(port)
})

test('forgotten, it is none; a person’s own of that id goes before it and is left', async () => {
  await add('peer0')
  const file = join(paths.config, 'clusters', 'peer0', 'kind.yaml')
  const text = await readFile(join(peersFolder(paths), 'peer0', 'kind.yaml'), 'utf8')
  await writeWhole(file, text.replace('macula-peer0', 'mine'))
  await writeWhole(
    join(paths.config, 'clusters', 'peer0', 'cluster.yaml'),
    await readFile(join(peersFolder(paths), 'peer0', 'cluster.yaml'), 'utf8'),
  )
  expect((await clusters()).map(({ name }) => name)).toEqual(['macula-hub', 'mine'])
  await forgetPeer(paths, 'peer0')
  expect((await clusters()).map(({ name }) => name)).toEqual(['macula-hub', 'mine'])
  await rm(join(paths.config, 'clusters'), { recursive: true })
  expect((await clusters()).map(({ name }) => name)).toEqual(['macula-hub'])
})

test('half described, as a killed process leaves it, it is none, and is described whole the next time', async () => {
  await add('peer0')
  await rm(join(peersFolder(paths), 'peer0', 'cluster.yaml'))
  const catalog = await read()
  expect(catalog.problems).toEqual([])
  expect((await clusters()).map(({ id }) => id)).toEqual(['hub'])
  await add('peer0')
  expect((await clusters()).map(({ id }) => id)).toEqual(['hub', 'peer0'])
})

test('a name that a cluster of a person’s own has is refused, and theirs keeps its row', async () => {
  await add('peer1')
  const folder = join(paths.config, 'clusters', 'mine')
  for (const name of ['kind.yaml', 'cluster.yaml']) {
    const text = await readFile(join(peersFolder(paths), 'peer1', name), 'utf8')
    await writeWhole(join(folder, name), text.replace('macula-peer1', 'macula-peer0'))
  }
  await forgetPeer(paths, 'peer1')
  await expect(add('peer0')).rejects.toThrow('macula-peer0 is that of the cluster mine')
  expect((await clusters()).map(({ id }) => id)).toEqual(['hub', 'mine'])
  // It is only a name.
  await add('peer2')
  expect((await read()).problems).toEqual([])
})

test('“Add a peer cluster” of the window: each press describes a further one, also after another process did', async () => {
  let catalog = await read()
  const context = {
    catalog: () => catalog,
    reread: async () => void (catalog = await read()),
    adapters: {
      clusters: {
        describe: async (id: string) => await describePeer(paths, id, catalog, 'kindest/node:v1.37.0'),
      },
    },
  } as unknown as RunContext
  const { addPeer } = appHandlers({
    system: () => ({ engine: { addPeers: async (ids: 'next') => await addPeers(context, ids) } }),
  } as unknown as GatewayContext)
  expect(await addPeer({})).toEqual({ service: 'cluster/peer0' })
  expect(await addPeer({})).toEqual({ service: 'cluster/peer1' })
  // By maculactl, while the window's own catalog is as it was.
  await add('peer2')
  expect(await addPeer({})).toEqual({ service: 'cluster/peer3' })
  const all = await clusters()
  expect(all.map(({ row }) => row)).toEqual(
    ['hub', 'peer0', 'peer1', 'peer2', 'peer3'].map((id) => `cluster/${id}`),
  )
  expect(new Set(all.map(({ address }) => address)).size).toBe(5)
})

test('an address that a service has is passed over; with all taken it is refused', async () => {
  const catalog = await read()
  const [service] = catalog.services
  const at = (last: number) =>
    ({ ...service, address: `127.0.0.${last}` }) as (typeof catalog.services)[number]
  await describePeer(
    paths,
    'peer0',
    { ...catalog, services: [...catalog.services, at(40)] },
    'kindest/node:v1',
  )
  expect((await clusters()).find(({ id }) => id === 'peer0')?.address).toBe('127.0.0.41')
  const full = Array.from({ length: 24 }, (_, index) => at(40 + index))
  await expect(
    describePeer(paths, 'peer1', { ...catalog, services: full }, 'kindest/node:v1'),
  ).rejects.toThrow('127.0.0.40 to 127.0.0.63 are all taken')
})

test.each([
  ['peer0', true],
  ['peer10', true],
  ['peer00', false],
  ['peer', false],
  ['peer100', false],
  ['../peer0', false],
])('%s is a peer: %s', (id, is) => {
  expect(isPeer(id)).toBe(is)
})
