import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ComposeProjectSeen } from '../../../main/model/migration.ts'
import {
  buildOld,
  clear,
  clearOurs,
  contentOf,
  docker,
  inVolume,
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

/**
 * Databases of the real PostgreSQL 16 with TimescaleDB 2.19.3, to the real PostgreSQL 17 with 2.19.3 (Debian's; the published
 * images are of other versions of the extension, so bringing one to another is tried by its rule alone).
 */

const IMAGE = 'macula-test/before/timescaledb:pg16'
const theirs = `${OLD}_timescaledb-data`
const ours = `${settings.project}_timescaledb`
const folder = temporaryFolder()
const { signal } = new AbortController()
let from: ComposeProjectSeen

const rows = `
CREATE ROLE reader LOGIN PASSWORD 'reads';
CREATE ROLE "odd ""one""" NOLOGIN;
GRANT reader TO "odd ""one""";
CREATE TABLE readings (at timestamptz NOT NULL, sensor int, value double precision);
SELECT create_hypertable('readings', 'at', chunk_time_interval => interval '1 day');
INSERT INTO readings SELECT timestamptz '2026-01-01' + n * interval '10 minutes', n % 7, n FROM generate_series(0, 4999) n;
CREATE TABLE "Odd Table" (id serial PRIMARY KEY, note text);
INSERT INTO "Odd Table" (note) VALUES ('it''s'), (E'two\\nlines');
GRANT SELECT ON readings TO reader;
ALTER DATABASE macula SET search_path = macula, public;`

beforeAll(async () => {
  await clear()
  buildOld()
  const variables = [
    '--env',
    'POSTGRES_USER=macula',
    '--env',
    'POSTGRES_PASSWORD=old',
    '--env',
    'POSTGRES_DB=macula',
  ]
  const old = oldContainer('timescaledb', IMAGE, '/var/lib/postgresql/data', variables)
  await startDatabase(old.name, 'macula')
  psql(old.name, 'macula', 'macula', 'CREATE EXTENSION timescaledb')
  psql(old.name, 'macula', 'macula', rows)
  psql(old.name, 'macula', 'macula', 'CREATE DATABASE macula_console OWNER reader')
  psql(
    old.name,
    'macula',
    'macula_console',
    "CREATE TABLE users (name text); INSERT INTO users VALUES ('joe'); CREATE VIEW all_users AS SELECT * FROM users",
  )
  stopDatabase(old.name)
  from = oldProject([old])
})
beforeEach(clearOurs)
afterAll(async () => {
  await clear()
  folder.remove()
})

/** Serves what came into ours, for a look. */
async function serveOurs<T>(look: (container: string) => T): Promise<T> {
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
    'timescale/timescaledb:2.29.2-pg17',
    'postgres',
    '-c',
    'shared_preload_libraries=timescaledb',
  )
  try {
    await startDatabase(name, 'macula', 'running')
    return look(name)
  } finally {
    docker('rm', '-f', name)
  }
}

it('databases, roles, hypertables and rows come over; our password is there as well', async () => {
  const { adapters, move } = await openOursIn(folder.path)
  const before = contentOf(theirs)
  expect(await move('timescaledb').measure(from)).toMatchObject({
    kind: 'found',
    says: expect.stringContaining('PostgreSQL 16') as string,
  })
  const { told, tell } = listening()
  expect(await move('timescaledb').take(from, tell, signal)).toEqual({
    says: '2 databases, 3 tables, 1 hypertable, 5003 rows: all counts equal',
    movedAside: [],
  })
  expect(new Set(told.map(({ says }) => says.replace(/ \(.*/, '')))).toContain(
    'loading the database macula_console',
  )
  expect(contentOf(theirs)).toBe(before)
  expect(await left()).toEqual({ volumes: [ours], helpers: 0 })
  // Their password of the user macula did not come: ours is what Macula hands out.
  const password = (await adapters.secrets.read()).get('POSTGRES_PASSWORD') ?? ''
  const asked = [
    [
      'macula',
      "SELECT count(*), sum(value), (SELECT num_chunks FROM timescaledb_information.hypertables WHERE hypertable_name = 'readings') FROM public.readings",
    ],
    ['macula', 'SELECT string_agg(note, \'|\' ORDER BY id) FROM public."Odd Table"'],
    [
      'macula',
      "INSERT INTO public.readings VALUES ('2026-06-01', 1, 1); SELECT count(*) FROM show_chunks('public.readings')",
    ],
    ['macula', "SELECT current_setting('search_path'), current_setting('timescaledb.restoring')"],
    [
      'macula_console',
      "SELECT name, (SELECT rolname FROM pg_roles r JOIN pg_database d ON d.datdba = r.oid WHERE datname = 'macula_console'), has_table_privilege('reader', 'users', 'SELECT') FROM all_users",
    ],
    [
      'macula',
      "SELECT rolpassword LIKE 'SCRAM%', pg_has_role('odd \"one\"', 'reader', 'MEMBER') FROM pg_authid WHERE rolname = 'reader'",
    ],
  ] as const
  const said = await serveOurs((name) => [
    ...asked.map(([database, sql]) => psql(name, 'macula', database, sql)),
    docker(
      'exec',
      '--env',
      `PGPASSWORD=${password}`,
      name,
      'psql',
      '-h',
      '127.0.0.1',
      '-U',
      'macula',
      '-Atc',
      'SELECT 1',
    ),
  ])
  expect(said).toEqual([
    '5000|12497500|35',
    "it's|two\nlines",
    '36',
    'macula, public|off',
    'joe|reader|f',
    't|t',
    '1',
  ])
})

/** A Macula whose loading is watched, and where a row may get lost on its way. */
async function watched(stop: AbortController | undefined, isLost: boolean) {
  const opened = await openOursIn(folder.path)
  const loaded: string[] = []
  const { move } = await openOursIn(folder.path, {
    session: async (work) =>
      await opened.adapters.data.session(
        async (hands) =>
          await work({
            ...hands,
            async box(wish, ending) {
              const box = await hands.box(wish, ending)
              return {
                ...box,
                async run(argv, ended, env) {
                  if (argv[0] === 'pg_restore') {
                    loaded.push(argv.at(-2) ?? '')
                    if (loaded.length === 2) stop?.abort()
                  }
                  const ran = await box.run(argv, ended, env)
                  // A row is lost on its way, after all was loaded.
                  if (argv[0] === 'pg_restore' && isLost)
                    await box.run(['psql', '-d', 'macula_console', '-c', 'DELETE FROM users'], ended, env)
                  return ran
                },
              }
            },
          }),
      ),
  })
  return { move, loaded }
}

it('interrupted while a database is loaded it goes on with that one', async () => {
  const stop = new AbortController()
  const { move, loaded } = await watched(stop, false)
  await expect(move('timescaledb').take(from, () => undefined, stop.signal)).rejects.toThrow(
    'it continues where it stopped',
  )
  expect((await move('timescaledb').take(from, () => undefined, signal)).says).toContain(
    '2 databases, 3 tables',
  )
  expect(loaded).toEqual(["dbname='macula'", "dbname='macula_console'", "dbname='macula_console'"])
})

it('a copy that is not equal is told, and what ours had is put back', async () => {
  const labels = [`com.docker.compose.project=${settings.project}`, `dev.macula.project=${settings.project}`]
  docker('volume', 'create', ...labels.flatMap((label) => ['--label', label]), ours)
  inVolume(ours, 'echo mine >own && chmod 600 own')
  const before = contentOf(ours)
  const { move } = await watched(undefined, true)
  await expect(move('timescaledb').take(from, () => undefined, signal)).rejects.toMatchObject({
    trouble: {
      what: 'The database macula_console was not copied whole: public.users has 0 of 1 rows.',
      todo: expect.stringContaining('own data is back where it was') as string,
    },
  })
  expect(contentOf(ours)).toBe(before)
  expect(await left()).toEqual({ volumes: [ours], helpers: 0 })
})

it('an extension that ours has not is refused by name before ours is touched', async () => {
  const { move } = await openOursIn(folder.path)
  const volume = `${OLD}_strange-data`
  // An extension of one file, as if their image had had it.
  const name = `${OLD}-strange`
  docker(
    'run',
    '--detach',
    '--name',
    name,
    '--network',
    'none',
    '--env',
    'POSTGRES_USER=macula',
    '--env',
    'POSTGRES_PASSWORD=old',
    '--volume',
    `${volume}:/var/lib/postgresql/data`,
    IMAGE,
  )
  await startDatabase(name, 'macula', 'running')
  const write = [
    'exec',
    '-i',
    name,
    'bash',
    '-c',
    'd=$(pg_config --sharedir)/extension; echo "default_version = \'1\'" >$d/strange.control; : >$d/strange--1.sql',
  ]
  execFileSync('docker', write)
  psql(name, 'macula', 'macula', 'CREATE EXTENSION strange')
  stopDatabase(name)
  const strange = {
    ...from,
    containers: from.containers.map((one) => ({
      ...one,
      volumes: [{ name: volume, at: '/var/lib/postgresql/data' }],
    })),
  }
  await expect(move('timescaledb').take(strange, () => undefined, signal)).rejects.toThrow(
    'The database macula needs strange, which Macula’s image does not have',
  )
  expect(await left()).toEqual({ volumes: [], helpers: 0 })
})
