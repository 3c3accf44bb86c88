import { execa } from 'execa'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type Role, type Server } from './server.ts'

/** The event store that a start of ours makes, in the real PostgreSQL with TimescaleDB. */

let server: Server
const DB = 'store'

beforeAll(async () => {
  server = await startServer('macula-it-events')
  const { lacks } = await server.migrate(DB)
  expect(lacks).toBeUndefined()
})
afterAll(async () => await server.clear())

const one = `ARRAY['{"kind": "seen"}']::jsonb[]`
const as = async (role: Role, ...statements: readonly string[]) => await server.sql(role, DB, ...statements)

test('1,000 appends of 50 writers to 50 streams: versions without a gap, none twice; a reader passes over nothing', async () => {
  // Half of them take whatever version there is; half decide on the version that they read, and decide again when they lost.
  const script = String.raw`\set stream random(1, 50)
SELECT count(*) FROM events.append('stream-' || :stream, NULL, ${one});
\set stream random(1, 50)
DO $$
DECLARE
  at bigint;
BEGIN
  LOOP
    at := coalesce((SELECT version FROM events.streams WHERE stream = 'stream-' || :stream), 0);
    BEGIN
      PERFORM events.append('stream-' || :stream, at, ${one});
      EXIT;
    EXCEPTION WHEN SQLSTATE 'MES01' THEN
    END;
  END LOOP;
END
$$;`
  // prettier-ignore
  const writers = execa('docker', [
    'exec', '-i', '--env', 'PGPASSWORD', server.id, 'pgbench', '-n', '-h', '127.0.0.1', '-U', 'macula_app',
    '-c', '50', '-j', '2', '-t', '10', '-f', '/dev/stdin', DB,
  ], { input: script, env: { PGPASSWORD: 'of-the-app' }, reject: false })
  let ended = false
  const ending = writers.then((ran) => {
    ended = true
    return ran
  })
  const read: number[] = []
  for (;;) {
    const isLast = ended
    const found = await as('macula_read', `SELECT position FROM events.read_all(${read.at(-1) ?? 0})`)
    expect(found.stderr).toBe('')
    const positions = found.stdout === '' ? [] : found.stdout.split('\n').map(Number)
    read.push(...positions)
    if (isLast && positions.length === 0) break
  }
  const ran = await ending
  expect([ran.exitCode, ran.stdout], ran.stderr).toEqual([
    0,
    expect.stringContaining('transactions actually processed: 500/500'),
  ])
  const [all] = await server.rows(
    DB,
    "SELECT count(*), count(DISTINCT position) FROM events.events WHERE stream LIKE 'stream-%'",
  )
  expect(all).toBe('1000|1000')
  const wrong = await server.rows(
    DB,
    `SELECT stream, all_of_it, until FROM (SELECT stream, array_agg(version ORDER BY version) AS all_of_it FROM events.events GROUP BY stream) AS e
     FULL JOIN (SELECT stream, version AS until FROM events.streams) AS s USING (stream)
     WHERE all_of_it IS DISTINCT FROM ARRAY(SELECT generate_series(1, until))`,
  )
  expect(wrong).toEqual([''])
  const [positions] = await server.rows(DB, 'SELECT json_agg(position ORDER BY position) FROM events.events')
  expect(read).toEqual(JSON.parse(positions ?? ''))
})

describe('an append', () => {
  const append = async (sql: string) =>
    await as('macula_app', `\\set VERBOSITY verbose`, `SELECT version FROM events.append(${sql})`)
  test('to a stream at the version that is expected gives the next ones, in their order', async () => {
    expect((await append(`'cart', 0, ARRAY['{"kind": "a"}', '{"kind": "b"}']::jsonb[]`)).stdout).toBe('1\n2')
    expect((await append(`'cart', 2, ${one}`)).stdout).toBe('3')
    expect((await append(`'cart', NULL, ${one}`)).stdout).toBe('4')
    expect((await as('macula_read', "SELECT version, kind FROM events.read('cart', 2)")).stdout).toBe(
      '2|b\n3|seen\n4|seen',
    )
  })
  test.each([0, 3, 99])(
    'that expects version %d of a stream at 4 is told with a code of its own',
    async (at) => {
      const { stderr } = await append(`'cart', ${at}, ${one}`)
      expect(stderr).toContain(`ERROR:  MES01: stream cart is at version 4, not ${at}`)
    },
  )
  test.each([
    `'', 0, ${one}`,
    `repeat('x', 256), 0, ${one}`,
    `'new', -1, ${one}`,
    `'new', 0, ARRAY[]::jsonb[]`,
    `'new', 0, ARRAY['{}']::jsonb[]`,
    `'new', 0, ARRAY['3']::jsonb[]`,
    `'new', 0, ARRAY[NULL]::jsonb[]`,
  ])('of what cannot be one (%s) is refused, and nothing is there', async (what) => {
    expect((await append(what)).stderr).toContain('ERROR:  22023:')
    expect(await server.rows(DB, "SELECT count(*) FROM events.streams WHERE stream = 'new'")).toEqual(['0'])
  })
  test('keeps ids, cause and metadata, and tells who listens', async () => {
    const id = '5f0c1b52-4f7e-4a53-a8b3-0c8b1d6a9a11'
    const event = {
      kind: 'paid',
      id,
      payload: { sum: 3 },
      metadata: { by: 'me' },
      causation_id: id,
      correlation_id: id,
    }
    const { stdout } = await as(
      'macula_app',
      'LISTEN events',
      `SELECT count(*) FROM events.append('told', 0, ARRAY['${JSON.stringify(event)}']::jsonb[])`,
    )
    expect(stdout).toMatch(
      /Asynchronous notification "events" with payload "\{"stream" : "told", "version" : 1, "position" : \d+\}" received/,
    )
    const [kept] = await server.rows(DB, "SELECT to_json(e) FROM events.read('told') AS e")
    expect(JSON.parse(kept ?? '')).toMatchObject(event)
  })
  test('that is not over holds back what comes after it, so that no reader passes it over', async () => {
    const last = Number((await server.rows(DB, 'SELECT last_value FROM events.positions'))[0])
    // prettier-ignore
    const slow = execa('docker', ['exec', '-i', server.id, 'psql', '-XAtq', '-U', 'macula', '-d', DB, '-f', '-'], { reject: false })
    slow.stdin.write(`BEGIN;\nSELECT 'begun ' || position FROM events.append('slow', 0, ${one});\n`)
    await new Promise((resolve) => slow.stdout.once('data', resolve))
    await append(`'fast', 0, ${one}`)
    const behind = async () => (await as('macula_read', `SELECT stream FROM events.read_all(${last})`)).stdout
    expect(await behind()).toBe('')
    slow.stdin.end('COMMIT;\n')
    await slow
    expect(await behind()).toBe('slow\nfast')
  })
  test('read as a whole in a transaction that sees an old state is refused', async () => {
    const { stderr } = await as(
      'macula_read',
      'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM events.read_all(); COMMIT',
    )
    expect(stderr).toContain('READ COMMITTED')
  })
})

describe('rights', () => {
  test.each<readonly [Role, string]>([
    ['macula_read', `SELECT events.append('x', NULL, ${one})`],
    ['macula_read', "INSERT INTO snapshots.snapshots (stream, version, state) VALUES ('x', 1, '{}')"],
    ['macula_read', "INSERT INTO metrics.samples (name, value) VALUES ('x', 1)"],
    ['macula_read', 'CREATE TABLE mine (n int)'],
    // Who turns off the default that it only reads has no right to write all the same.
    [
      'macula_read',
      "SET default_transaction_read_only = off; INSERT INTO metrics.samples (name, value) VALUES ('x', 1)",
    ],
    ['macula_app', 'DELETE FROM events.events'],
    ['macula_app', "UPDATE events.events SET kind = 'other'"],
    ['macula_app', 'TRUNCATE events.events'],
    ['macula_app', "INSERT INTO events.events (position, stream, version, kind) VALUES (0, 'x', 1, 'x')"],
    ['macula_app', 'UPDATE events.streams SET version = 1'],
    ['macula_app', 'DROP TABLE events.events'],
    ['macula_app', 'CREATE TABLE events.mine (n int)'],
    ['macula_app', 'SET events.maintenance = on; DELETE FROM events.events'],
    ['macula_app', 'SELECT * FROM macula_desktop.migrations'],
    ['macula_owner', 'SELECT * FROM pg_authid'],
    ['macula_owner', 'CREATE DATABASE mine'],
  ])('%s may not: %s', async (role, statement) => {
    const ran = await as(role, statement)
    expect([ran.exitCode, ran.stderr]).toEqual([
      1,
      expect.stringMatching(/permission denied|read-only transaction|must be owner/),
    ])
  })
  test.each<readonly [Role, string]>([
    ['macula', 'DELETE FROM events.events'],
    ['macula', "UPDATE events.events SET kind = 'other'"],
    ['macula', 'TRUNCATE events.events'],
    ['macula', "INSERT INTO events.events (position, stream, version, kind) VALUES (0, 'x', 1, 'x')"],
    ['macula_owner', 'DELETE FROM events.events'],
  ])('not even %s does by accident: %s', async (role, statement) => {
    const ran = await as(role, `SELECT count(*) FROM events.append('kept', NULL, ${one})`, statement)
    expect(ran.stderr).toMatch(/of events is refused: they are only appended/)
  })
  test('the owner does so for maintenance, and says so', async () => {
    const ran = await as(
      'macula_owner',
      "BEGIN; SET LOCAL events.maintenance = on; DELETE FROM events.events WHERE stream = 'kept'; COMMIT",
      "SELECT count(*) FROM events.events WHERE stream = 'kept'",
    )
    expect([ran.stdout, ran.stderr]).toEqual(['0', ''])
  })
  test('tables that are made later are covered: by the superuser, by the owner, in each schema', async () => {
    await server.rows(DB, 'CREATE TABLE public.later (n serial); CREATE TABLE macula.later (n serial)')
    expect(
      (await as('macula_owner', 'CREATE TABLE events.later (n int); CREATE TABLE metrics.later (n int)'))
        .stderr,
    ).toBe('')
    for (const table of ['public.later', 'macula.later']) {
      expect((await as('macula_app', `INSERT INTO ${table} DEFAULT VALUES RETURNING n`)).stdout).toBe('1')
      expect((await as('macula_read', `SELECT n FROM ${table}`)).stdout).toBe('1')
    }
    for (const table of ['events.later', 'metrics.later'])
      expect((await as('macula_read', `SELECT count(*) FROM ${table}`)).stdout).toBe('0')
    expect((await as('macula_app', 'INSERT INTO metrics.later VALUES (1) RETURNING n')).stdout).toBe('1')
    expect((await as('macula_app', 'INSERT INTO events.later VALUES (1)')).stderr).toContain(
      'permission denied',
    )
  })
})

test('metrics by the minute, snapshots, and what took how long', async () => {
  const written = await as(
    'macula_app',
    "INSERT INTO metrics.samples (at, name, value) VALUES ('2026-01-01 10:00:10Z', 'm', 1), ('2026-01-01 10:00:50Z', 'm', 3)",
    "INSERT INTO snapshots.snapshots (stream, version, state) VALUES ('s', 1, '{}') ON CONFLICT (stream) DO UPDATE SET version = EXCLUDED.version",
    'SELECT samples, average, minimum, maximum, total FROM metrics.by_minute',
  )
  expect([written.stdout, written.stderr]).toEqual(['2|2|1|3|4', ''])
  expect((await server.rows(DB, 'SELECT count(*) > 0 FROM public.pg_stat_statements'))[0]).toBe('t')
})

test('TimescaleDB has a worker for each database that has it, and reports to nobody', async () => {
  const settings = [
    'max_worker_processes',
    'timescaledb.max_background_workers',
    'timescaledb.telemetry_level',
  ]
  expect(await server.rows(DB, ...settings.map((name) => `SHOW ${name}`))).toEqual(['16', '8', 'off'])
})

test('the examples of its documentation run as they stand, by an application', async () => {
  const text = readFileSync(new URL('../../../docs/event-store.md', import.meta.url), 'utf8')
  const examples = [...text.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
  const { lacks } = await server.migrate('documented')
  expect([examples.length, lacks]).toEqual([3, undefined])
  const said: string[] = []
  for (const code of examples) {
    const ran = await server.sql('macula_app', 'documented', code)
    expect(ran.stderr, code).toBe('')
    said.push(ran.stdout)
  }
  expect(said[0]).toMatch(
    /^1\|1\|[0-9a-f-]{36}\|.*\n2\|2\|.*\n1\|opened\|\{\}\n2\|filled\|\{"item": "tea"\}$/,
  )
  expect(said[1]).toBe('1|cart-7|1|opened|{}\n2|cart-7|2|filled|{"item": "tea"}')
  expect(said[2]).toMatch(/\|queue_length\|1\|3\|3$/)
})
