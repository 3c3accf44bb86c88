import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { buildOld, clear, clearOurs, contentOf, left, openOursIn, psql } from '../migration-data/world.ts'
import { copies, folder, layOld, look, makeOld, OLDS, open, rows, SERVES, volumeOf } from './world.ts'

/**
 * Data of ours of an older major version: the real PostgreSQL 16 with TimescaleDB 2.19.3 and the real PostgreSQL 15, to the
 * real PostgreSQL 17 of our stack. What follows the step is a start, which is not tried here.
 */

beforeAll(async () => {
  await clear()
  buildOld()
  // As on a machine where ours ran before: passwords were made with its data.
  const { adapters, context } = await openOursIn(folder.path)
  await adapters.secrets.ensure(context.catalog().services.flatMap(({ secrets }) => secrets))
  await makeOld('timescaledb', (name) => {
    psql(name, 'macula', 'macula', rows)
    psql(name, 'macula', 'shop', "CREATE TABLE users (name text); INSERT INTO users VALUES ('joe')")
  })
})
beforeEach(async () => {
  await clearOurs()
  const { adapters } = await openOursIn(folder.path)
  for (const id of Object.keys(OLDS)) await adapters.data.keep(`major-${id}`, undefined)
})
afterAll(async () => {
  await clear()
  folder.remove()
})

it('rows, roles, rights, settings and hypertables come over; the volume as it was is kept', async () => {
  const before = layOld('timescaledb')
  const one = await open()
  expect(await one.plan('timescaledb')).toMatchObject({
    from: 16,
    to: 17,
    old: OLDS.timescaledb,
    isHere: true,
    bytes: expect.any(Number) as number,
  })
  const done = await one.step('timescaledb')
  const [copy = ''] = await copies('timescaledb')
  expect(done).toMatchObject({
    ok: true,
    says: '2 databases, 3 tables, 1 hypertable, 5003 rows: all counts equal',
    kept: [{ from: volumeOf('timescaledb'), to: copy }],
  })
  expect(one.started).toEqual(['timescaledb'])
  expect(contentOf(copy)).toBe(before)
  expect(await left()).toEqual({ volumes: [volumeOf('timescaledb'), copy].sort(), helpers: 0 })
  await one.mayStart('timescaledb')
  expect(await one.plan('timescaledb')).toBeUndefined()
  expect(
    await look('timescaledb', [
      [
        'macula',
        "SELECT current_setting('server_version_num')::int / 10000, count(*), sum(version), (SELECT count(*) FROM show_chunks('events.events')) FROM events.events",
      ],
      ['macula', 'SELECT string_agg(note, \'|\' ORDER BY id) FROM public."Odd Table"'],
      ['macula', "SELECT current_setting('search_path'), current_setting('timescaledb.restoring')"],
      [
        'macula',
        "SELECT has_table_privilege('reader', 'events.events', 'SELECT'), has_table_privilege('macula_app', 'events.events', 'SELECT')",
      ],
      [
        'macula',
        "SELECT (SELECT rolconfig::text FROM pg_roles WHERE rolname = 'reader'), rolpassword LIKE 'SCRAM%' FROM pg_authid WHERE rolname = 'reader'",
      ],
      [
        'shop',
        `SELECT name, (SELECT datcollate FROM pg_database WHERE datname = 'shop'), (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shop'),
         has_database_privilege('macula_app', 'shop', 'CONNECT'), (SELECT count(*) FROM pg_database, aclexplode(datacl) a WHERE datname = 'shop' AND a.grantee = 0 AND a.privilege_type = 'CONNECT') FROM users`,
      ],
    ]),
  ).toEqual([
    '17|5000|12502500|35',
    "it's|two\nlines",
    'macula, public|off',
    't|f',
    '{default_transaction_read_only=on}|t',
    'joe|C|reader|t|0',
  ])
})

it('a PostgreSQL without TimescaleDB goes the same way', async () => {
  await makeOld('powerdns-db', (name) =>
    psql(
      name,
      'pdns',
      'pdns',
      "CREATE TABLE domains (id serial, name text); INSERT INTO domains (name) VALUES ('a.lab'), ('b.lab')",
    ),
  )
  const before = layOld('powerdns-db')
  const one = await open()
  expect(await one.step('powerdns-db')).toMatchObject({
    from: 15,
    to: 17,
    says: '1 database, 1 table, 0 hypertables, 2 rows: all counts equal',
  })
  const [copy = ''] = await copies('powerdns-db')
  expect(contentOf(copy)).toBe(before)
  expect(
    await look('powerdns-db', [['pdns', "SELECT string_agg(name, ',' ORDER BY id) FROM domains"]]),
  ).toEqual(['a.lab,b.lab'])
})

it.each([
  ['pg_dump', 'while it is dumped'],
  ['pg_restore', 'while it is loaded'],
] as const)('interrupted at %s, %s: the data is as it was', async (program, _what) => {
  const before = layOld('timescaledb')
  const stop = new AbortController()
  const one = await open((run) => async (argv, ending, env) => {
    if (argv[0] === program) stop.abort()
    return await run(argv, ending, env)
  })
  await expect(one.step('timescaledb', stop.signal)).rejects.toMatchObject({
    trouble: {
      kind: 'refused',
      what: 'The data of TimescaleDB was not upgraded to PostgreSQL 17: interrupted.',
      todo: expect.stringContaining('TimescaleDB has its data of PostgreSQL 16 as it was.') as string,
    },
  })
  expect(contentOf(volumeOf('timescaledb'))).toBe(before)
  expect(await left()).toEqual({ volumes: [volumeOf('timescaledb')], helpers: 0 })
  await one.mayStart('timescaledb')
  expect(one.started).toEqual([])
})

it('a row that is lost on its way is found, and the data is put back as it was', async () => {
  const before = layOld('timescaledb')
  const one = await open((run) => async (argv, ending, env) => {
    const ran = await run(argv, ending, env)
    if (argv[0] === 'pg_restore') await run(['psql', '-d', 'shop', '-c', 'DELETE FROM users'], ending, env)
    return ran
  })
  await expect(one.step('timescaledb')).rejects.toMatchObject({
    trouble: {
      why: expect.stringContaining('public.users has 0 of 1 rows') as string,
      todo: expect.stringContaining('as it was') as string,
    },
  })
  expect(contentOf(volumeOf('timescaledb'))).toBe(before)
  expect(await left()).toEqual({ volumes: [volumeOf('timescaledb')], helpers: 0 })
})

/** Leaves off at a program for ever, as a process that is killed there. */
async function killedAt(program: string): Promise<void> {
  let arrive = (): void => undefined
  const reached = new Promise<undefined>((resolve) => {
    arrive = () => resolve(undefined)
  })
  const one = await open((run) => async (argv, ending, env) => {
    if (argv[0] !== program) return await run(argv, ending, env)
    arrive()
    return await new Promise<never>(() => undefined)
  })
  const ended = one.step('timescaledb').then(() => {
    throw new Error(`${program} was never reached`)
  })
  await Promise.race([reached, ended])
  // What comes of it when the next takes its helpers away is of no interest.
  ended.catch(() => undefined)
}

it('a process that is killed while it loads leaves nothing that is started, and the next goes on from its dump', async () => {
  const before = layOld('timescaledb')
  await killedAt('pg_restore')
  const [copy = ''] = await copies('timescaledb')
  expect(contentOf(copy)).toBe(before)
  const ran: string[] = []
  const next = await open((run) => async (argv, ending, env) => {
    ran.push(argv[0] ?? '')
    return await run(argv, ending, env)
  })
  await expect(next.mayStart('timescaledb')).rejects.toMatchObject({
    trouble: {
      why: `What is in ${volumeOf('timescaledb')} is not whole. The data as it was is kept in ${copy}.`,
      todo: expect.stringContaining(
        `maculactl reset timescaledb --back ${copy.split('_before-')[1]}`,
      ) as string,
    },
  })
  expect(await next.plan('timescaledb')).toMatchObject({ from: 16, to: 17, copy })
  expect((await next.step('timescaledb')).says).toContain('5003 rows: all counts equal')
  expect(ran).not.toContain('pg_dump')
  expect(await left()).toEqual({ volumes: [volumeOf('timescaledb'), copy].sort(), helpers: 0 })
  await next.mayStart('timescaledb')
})

it('killed while it dumps, the data is in place, and the next does it', async () => {
  const before = layOld('timescaledb')
  await killedAt('pg_dump')
  expect(contentOf(volumeOf('timescaledb'))).toBe(before)
  const next = await open()
  await next.mayStart('timescaledb')
  expect((await next.step('timescaledb')).says).toContain('5003 rows: all counts equal')
})

it('an image of another version than the data is refused before anything is copied', async () => {
  const before = layOld('timescaledb')
  const one = await open()
  await expect(one.step('timescaledb', undefined, SERVES.timescaledb)).rejects.toMatchObject({
    trouble: { why: expect.stringContaining('serves PostgreSQL 17, and the data is of 16') as string },
  })
  expect(contentOf(volumeOf('timescaledb'))).toBe(before)
  expect(await left()).toEqual({ volumes: [volumeOf('timescaledb')], helpers: 0 })
})
