import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startServer, type Server } from './server.ts'

/** Who watches the real PostgreSQL with TimescaleDB: what Alloy's exporter asks, as the role that it comes as. */

interface Query {
  readonly query: string
  readonly metrics: readonly Readonly<Record<string, { readonly usage: string }>>[]
}
const queries = parse(readFileSync('assets/stack/alloy/timescaledb.yml', 'utf8')) as Readonly<
  Record<string, Query>
>

let server: Server
const ask = async (sql: string): Promise<string> => {
  const { stdout, stderr } = await server.sql('macula_monitor', 'watched', sql)
  expect(stderr).toBe('')
  return stdout
}

beforeAll(async () => {
  server = await startServer('macula-it-monitoring')
  expect((await server.migrate('watched')).lacks).toBeUndefined()
  await server.rows(
    'watched',
    'CREATE SCHEMA hidden; CREATE TABLE hidden."Odd name" (at timestamptz NOT NULL, n int); SELECT create_hypertable(\'hidden."Odd name"\', \'at\')',
    'INSERT INTO hidden."Odd name" SELECT now() - n * interval \'1 day\', n FROM generate_series(1, 60) n',
  )
})
afterAll(async () => await server.clear())

test('each of the exporter’s own queries answers with the columns that it names', async () => {
  expect(Object.keys(queries)).toEqual(['timescaledb', 'timescaledb_compression'])
  for (const { query, metrics } of Object.values(queries)) {
    const names = metrics.flatMap((one) => Object.keys(one))
    await ask(`SELECT ${names.join(', ')} FROM (${query}) q`)
    expect(metrics.flatMap((one) => Object.values(one)).map(({ usage }) => usage)[0]).toBe('LABEL')
  }
})

test('hypertables are counted with their size, also where the role may not look', async () => {
  const { query } = queries['timescaledb'] as Query
  const row = await ask(
    `SELECT chunks >= 8, compressed_chunks, hypertable_size_bytes > 0 FROM (${query}) q WHERE hypertable = 'hidden.Odd name'`,
  )
  expect(row).toBe('t|0|t')
  expect(await ask(`SELECT count(*) FROM (${query}) q WHERE hypertable = 'events.events'`)).toBe('1')
})

test('it sees statistics of all, and no row of anybody', async () => {
  // What the collectors of the exporter read: whole statements of others, sizes, settings.
  expect(
    await ask("SELECT count(*) > 0 FROM pg_stat_statements WHERE query <> '<insufficient privilege>'"),
  ).toBe('t')
  expect(await ask("SELECT count(*) FROM pg_stat_statements WHERE query = '<insufficient privilege>'")).toBe(
    '0',
  )
  expect(await ask("SELECT pg_database_size('postgres') > 0")).toBe('t')
  expect(await ask('SELECT count(*) > 0 FROM pg_ls_waldir()')).toBe('t')
  for (const sql of [
    'SELECT * FROM events.events',
    'SELECT * FROM hidden."Odd name"',
    'CREATE TABLE mine (n int)',
    'CREATE TABLE public.mine (n int)',
    "SELECT pg_read_file('PG_VERSION')",
  ]) {
    const { stderr, exitCode } = await server.sql('macula_monitor', 'watched', sql)
    expect(exitCode, sql).not.toBe(0)
    expect(stderr, sql).toMatch(/permission denied|read-only transaction/)
  }
})
