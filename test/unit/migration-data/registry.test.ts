import { describe, expect, test } from 'vitest'
import { parentsOf, partsOf, readCatalog, wrongBlobs } from '../../../main/engine/migration/data/registry.ts'
import { readManifest } from '../../../main/engine/migration/data/registry-manifest.ts'
import { imageWord, sourceOf } from '../../../main/engine/migration/data/source.ts'
import type { DataSetId, OldContainer } from '../../../main/model/migration.ts'
import { readTree } from '../../../main/system/migration/data/open-volume.ts'
import { partsOf as framesOf } from '../../../main/system/migration/data/once.ts'

const hex = (letter: string): string => letter.repeat(64)
const digest = (letter: string): string => `sha256:${hex(letter)}`

test.each([
  ['registry:2', 'registry'],
  ['docker.io/timescale/timescaledb:latest-pg16', 'timescaledb'],
  ['localhost:5001/postgres@sha256:feed', 'postgres'],
  ['minio/minio', 'minio'],
])('the word of an image: %s', (image, word) => expect(imageWord(image)).toBe(word))

describe('where their stores are', () => {
  const container = (service: string, image: string, at: string): OldContainer => ({
    id: service,
    name: `macula-${service}`,
    service,
    image,
    imageId: 'sha256:1',
    running: false,
    volumes: [{ name: `infrastructure_${service}-data`, at }],
    ports: [],
  })
  const project = {
    project: 'infrastructure',
    folder: '/home/me/dev/infrastructure',
    files: [],
    networks: [],
    containers: [
      container('registry-ui', 'joxit/docker-registry-ui:2', '/var/lib/registry'),
      container('registry', 'registry:2', '/var/lib/registry'),
      container('app-db', 'postgres:15-alpine', '/var/lib/postgresql/data'),
      container('dns-postgres', 'postgres:15-alpine', '/var/lib/postgresql/data'),
      container('timescaledb', 'timescale/timescaledb:latest-pg16', '/var/lib/postgresql/data'),
      container('minio', 'minio/minio:latest', '/data'),
      container('grafana', 'grafana/grafana:latest', '/var/lib/grafana'),
    ],
  }
  test.each<[DataSetId, string]>([
    ['registry', 'infrastructure_registry-data'],
    ['powerdns', 'infrastructure_dns-postgres-data'],
    ['timescaledb', 'infrastructure_timescaledb-data'],
    ['object-store', 'infrastructure_minio-data'],
    ['grafana', 'infrastructure_grafana-data'],
  ])('%s', (id, volume) => expect(sourceOf(project, id)?.volume).toBe(volume))

  test('a store whose data lies elsewhere, or that is not there, is none', () => {
    expect(
      sourceOf({ ...project, containers: [container('registry', 'registry:2', '/elsewhere')] }, 'registry'),
    ).toBeUndefined()
    expect(sourceOf({ ...project, containers: [] }, 'grafana')).toBeUndefined()
  })
})

test('a catalog counts tags and repositories; a deleted revision and layers are none', () => {
  const link = (text: string): Buffer => Buffer.from(text)
  const at = 'repositories/macula/console/_manifests'
  const catalog = readCatalog({
    entries: new Map(),
    bytes: 0,
    contents: new Map([
      [`${at}/tags/dev/current/link`, link(digest('a'))],
      [`${at}/tags/old/current/link`, link(digest('a'))],
      [`${at}/revisions/sha256/${hex('a')}/link`, link(digest('a'))],
      [`${at}/revisions/sha256/${hex('b')}/link`, link(digest('b'))],
      [`${at}/revisions/sha256/${hex('c')}/link`, link('')],
      [`repositories/macula/console/_layers/sha256/${hex('d')}/link`, link(digest('d'))],
    ]),
  })
  expect([...catalog.repositories]).toEqual(['macula/console'])
  expect(catalog.tags).toBe(2)
  expect([...catalog.manifests]).toEqual([
    [digest('a'), ['macula/console:dev', 'macula/console:old']],
    [digest('b'), []],
  ])
})

test.each<[string, object | string, readonly string[] | undefined]>([
  [
    'an image',
    { config: { digest: digest('c') }, layers: [{ digest: digest('1') }, { digest: digest('2') }] },
    [digest('c'), digest('1'), digest('2')],
  ],
  ['a layer that lies elsewhere', { layers: [{ digest: digest('1'), urls: ['https://example.com'] }] }, []],
  [
    'a list: only what was pushed',
    { manifests: [{ digest: digest('a') }, { digest: digest('b') }] },
    [digest('a')],
  ],
  ['the first schema', { fsLayers: [{ blobSum: digest('1') }] }, [digest('1')]],
  ['no JSON', 'broken', undefined],
])('what a manifest needs: %s', (_, said, needs) => {
  const text = typeof said === 'string' ? said : JSON.stringify(said)
  expect(readManifest(Buffer.from(text), (one) => one === digest('a'))).toEqual(needs)
})

test('a blob that is not what its name says is named; other files are not looked at', () => {
  const part = (entries: Readonly<Record<string, string>>) => ({
    entries: new Map(Object.entries(entries)),
    bytes: 0,
    contents: new Map<string, Buffer>(),
  })
  expect(
    wrongBlobs(
      part({
        [`aa/${hex('a')}/data`]: `file 644 0:0 3  0:0 ${hex('a')}`,
        [`aa/${hex('b')}/data`]: `file 644 0:0 3  0:0 ${hex('f')}`,
        'x/link': `file 644 0:0 3  0:0 ${hex('1')}`,
      }),
    ),
  ).toEqual([hex('b')])
})

test('blobs come before links, and each folder above is known', () => {
  const folder = (path: string) => ({ path, folder: true, bytes: 0, uid: 0, gid: 0, mode: 0o755 })
  const root = 'docker/registry/v2'
  const tree = [
    `${root}/repositories`,
    `${root}/repositories/me`,
    `${root}/repositories/me/a`,
    `${root}/blobs/sha256`,
    `${root}/blobs/sha256/ab`,
  ]
  expect(partsOf(tree.map(folder))).toEqual([`${root}/blobs/sha256/ab`, `${root}/repositories/me`])
  expect(parentsOf('a/b/c')).toEqual(['a', 'a/b'])
})

test('what find and stat print: odd names too; a line break in a name makes it unreadable', () => {
  const at = '/macula-kept-data'
  expect(readTree(`regular file|70|70|600|12|${at}/a|b c\ndirectory|0|0|2755|4096|${at}/d\n`)).toEqual([
    { path: 'a|b c', folder: false, bytes: 12, uid: 70, gid: 70, mode: 0o600 },
    { path: 'd', folder: true, bytes: 4096, uid: 0, gid: 0, mode: 0o2755 },
  ])
  expect(readTree(`regular file|0|0|644|1|${at}/a\nb\n`)).toBeUndefined()
})

test('output and errors come apart', () => {
  const frame = (stream: number, text: string): Buffer => {
    const head = Buffer.alloc(8)
    head[0] = stream
    head.writeUInt32BE(text.length, 4)
    return Buffer.concat([head, Buffer.from(text)])
  }
  const { out, err } = framesOf(Buffer.concat([frame(1, 'one'), frame(2, 'bad'), frame(1, 'two')]))
  expect([out.toString(), err.toString()]).toEqual(['onetwo', 'bad'])
})
