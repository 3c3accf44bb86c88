import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { listenerKey, listenersOf, namesOf } from '../main/model/listeners.ts'
import type { Catalog } from '../main/model/service.ts'
import { readCatalog } from '../main/system/catalog/files.ts'
import { defaultSettings } from '../main/system/keep/settings.ts'
import { pathsOf } from '../main/system/paths.ts'

const assets = join(dirname(fileURLToPath(import.meta.url)), '..', 'assets')
let catalog: Catalog

beforeAll(async () => {
  catalog = await readCatalog(
    pathsOf({ MACULA_HOME: mkdtempSync(join(tmpdir(), 'macula-catalog-')) }, assets),
    defaultSettings,
    {},
  )
})

test('our own catalog has no problem', () => {
  expect(catalog.problems).toEqual([])
})

test('names have the addresses of the approved design', () => {
  // "DNS Configuration via Dnsmasq" of the approved infrastructure design, with the OTLP gateway on .10.
  const approved = {
    // The platform's portal, which people have as a bookmark.
    home: 1,
    registry: 1,
    dns: 1,
    'dns-admin': 1,
    console: 2,
    bootstrap: 2,
    peer1: 2,
    peer2: 2,
    prometheus: 3,
    grafana: 4,
    loki: 5,
    tempo: 6,
    draw: 7,
    postgres: 8,
    s3: 9,
    's3-console': 9,
    otlp: 10,
  }
  const wanted = Object.entries(approved).map(([name, last]) => [`${name}.macula.local`, `127.0.0.${last}`])
  expect(new Map(namesOf(catalog, 'macula.local'))).toEqual(new Map(wanted as [string, string][]))
})

test('every service is forwarded where the approved design says', () => {
  const keys = listenersOf(catalog).map(listenerKey)
  for (const key of [
    '127.0.0.1:80',
    // Image references of older manifests: registry.SUFFIX:5001 and localhost:5001 lead to the registry too.
    '127.0.0.1:5000',
    '127.0.0.1:5001',
    '127.0.0.2:80',
    '127.0.0.3:9090',
    '127.0.0.4:3000',
    '127.0.0.5:3100',
    '127.0.0.6:3200',
    // Traces come in at tempo by OTLP, Zipkin and Jaeger.
    '127.0.0.6:4317',
    '127.0.0.6:4318',
    '127.0.0.6:9411',
    '127.0.0.6:14268',
    '127.0.0.6:14250',
    '127.0.0.7:80',
    '127.0.0.8:5432',
    '127.0.0.9:9000',
    '127.0.0.9:9001',
    // PowerDNS itself, on an address of its own.
    '127.0.0.100:5300',
    '127.0.0.100:5300/udp',
  ])
    expect(keys).toContain(key)
  // Clean URLs: port 80 of every address that has an HTTP service.
  for (const last of [1, 2, 3, 4, 5, 6, 7, 9]) expect(keys).toContain(`127.0.0.${last}:80`)
  expect(new Set(keys).size).toBe(keys.length)
})

test('the hub’s clean address is 127.0.0.2:80 to 127.0.0.1:8080, and its QUIC 127.0.0.2:4433', () => {
  expect(catalog.forwards).toEqual([
    {
      address: '127.0.0.2',
      listen: 80,
      host: '127.0.0.1',
      port: 8080,
      tier: 'applications',
      cluster: 'hub',
    },
    {
      address: '127.0.0.2',
      listen: 4433,
      host: '127.0.0.1',
      port: 4433,
      protocol: 'udp',
      tier: 'applications',
      cluster: 'hub',
    },
  ])
})

test('native ports that a clean URL makes needless are given up by a setting, and no other', async () => {
  const given = await readCatalog(
    pathsOf({ MACULA_HOME: mkdtempSync(join(tmpdir(), 'macula-catalog-')) }, assets),
    { ...defaultSettings, nativePorts: false },
    {},
  )
  const keys = new Set(listenersOf(given).map(listenerKey))
  const gone = listenersOf(catalog)
    .map(listenerKey)
    .filter((key) => !keys.has(key))
  expect(gone.toSorted()).toEqual(['127.0.0.1:5000', '127.0.0.1:8081', '127.0.0.1:9191'])
  // Names stay, and in Docker the ports too.
  expect(namesOf(given, 'macula.local')).toEqual(namesOf(catalog, 'macula.local'))
  const api = (one: Catalog) => one.services.find(({ id }) => id === 'registry')?.endpoints[0]?.listen
  expect(api(given)).toBe(api(catalog))
})

test('every receiver of Tempo that its configuration opens has an endpoint, and the other way round', () => {
  const tempo = catalog.services.find((service) => service.id === 'tempo')
  const text = readFileSync(join(assets, 'stack', 'tempo', 'tempo.yml'), 'utf8')
  const opened = [...text.matchAll(/endpoint: '0\.0\.0\.0:(\d+)'/g)].map(([, port]) => Number(port))
  const own = new Set([3200])
  expect(new Set(tempo?.endpoints.map(({ target }) => target).filter((port) => !own.has(port)))).toEqual(
    new Set(opened),
  )
  for (const { name, target, listen } of tempo?.endpoints ?? [])
    expect({ name, listen }).toEqual({ name: 'tempo', listen: target })
})

test('Tempo needs the object store; Grafana only uses its sources', () => {
  const of = (id: string) => catalog.services.find((service) => service.id === id)
  expect(of('tempo')?.needs).toEqual(['object-store'])
  expect(of('grafana')?.needs).toEqual([])
  expect(of('grafana')?.uses).toEqual(['prometheus', 'loki', 'tempo'])
})

test('every image is pinned to a version, Excalidraw apart, which publishes none', () => {
  const images = catalog.services.flatMap((service) =>
    service.runtime.kind === 'container' ? [service.runtime.image] : [],
  )
  expect(images).toHaveLength(14)
  expect(images.filter((image) => !/:[^:]*\d/.test(image))).toEqual(['excalidraw/excalidraw:latest'])
})

test('what opens a page that asks who one is says how to sign in', () => {
  const says = (id: string): string | undefined => catalog.services.find((one) => one.id === id)?.signIn
  // Its two accounts have different ends.
  expect(says('object-store')).toMatch(/AWS_ACCESS_KEY_ID.*S3_ACCESS_KEY.*maculactl secrets list --reveal/)
  for (const id of ['grafana', 'powerdns-admin'])
    expect(says(id), 'its user and password stand beside it').toBeUndefined()
})
