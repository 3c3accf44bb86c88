import { execa } from 'execa'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { SHIPPED as SHIPPED_FOLDER, startServer, type Server } from './server.ts'

/** Migrations of a database, in the real PostgreSQL with TimescaleDB: whole, once, and on what is there already. */

let server: Server
let folder = ''
const names = 'SELECT number, name FROM macula_desktop.migrations ORDER BY number'
const SHIPPED = ['1|roles', '2|events', '3|snapshots-and-metrics', '4|monitoring', '5|streams-vacuum']

beforeAll(async () => void (server = await startServer('macula-it-migrations')))
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'macula-migrations-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(async () => await server.clear())

function put(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

test('a database from empty gets all of them once; a second start changes nothing', async () => {
  const first = await server.migrate('empty')
  expect(first.lacks).toBeUndefined()
  expect(first.notes.at(-1)).toBe(
    'The database empty of TimescaleDB has new migrations: 1 (roles), 2 (events), 3 (snapshots-and-metrics) and 2 more.',
  )
  const at = 'SELECT max(applied_at) FROM macula_desktop.migrations'
  const before = await server.rows('empty', names, at)
  expect(before.slice(0, SHIPPED.length)).toEqual(SHIPPED)
  expect(await server.migrate('empty')).toEqual({ notes: [], lacks: undefined })
  expect(await server.rows('empty', names, at)).toEqual(before)
  // Nothing of the version before was there, so its names are not either.
  expect(
    await server.rows('empty', "SELECT to_regclass('macula.events'), to_regnamespace('macula_before')"),
  ).toEqual(['|'])
})

test('the data of the version before goes on: rows, order, what was built on it, and programs that use its names', async () => {
  const old = readFileSync(fileURLToPath(new URL('init-before.sql', import.meta.url)), 'utf8')
  await server.rows('postgres', 'CREATE DATABASE before')
  await server.rows('before', old.replace('ALTER DATABASE macula', 'ALTER DATABASE before'))
  await server.rows(
    'before',
    `INSERT INTO macula.events (stream, version, kind, payload) SELECT 's' || n % 10, n / 10 + 1, 'k', jsonb_build_object('n', n) FROM generate_series(0, 99) n`,
    "INSERT INTO macula.snapshots (stream, version, state) VALUES ('s1', 3, '{}')",
    "INSERT INTO macula.metrics SELECT now() - n * interval '1 hour', 'cpu', '{}', n FROM generate_series(1, 100) n",
    'CREATE VIEW public.mine AS SELECT count(*) FROM macula.events',
    'CREATE TABLE macula.own (n int); INSERT INTO macula.own VALUES (7)',
  )
  const rows = 'position, stream, version, kind, payload, metadata, recorded_at'
  const [before] = await server.rows(
    'before',
    `SELECT md5(string_agg(e::text, ';' ORDER BY position)) FROM (SELECT ${rows} FROM macula.events) e`,
  )
  expect((await server.migrate('before')).lacks).toBeUndefined()
  expect(await server.rows('before', names)).toEqual(SHIPPED)
  for (const table of ['events.events', 'macula.events', 'macula_before.events'])
    expect(
      await server.rows(
        'before',
        `SELECT md5(string_agg(e::text, ';' ORDER BY position)) FROM (SELECT ${rows} FROM ${table}) e`,
      ),
    ).toEqual([before])
  expect(
    await server.rows(
      'before',
      "SELECT version FROM events.streams WHERE stream = 's3'",
      'SELECT count(*), sum(value) FROM metrics.samples',
      'SELECT stream, version FROM snapshots.snapshots',
      'SELECT * FROM public.mine',
      'SELECT n FROM own',
    ),
  ).toEqual(['10', '100|5050', 's1|3', '100', '7'])
  // As a program of the version before: it appends, collides, and writes snapshots and metrics.
  const append = `INSERT INTO events (stream, version, kind, payload) VALUES ('s3', 11, 'k', '{}') RETURNING position, version`
  expect(await server.rows('before', append)).toEqual(['101|11'])
  const again = await server.sql('macula', 'before', '\\set VERBOSITY verbose', append)
  expect(again.stderr).toContain('ERROR:  23505: stream s3 is at version 11, not 10')
  expect(
    await server.rows(
      'before',
      "INSERT INTO macula.snapshots VALUES ('s1', 9, '{}') ON CONFLICT (stream) DO UPDATE SET version = EXCLUDED.version",
      "INSERT INTO macula.metrics VALUES (now(), 'cpu', '{}', 1)",
      'SELECT (SELECT version FROM snapshots.snapshots), (SELECT count(*) FROM metrics.samples)',
    ),
  ).toEqual(['9|101'])
})

test('a database that has the first four gets the fifth alone, in spite of a short limit: rows stay, appends stay within their page', async () => {
  for (const name of readdirSync(SHIPPED_FOLDER))
    if (name < '0005') put({ [name]: readFileSync(join(SHIPPED_FOLDER, name), 'utf8') })
  expect((await server.migrate('four', folder)).lacks).toBeUndefined()
  const append =
    'SELECT count(*) FROM events.append(\'s\' || (n % 20), NULL, ARRAY[\'{"kind": "k"}\'::jsonb])'
  await server.rows('four', `SELECT sum((${append})) FROM generate_series(1, 200) n`)
  const rows = 'SELECT count(*), sum(version) FROM events.streams'
  const before = await server.rows('four', rows)
  expect(before).toEqual(['20|200'])
  // A migration waits for as long as it needs, whatever is set for programs.
  await server.rows('four', "ALTER ROLE macula IN DATABASE four SET statement_timeout = '150ms'")
  put({
    '0005-streams-vacuum.sql': `SELECT pg_sleep(0.4); ${readFileSync(join(SHIPPED_FOLDER, '0005-streams-vacuum.sql'), 'utf8')}`,
  })
  expect((await server.migrate('four', folder)).lacks).toBeUndefined()
  await server.rows('four', 'ALTER ROLE macula IN DATABASE four RESET statement_timeout')
  expect(await server.rows('four', rows)).toEqual(before)
  const [options = ''] = await server.rows(
    'four',
    "SELECT reloptions::text FROM pg_class WHERE oid = 'events.streams'::regclass",
  )
  expect(options).toContain('autovacuum_vacuum_scale_factor=0.01')
  await server.rows(
    'four',
    'VACUUM FULL events.streams',
    `SELECT sum((${append})) FROM generate_series(1, 20) n`,
    'SELECT pg_stat_force_next_flush()',
  )
  const [hot = ''] = await server.rows(
    'four',
    "SELECT n_tup_hot_upd >= 20 FROM pg_stat_user_tables WHERE relid = 'events.streams'::regclass",
  )
  expect(hot).toBe('t')
})

test('a schema of the person’s own in the way is told with what to do; the one before is kept, and the next start goes on', async () => {
  await server.rows('postgres', 'CREATE DATABASE busy')
  await server.rows('busy', 'CREATE SCHEMA events; CREATE TABLE events.mine (n int)')
  const { lacks } = await server.migrate('busy')
  expect(lacks).toEqual({
    says: 'its database busy is not as this version expects it',
    why: 'Migration 2 (events) was not applied to the database busy, which is as it was before. PostgreSQL says: ERROR:  there is a schema events already, which is not the event store of the platform. Give it another name: ALTER SCHEMA events RENAME TO ...',
    todo: 'Repair what it names; maculactl up timescaledb goes on with it.',
  })
  expect(await server.rows('busy', names)).toEqual(['1|roles'])
  await server.rows('busy', 'ALTER SCHEMA events RENAME TO own_events')
  expect((await server.migrate('busy')).lacks).toBeUndefined()
  expect(await server.rows('busy', names)).toEqual(SHIPPED)
})

test('one that fails at its end leaves nothing, nor can it end its own transaction', async () => {
  put({
    '0001-half.sql': 'CREATE TABLE public.half (n int);\nINSERT INTO public.half VALUES (1);\nSELECT 1 / 0;',
  })
  expect((await server.migrate('half', folder)).lacks?.why).toContain(
    'PostgreSQL says: ERROR:  division by zero',
  )
  put({ '0001-half.sql': 'CREATE TABLE public.half (n int);\nCOMMIT;\nSELECT 1 / 0;' })
  expect((await server.migrate('half', folder)).lacks?.why).toContain(
    'EXECUTE of transaction commands is not implemented',
  )
  expect(await server.rows('half', "SELECT to_regclass('public.half')", names)).toEqual([''])
  // Only what is said is run: words of psql are none of it.
  put({
    '0001-half.sql':
      "CREATE TABLE public.half (t text);\nINSERT INTO public.half VALUES (':name \\echo $$ x');",
  })
  expect((await server.migrate('half', folder)).lacks).toBeUndefined()
  expect(await server.rows('half', 'SELECT t FROM public.half')).toEqual([':name \\echo $$ x'])
})

/** Goes on only when there is a table `go`. */
const WAITS = {
  '0001-first.sql': 'CREATE TABLE public.first (n int);',
  '0002-slow.sql': `CREATE TABLE public.half (n int);
DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'go') LOOP PERFORM pg_sleep(0.05); END LOOP; END $$;
INSERT INTO public.half VALUES (1);`,
}
const untilSlow = async (database: string): Promise<void> =>
  await vi.waitFor(
    async () =>
      expect(
        await server.rows(
          database,
          "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()",
        ),
      ).toEqual(['1']),
    { timeout: 60_000, interval: 50 },
  )

test('the server is killed in the middle of one: nothing of it is there, and the next start does it whole', async () => {
  put(WAITS)
  const running = server.migrate('killed', folder)
  await untilSlow('killed')
  await server.container.kill()
  expect((await running).lacks?.says).toBe('its database killed is not as this version expects it')
  await server.start()
  expect(await server.rows('killed', "SELECT to_regclass('public.half')", names)).toEqual(['', '1|first'])
  await server.rows('killed', 'CREATE TABLE public.go (n int)')
  expect((await server.migrate('killed', folder)).lacks).toBeUndefined()
  expect(await server.rows('killed', 'SELECT n FROM public.half', names)).toEqual(['1', '1|first', '2|slow'])
})

test('the engine is killed in the middle of one: the next start waits for what is under way, and nothing is done twice', async () => {
  put(WAITS)
  // A process of its own, which makes the database and then stands where ours stands.
  await server.rows('postgres', 'CREATE DATABASE engine')
  const system = (file: string) => new URL(`../../../main/system/${file}`, import.meta.url).href
  const script = `
    const { openDocker } = await import('${system('docker/open-docker.ts')}')
    const { openInside } = await import('${system('inside/open-inside.ts')}')
    const { defaultSettings } = await import('${system('keep/settings.ts')}')
    const inside = openInside(await openDocker({ ...defaultSettings, project: 'macula-it-migrations' }, process.env))
    const at = { user: 'macula', database: 'engine' }
    await inside.appliedMigrations('${server.id}', at)
    for (const one of await inside.migrations(${JSON.stringify(folder)})) await inside.applyMigration('${server.id}', at, one)`
  const actor = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false })
  await untilSlow('engine')
  actor.kill('SIGKILL')
  await actor
  const next = server.migrate('engine', folder)
  await server.rows('engine', 'CREATE TABLE public.go (n int)')
  expect((await next).lacks).toBeUndefined()
  expect(await server.rows('engine', 'SELECT n FROM public.half', names)).toEqual(['1', '1|first', '2|slow'])
})

test('two engines at once: each migration is applied by one of them', async () => {
  const both = await Promise.all([server.migrate('both'), server.migrate('both')])
  expect(both.map(({ lacks }) => lacks)).toEqual([undefined, undefined])
  expect(await server.rows('both', names)).toEqual(SHIPPED)
})

test('a text that was changed afterwards, and a database of a newer version: told, and left alone', async () => {
  put({ '0001-a.sql': 'CREATE TABLE public.a (n int);' })
  await server.migrate('changed', folder)
  put({ '0001-a.sql': 'CREATE TABLE public.a (n bigint);', '0002-b.sql': 'CREATE TABLE public.b (n int);' })
  expect((await server.migrate('changed', folder)).lacks?.why).toContain(
    'Migration 1 (a) of the database changed is not the one that was applied.',
  )
  expect(await server.rows('changed', "SELECT to_regclass('public.b')", names)).toEqual(['', '1|a'])
  await server.rows(
    'empty',
    "INSERT INTO macula_desktop.migrations (number, name, checksum) VALUES (99, 'later', 'x')",
  )
  const { lacks } = await server.migrate('empty')
  expect(lacks?.why).toContain('it has migration 99 (later), this version ends with 5.')
  expect(lacks?.todo).toBe('Install the version that made it, or a newer one.')
})

test('an extension is brought to the version of the image, in databases of programs too, and stays at what it cannot leave', async () => {
  // An extension of three files, as a newer image would bring its second version.
  const write = async (version: string) =>
    await execa('docker', [
      'exec',
      '-u',
      'root',
      server.id,
      'bash',
      '-c',
      `d=$(pg_config --sharedir)/extension; echo "default_version = '${version}'" >$d/dated.control; echo "CREATE TABLE public.dated_1 ();" >$d/dated--1.sql; echo "CREATE TABLE public.dated_2 ();" >$d/dated--1--2.sql`,
    ])
  const spec = { user: 'macula', names: ['dated'], extensions: ['dated'] }
  const versions = "SELECT installed_version FROM pg_available_extensions WHERE name = 'dated'"
  await write('1')
  await server.inside.ensureDatabases(server.id, spec, spec.names)
  await server.rows('postgres', 'CREATE DATABASE made_by_a_program', 'CREATE DATABASE without')
  await server.rows('without', 'DROP EXTENSION dated')
  await write('2')
  await server.inside.ensureDatabases(server.id, spec, spec.names)
  for (const [name, version] of [
    ['dated', '2'],
    ['made_by_a_program', '2'],
    ['template1', '2'],
    ['without', ''],
  ] as const)
    expect([name, ...(await server.rows(name, versions))]).toEqual([name, version])
  await write('3')
  await expect(server.inside.ensureDatabases(server.id, spec, spec.names)).rejects.toThrow(
    /dated of the database dated stays at version 2; the image has 3\. PostgreSQL says: extension "dated" has no update path/,
  )
  await write('2')
})
