import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDumps } from '../../../main/system/inside/dumps.ts'
import { startServer, type Server } from './server.ts'

/** Dumps of the real PostgreSQL with TimescaleDB, by its own programs, into another server and back. */

let server: Server
let other: Server
beforeAll(async () => {
  server = await startServer('macula-it-dumps')
  other = await startServer('macula-it-dumps-other')
})
afterAll(async () => {
  await server.clear()
  await other.clear()
})

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of source) parts.push(chunk)
  return Buffer.concat(parts)
}
async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(content)
}

const counts = [
  "SELECT count(*), md5(string_agg(v::text, ',' ORDER BY at)) FROM measured",
  "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_name = 'measured'",
  "SELECT tableowner FROM pg_tables WHERE tablename = 'measured'",
  'SELECT count(*) FROM events.events',
]

test('rows, chunks, owners and the event store come back in another server; passwords are in no dump', async () => {
  expect((await server.migrate('store')).lacks).toBeUndefined()
  await server.rows(
    'store',
    "CREATE ROLE keeper LOGIN PASSWORD 'canary-of-a-role'",
    'CREATE TABLE measured (at timestamptz NOT NULL, v int)',
    "SELECT create_hypertable('measured', 'at', chunk_time_interval => interval '1 day')",
    "INSERT INTO measured SELECT '2026-01-01'::timestamptz + n * interval '1 hour', n FROM generate_series(1, 2000) n",
    'ALTER TABLE measured OWNER TO keeper',
    `SELECT count(*) FROM events.append('cart', 0, ARRAY['{"kind": "a"}', '{"kind": "b"}']::jsonb[])`,
  )
  const before = await server.rows('store', ...counts)
  expect(before[0]).toMatch(/^2000[|]/)
  const dumps = openDumps(server.docker)
  const [found] = (
    await server.inside.databases(server.id, { user: 'macula', names: [], extensions: [] })
  ).filter(({ name }) => name === 'store')
  expect(await dumps.versions(server.id, 'macula', 'timescaledb')).toContain(
    found?.extensions.find((one) => one.startsWith('timescaledb '))?.split(' ')[1],
  )
  const globals = await all(dumps.globals(server.id, 'macula'))
  const dump = await all(dumps.database(server.id, 'macula', 'store'))
  for (const text of ['canary-of-a-role', 'SCRAM-SHA-256', 'of-the-superuser', 'of-the-app']) {
    expect(globals.includes(text), text).toBe(false)
    expect(dump.includes(text), text).toBe(false)
  }
  expect(globals.toString()).toContain('CREATE ROLE keeper')

  // There the database is already, with other things in it, and with roles of the same names.
  expect((await other.migrate('store')).lacks).toBeUndefined()
  await other.rows('store', 'CREATE TABLE stranger (v int)')
  const there = openDumps(other.docker)
  await there.putGlobals(other.id, 'macula', once(globals))
  const wish = { name: 'store', owner: found?.owner ?? '', extensions: found?.extensions ?? [] }
  await there.putDatabase(other.id, 'macula', wish, once(dump))
  expect(await other.rows('store', ...counts)).toEqual(before)
  expect(await other.rows('store', "SELECT to_regclass('stranger')")).toEqual([''])
  // It goes on as it did: the next migrations find everything, rows are taken, and roles have the passwords of that server.
  expect((await other.migrate('store')).lacks).toBeUndefined()
  await other.rows('store', "INSERT INTO measured VALUES ('2027-01-01', 1)")
  const { stdout, stderr } = await other.sql(
    'macula_app',
    'store',
    `SELECT version FROM events.append('cart', 2, ARRAY['{"kind": "c"}']::jsonb[])`,
  )
  expect([stdout, stderr]).toEqual(['3', ''])
})

test('a dump that is cut off is refused with the program’s words; a name that could be an option is never passed', async () => {
  const dumps = openDumps(server.docker)
  await server.rows('postgres', 'CREATE DATABASE small')
  await server.rows('small', 'CREATE TABLE a AS SELECT generate_series(1, 100000) AS n')
  const dump = await all(dumps.database(server.id, 'macula', 'small'))
  const wish = { name: 'again', owner: 'macula', extensions: [] }
  await expect(
    dumps.putDatabase(server.id, 'macula', wish, once(dump.subarray(0, dump.length >> 1))),
  ).rejects.toThrow(/pg_restore did not restore the database again/)
  await expect(
    dumps.putDatabase(server.id, 'macula', { ...wish, name: '--help' }, once(dump)),
  ).rejects.toThrow(/is no name of a database/)
  await expect(all(dumps.database(server.id, 'macula', 'nothing'))).rejects.toThrow(
    /pg_dump did not write the database nothing/,
  )
})

test('whoever reads no further ends the dump', async () => {
  const dumps = openDumps(server.docker)
  for await (const chunk of dumps.database(server.id, 'macula', 'store')) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
  await expect
    .poll(
      async () =>
        await server.rows(
          'postgres',
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'",
        ),
      { timeout: 20_000 },
    )
    .toEqual(['0'])
})
