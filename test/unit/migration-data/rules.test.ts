import { describe, expect, test } from 'vitest'
import { divide } from '../../../main/engine/migration/data/copy.ts'
import { versionOf } from '../../../main/engine/migration/data/grafana.ts'
import { needOneDrive, objectsIn } from '../../../main/engine/migration/data/object-store.ts'
import { majorOf } from '../../../main/engine/migration/data/postgres.ts'
import { connection, identifier, literal } from '../../../main/engine/migration/data/sql.ts'
import { commonVersion, rolesForOurs } from '../../../main/engine/migration/data/timescale-version.ts'
import { readResolved } from '../../../main/system/stack/resolved.ts'

/** The rules of taking data over, as tables. */

describe('one version of TimescaleDB for both sides', () => {
  const theirs = ['2.11.0', '2.17.2', '2.19.3', '2.20.0']
  const ours = ['2.17.2', '2.19.3', '2.20.0', '2.29.2']
  test.each([
    ['theirs, where ours has it', '2.17.2', theirs, ours, '2.17.2'],
    ['the newest that both have', '2.11.0', theirs, ours, '2.20.0'],
    ['numbers count as numbers', '2.9.0', ['2.9.0', '2.10.0', '2.17.2'], ['2.10.0', '2.17.2'], '2.17.2'],
    ['never an older one', '2.18.0', ['2.17.2', '2.18.0', '2.19.3'], ours, '2.19.3'],
  ])('%s', (_, installed, one, two, version) => {
    expect(commonVersion('macula', installed, one, two)).toBe(version)
  })
  test.each([
    [
      'too new',
      '2.30.1',
      ['2.30.1'],
      /has version 2\.30\.1 .* has 2\.17\.2 to 2\.29\.2.* newer version only.* compose\.override\.yaml/s,
    ],
    ['too old to be brought to one', '2.11.0', ['2.11.0'], /cannot be brought to one.*docker pull/s],
  ])('refused: %s', (_, installed, one, says) => {
    expect(() => commonVersion('macula', installed, one, ours)).toThrow(says)
  })
})

test('roles: what is there is not made again, and ours keeps its password', () => {
  const dumped = [
    '\\restrict abc',
    '-- Roles',
    'CREATE ROLE macula;',
    "ALTER ROLE macula WITH SUPERUSER PASSWORD 'theirs';",
    'CREATE ROLE "odd ""name""";',
    `ALTER ROLE "odd ""name""" WITH LOGIN PASSWORD 'SCRAM';`,
    'CREATE ROLE reader;',
    'ALTER ROLE reader WITH LOGIN;',
    'GRANT reader TO "odd ""name""";',
  ].join('\n')
  expect(rolesForOurs(dumped, new Set(['macula', 'reader']), 'macula').split('\n')).toEqual([
    '-- Roles',
    'CREATE ROLE "odd ""name""";',
    `ALTER ROLE "odd ""name""" WITH LOGIN PASSWORD 'SCRAM';`,
    'ALTER ROLE reader WITH LOGIN;',
    'GRANT reader TO "odd ""name""";',
  ])
})

test.each([
  ['timescale/timescaledb:2.29.2-pg17', 17],
  ['timescale/timescaledb:latest-pg16', 16],
  ['postgres:15-alpine', 15],
  ['postgres:17.11', 17],
  ['localhost:5001/postgres', undefined],
  ['postgres:latest', undefined],
])('the major version of %s', (image, major) => expect(majorOf(image)).toBe(major))

test('names and values cannot be taken for more than they are', () => {
  expect(identifier('a"; DROP TABLE x; --')).toBe('"a""; DROP TABLE x; --"')
  expect(literal("it's \\ this")).toBe("'it''s \\ this'")
  expect(connection("x' host='evil\\")).toBe("dbname='x\\' host=\\'evil\\\\'")
  expect(() => identifier('a\0b')).toThrow('zero byte')
})

const folder = (path: string) => ({ path, folder: true, bytes: 0, uid: 0, gid: 0, mode: 0o755 })
const file = (path: string) => ({ ...folder(path), folder: false })

test('a tree is divided where its bytes are', () => {
  const tree = ['', 'base', 'base/1', 'base/5', 'global'].map(folder).concat([file('PG_VERSION')])
  const { folders, parts } = divide(tree, (path) => path === 'base')
  expect(folders.map(({ path }) => path)).toEqual(['', 'base'])
  expect(parts).toEqual(['base/1', 'base/5', 'global', 'PG_VERSION'])
  expect(divide([], () => true)).toEqual({ folders: [], parts: [] })
})

test.each([
  [
    'MinIO’s own form',
    [
      folder('.minio.sys'),
      file('.minio.sys/format.json'),
      folder('tempo'),
      folder('tempo/a'),
      file('tempo/a/xl.meta'),
      file('tempo/a/uuid'),
    ],
    { buckets: 1, objects: 1 },
  ],
  [
    'plain files',
    [folder('one'), file('one/a'), folder('one/b'), file('one/b/c'), folder('two')],
    { buckets: 2, objects: 2 },
  ],
  ['nothing', [folder('')], { buckets: 0, objects: 0 }],
])('buckets and objects: %s', (_, tree, counts) => expect(objectsIn(tree)).toEqual(counts))

test.each([
  ['nothing known', undefined, undefined],
  ['one drive', '{"format":"xl-single","xl":{"sets":[["a"]]}}', undefined],
  ['several drives', '{"format":"xl","xl":{"sets":[["a","b","c","d"]]}}', 'spread over 4 drives'],
  ['the old form', '{"format":"fs"}', 'has not read since 2022'],
  ['damaged', '{', 'is damaged'],
])('the form of an object store: %s', (_, format, refused) => {
  const look = (): void => needOneDrive(format)
  if (refused === undefined) expect(look).not.toThrow()
  else expect(look).toThrow(refused)
})

test.each([
  ['grafana version 12.3.0', 12_003],
  ['Version 9.5.21 (commit: 1234, branch: HEAD)', 9005],
  ['nothing', undefined],
])('Grafana’s version in "%s"', (text, at) => expect(versionOf(text)?.at).toBe(at))

test('what compose would make: names of volumes, "$" as it was, mounts that are neither are none', () => {
  const said = {
    services: {
      db: {
        image: 'postgres:17',
        command: ['postgres', '-c', 'a=$$b'],
        environment: { POSTGRES_PASSWORD: 'pa$$$$s', EMPTY: null },
        volumes: [
          { type: 'volume', source: 'db', target: '/data' },
          { type: 'bind', source: '/home/me/init.sql', target: '/init.sql', read_only: true },
          { type: 'tmpfs', target: '/tmp' },
        ],
      },
    },
    volumes: { db: { name: 'macula_db' }, theirs: { name: 'x', external: true } },
  }
  expect(readResolved(JSON.stringify(said), 'db')).toEqual({
    image: 'postgres:17',
    entrypoint: undefined,
    argv: ['postgres', '-c', 'a=$b'],
    user: undefined,
    env: { POSTGRES_PASSWORD: 'pa$$s', EMPTY: '' },
    mounts: [
      { type: 'volume', source: 'macula_db', at: '/data', readOnly: false },
      { type: 'bind', source: '/home/me/init.sql', at: '/init.sql', readOnly: true },
    ],
    volumes: [{ key: 'db', name: 'macula_db' }],
  })
  expect(readResolved('{', 'db')).toBeUndefined()
  expect(readResolved('{"services":{}}', 'db')).toBeUndefined()
})
