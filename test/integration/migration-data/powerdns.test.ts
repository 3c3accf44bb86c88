import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ComposeProjectSeen } from '../../../main/model/migration.ts'
import {
  buildOld,
  clear,
  clearOurs,
  contentOf,
  docker,
  left,
  listening,
  OLD,
  oldContainer,
  oldProject,
  openOursIn,
  psql,
  settings,
  startDatabase,
  stopDatabase,
  temporaryFolder,
} from './world.ts'

/** PowerDNS' zones: the real PostgreSQL 15 with PowerDNS' own schema, to the real PostgreSQL 17 of our stack. */

const IMAGE = 'macula-test/before/postgres:15'
const theirs = `${OLD}_dns-postgres-data`
const ours = `${settings.project}_powerdns-db`
const folder = temporaryFolder()
const { signal } = new AbortController()
let from: ComposeProjectSeen

const zones = `
INSERT INTO domains (name, type, options) SELECT 'zone' || n || '.lab', 'NATIVE', NULL FROM generate_series(1, 3) n;
INSERT INTO records (domain_id, name, type, content, ttl) SELECT 1 + n % 3, 'host' || n || '.zone' || (1 + n % 3) || '.lab', 'A', '10.0.0.' || n % 250, 60 FROM generate_series(1, 57) n;
INSERT INTO records (domain_id, name, type, content, ttl) VALUES (1, 'zone1.lab', 'TXT', 'it''s "quoted" \\ and ümlaut', 60);
INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'ALLOW-AXFR-FROM', 'AUTO-NS');
INSERT INTO cryptokeys (domain_id, flags, active, content) VALUES (1, 257, true, 'Private-key-format: v1.2');
INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('transfer', 'hmac-sha256', 'c2VjcmV0');
INSERT INTO comments (domain_id, name, type, modified_at, comment) VALUES (1, 'zone1.lab', 'SOA', 1700000000, 'by hand');
DELETE FROM records WHERE id = 57;`

beforeAll(async () => {
  await clear()
  buildOld()
  const variables = [
    '--env',
    'POSTGRES_USER=dnsowner',
    '--env',
    'POSTGRES_PASSWORD=old',
    '--env',
    'POSTGRES_DB=zones',
  ]
  const old = oldContainer('dns-postgres', IMAGE, '/var/lib/postgresql/data', variables)
  await startDatabase(old.name, 'dnsowner')
  // The schema is the one that PowerDNS ships (the same from 4.7 to 5.1).
  const schema = docker(
    'run',
    '--rm',
    'macula-test/base',
    'cat',
    '/usr/local/share/doc/pdns/schema.pgsql.sql',
  )
  psql(old.name, 'dnsowner', 'zones', schema)
  psql(old.name, 'dnsowner', 'zones', zones)
  stopDatabase(old.name)
  from = oldProject([old])
})
beforeEach(clearOurs)
afterAll(async () => {
  await clear()
  folder.remove()
})

async function oursSays(sql: string): Promise<string> {
  const name = `${OLD}-look`
  docker(
    'run',
    '--detach',
    '--name',
    name,
    '--network',
    'none',
    '--volume',
    `${ours}:/var/lib/postgresql/data`,
    'postgres:17.11',
  )
  try {
    await startDatabase(name, 'pdns', 'running')
    return psql(name, 'pdns', 'pdns', sql)
  } finally {
    docker('rm', '-f', name)
  }
}

it('zones, records and keys come into our schema, counted and equal; their volume is as it was', async () => {
  const { move } = await openOursIn(folder.path)
  const before = contentOf(theirs)
  expect(await move('powerdns').measure(from)).toMatchObject({
    kind: 'found',
    says: expect.stringContaining('PostgreSQL 15') as string,
    replaces: false,
  })
  const { told, tell } = listening()
  expect(await move('powerdns').take(from, tell, signal)).toEqual({
    says: '3 zones, 57 records, 1 key: all counts equal',
    movedAside: [],
  })
  expect(told.at(-1)?.doneBytes).toBeGreaterThan(1_000_000)
  expect(contentOf(theirs)).toBe(before)
  expect(await left()).toEqual({ volumes: [ours], helpers: 0 })
  expect(
    await oursSays(
      `SELECT (SELECT string_agg(name, ' ' ORDER BY name) FROM domains), (SELECT content FROM records WHERE type = 'TXT'),
       (SELECT secret FROM tsigkeys), (SELECT comment FROM comments), nextval('records_id_seq') > 58`,
    ),
  ).toBe(`zone1.lab zone2.lab zone3.lab|it's "quoted" \\ and ümlaut|c2VjcmV0|by hand|t`)
})

it('interrupted while it is copied, dumped and loaded it goes on; ours is never half of one and half of another', async () => {
  const opened = await openOursIn(folder.path)
  let stop = new AbortController()
  const ends: string[] = []
  /** Ends a taking at the first program whose argv has this word. */
  let word = ''
  const { move, adapters } = await openOursIn(folder.path, {
    session: async (work) =>
      await opened.adapters.data.session(
        async (hands) =>
          await work({
            ...hands,
            async copy(one, two, path, onBytes, ending) {
              if (word === 'copy') stop.abort()
              return await hands.copy(one, two, path, onBytes, ending)
            },
            async box(wish, ending) {
              const box = await hands.box(wish, ending)
              return {
                ...box,
                async run(argv, ended, env) {
                  if (argv.some((one) => one.startsWith(word))) {
                    ends.push(argv[0] ?? '')
                    stop.abort()
                  }
                  return await box.run(argv, ended, env)
                },
              }
            },
          }),
      ),
  })
  for (word of ['copy', 'pg_dump', 'pg_isready', 'pg_restore']) {
    stop = new AbortController()
    await expect(move('powerdns').take(from, () => undefined, stop.signal)).rejects.toThrow(
      'it continues where it stopped',
    )
    expect((await left()).helpers).toBe(0)
  }
  expect(ends).toEqual(['pg_dump', 'pg_isready', 'pg_restore'])
  // The dump was made once: the copy of their files is gone by then.
  expect((await adapters.data.kept('powerdns'))?.done).toContain('dumped')
  word = 'nothing'
  expect(await move('powerdns').take(from, () => undefined, signal)).toMatchObject({
    says: '3 zones, 57 records, 1 key: all counts equal',
  })
  expect(await left()).toEqual({ volumes: [ours], helpers: 0 })
})

it('a database that is too new, and one without zones, are refused before ours is touched', async () => {
  const { move } = await openOursIn(folder.path)
  const volume = `${OLD}_newer-dns-data`
  docker(
    'run',
    '--rm',
    '--network',
    'none',
    '--volume',
    `${volume}:/data`,
    'macula-test/base',
    'bash',
    '-c',
    'echo 18 > /data/PG_VERSION',
  )
  const newer = {
    ...from,
    containers: from.containers.map((one) => ({
      ...one,
      volumes: [{ name: volume, at: '/var/lib/postgresql/data' }],
    })),
  }
  expect(await move('powerdns').measure(newer)).toMatchObject({
    kind: 'refused',
    trouble: {
      what: 'The zones of PowerDNS cannot be taken over: it is a database of PostgreSQL 18, Macula’s is 17.',
    },
  })
  const gone = {
    ...from,
    containers: from.containers.map((one) => ({
      ...one,
      image: 'macula-test/gone/postgres:15',
      imageId: `sha256:${'0'.repeat(64)}`,
    })),
  }
  await expect(move('powerdns').take(gone, () => undefined, signal)).rejects.toMatchObject({
    trouble: { todo: 'docker pull macula-test/gone/postgres:15' },
  })
  expect((await left()).volumes.filter((name) => name.startsWith(ours))).toEqual([])
})
