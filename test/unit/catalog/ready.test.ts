import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Catalog } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { parseFile } from '../../../main/system/catalog/fragment.ts'
import { makeReady } from '../../../main/system/catalog/make-ready.ts'
import { readyOf, sumOf, useReady, type ReadyTexts } from '../../../main/system/catalog/ready.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf } from '../../../main/system/paths.ts'

/** What the build read of our own files, so that no command reads it again. */

const assets = fileURLToPath(new URL('../../../assets', import.meta.url))
const ready = await makeReady(assets)
const fileOf = (id: string): string => join(assets, 'stack', id, 'compose.yaml')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-ready-'))
})
afterEach(() => {
  useReady(undefined)
  rmSync(folder, { recursive: true, force: true })
})

const read = async (from = assets): Promise<Catalog> =>
  await readCatalog(pathsOf({ MACULA_HOME: folder }, from), defaultSettings, { HOME: '/home/p' })

/** With another title of a service than its file has, which shows whether the file itself was read. */
function withTitle(id: string, title: string): ReadyTexts {
  const sum = sumOf(readFileSync(fileOf(id), 'utf8'))
  const one = ready[sum]
  const block = one?.checked['block']
  if (!one || typeof block !== 'object') throw new Error(`${id} is not there`)
  return { ...ready, [sum]: { ...one, checked: { ...one.checked, block: { ...block, title } } } }
}

const titleOf = ({ services }: Catalog, id: string): string | undefined =>
  services.find((service) => service.id === id)?.title

test('each of our services, clusters and applications is there', () => {
  for (const id of readdirSync(join(assets, 'stack')))
    expect(Object.keys(ready[sumOf(readFileSync(fileOf(id), 'utf8'))]?.checked ?? {})).toEqual([
      'compose',
      'block',
    ])
  const cluster = join(assets, 'cluster')
  for (const [path, name] of [
    ['clusters/hub/cluster.yaml', 'cluster'],
    ['clusters/hub/kind.yaml', 'kind'],
    ...readdirSync(join(cluster, 'apps')).map((id) => [`apps/${id}/app.yaml`, 'app']),
  ] as const)
    expect(Object.keys(ready[sumOf(readFileSync(join(cluster, path ?? ''), 'utf8'))]?.checked ?? {})).toEqual(
      [name],
    )
})

test('the catalog is the same with it as without, and it is what is taken', async () => {
  const without = await read()
  useReady(ready)
  expect(await read()).toEqual(without)
  useReady(withTitle('grafana', 'Taken as it was built'))
  expect(titleOf(await read(), 'grafana')).toBe('Taken as it was built')
})

test('it goes through JSON unharmed', () => {
  expect(JSON.parse(JSON.stringify(ready))).toEqual(ready)
})

test('a file that is another than it was built with is read itself', async () => {
  cpSync(assets, join(folder, 'assets'), { recursive: true })
  const file = join(folder, 'assets', 'stack', 'grafana', 'compose.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('title: Grafana', 'title: Other'))
  useReady(withTitle('grafana', 'Taken as it was built'))
  expect(titleOf(await read(join(folder, 'assets')), 'grafana')).toBe('Other')
})

test('where something of such a file stands is known', () => {
  // Read by nothing else before.
  const text = `${readFileSync(fileOf('grafana'), 'utf8')}# A text of its own.\n`
  const file = { service: 'grafana', origin: 'ours', folder: '', file: '', text } as const
  const value = { services: { grafana: {} } }
  useReady({ [sumOf(text)]: { value, checked: {} } })
  const parsed = parseFile(file)
  if ('reason' in parsed) throw new Error(parsed.reason)
  expect(parsed.value).toEqual(value)
  const line = text.split('\n').findIndex((one) => one.includes('x-macula:')) + 1
  expect(parsed.at(['services', 'grafana', 'x-macula'], true).line).toBe(line)
})

test('a text of a name that objects have is none of ours', () => {
  useReady(ready)
  expect(readyOf('toString')).toBeUndefined()
})
