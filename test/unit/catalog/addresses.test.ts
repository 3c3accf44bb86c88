import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { isLoopback24 } from '../../../main/model/atoms.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import { listenersOf, namesOf } from '../../../main/model/listeners.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { greenWorld } from '../cli/worlds.ts'

/** The range of loopback addresses is a setting, so that two instances run side by side. */

const assets = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'assets')
let paths: Paths
beforeEach(async () => {
  paths = pathsOf({ MACULA_HOME: await mkdtemp(join(tmpdir(), 'macula-addresses-')) }, assets)
})
const read = async (addresses: string): Promise<Catalog> =>
  await readCatalog(paths, { ...defaultSettings, addresses }, {})

async function own(id: string, address: string | undefined): Promise<void> {
  const folder = join(paths.config, 'services', id)
  await mkdir(folder, { recursive: true })
  const text = `services:
  ${id}:
    image: me/${id}:1
    networks: [macula]
    x-macula:
      title: ${id}
      purpose: Mine
      tier: tools${address === undefined ? '' : `\n      address: ${address}`}
      order: 90
      endpoints: [{ id: web, name: ${id}, scheme: http, target: 80, listen: 8000 }]
networks:
  macula: { name: "\${MACULA_NETWORK:-macula}", external: true }
`
  await writeFile(join(folder, 'compose.yaml'), text)
}

test('every address that a person sees follows, and the last number stays', async () => {
  const [usual, beside] = [await read('127.0.0.0/24'), await read('127.0.1.0/24')]
  const moved = (text: string): string => text.replaceAll('127.0.0.', '127.0.1.')
  expect(beside.problems).toEqual([])
  expect(beside.services.map(({ address }) => address)).toEqual(
    usual.services.map(({ address }) => address && moved(address)),
  )
  expect([...namesOf(beside, 'x.y')]).toEqual(
    [...namesOf(usual, 'x.y')].map(([name, address]) => [name, moved(address)]),
  )
  expect(listenersOf(beside).map(({ address }) => address)).toEqual(
    listenersOf(usual).map(({ address }) => moved(address)),
  )
  const snapshot = makeSnapshot(beside, 'x.y', { ...greenWorld(), listeners: new Map() }, 1)
  // Where kind publishes a cluster's ingress stands in its own file.
  expect(JSON.stringify(snapshot).match(/.{20}127\.0\.0\.\d+(?!\d*:8)/g) ?? []).toEqual([])
})

test('one’s own services move too, whichever of both ranges they were written for', async () => {
  await own('one', '127.0.0.60')
  await own('two', '127.0.1.61')
  await own('three', undefined)
  await own('far', '127.9.9.9')
  const { services, problems } = await read('127.0.1.0/24')
  expect(problems).toEqual([])
  const address = (id: string) => services.find((one) => one.id === id)?.address
  expect(['one', 'two', 'far'].map(address)).toEqual(['127.0.1.60', '127.0.1.61', '127.9.9.9'])
  const given = address('three')
  expect(given).toMatch(/^127\.0\.1\.\d+$/)
  // What was given is kept over a change of the range, by its last number.
  const back = (await read('127.0.0.0/24')).services.find(({ id }) => id === 'three')
  expect(back?.address).toBe(given?.replace('127.0.1.', '127.0.0.'))
  expect(await readFile(join(paths.state, 'addresses.json'), 'utf8')).toContain('"three": "127.0.0.')
})

test('two that meet only in the range that is set are told', async () => {
  await own('one', '127.0.0.60')
  await own('two', '127.0.1.60')
  expect((await read('127.0.0.0/24')).problems).toEqual([])
  expect((await read('127.0.1.0/24')).problems.map(({ service }) => service)).toEqual(['two'])
})

test.each([
  ['127.0.0.0/24', true],
  ['127.0.1.0/24', true],
  ['127.255.255.0/24', true],
  ['127.0.0.0/16', false],
  ['127.0.0.1/24', false],
  ['127.0.0/24', false],
  ['127.0.00.0/24', false],
  ['10.0.0.0/24', false],
  ['127.0.0.0/24\n', false],
  ['127.0.0.0', false],
  ['', false],
])('the range %j: %s', (text, good) => {
  expect(isLoopback24(text)).toBe(good)
})
