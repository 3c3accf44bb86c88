import { z } from 'zod'
import { MaculaError } from '../../../model/errors.ts'
import { sayCount } from '../../../model/say.ts'
import { DUMP, dumped, needEqual, readPlan, serveOurs } from './database.ts'
import type { Server } from './postgres.ts'
import { connection, identifier, literal } from './sql.ts'
import { FILL, type Kind, type Work } from './kind.ts'

const DUMP_VOLUME = 'powerdns-dump'
const FILE = `${DUMP}/zones.dump`

/** The tables of PowerDNS' generic PostgreSQL backend, the same from 4.7 on (its upgrade notes); what others are there is not of it. */
const TABLES = [
  'domains',
  'records',
  'supermasters',
  'comments',
  'domainmetadata',
  'cryptokeys',
  'tsigkeys',
] as const

/** Those whose rows are numbered by a sequence. */
const NUMBERED = ['domains', 'records', 'comments', 'domainmetadata', 'cryptokeys', 'tsigkeys'] as const

const planSchema = z.object({
  /** Rows of each table of theirs. */
  counts: z.record(z.string(), z.number()),
})

/** The database that has PowerDNS' tables. Throws MaculaError where none has. */
async function databaseOf(server: Server): Promise<string> {
  for (const { datname } of await server.rows(
    'template1',
    'SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate',
  )) {
    const name = String(datname)
    const [found] = await server.rows(
      name,
      "SELECT to_regclass('public.domains') IS NOT NULL AND to_regclass('public.records') IS NOT NULL AS has",
    )
    if (found?.['has'] === true) return name
  }
  throw new MaculaError({
    kind: 'failed',
    what: 'There are no zones of PowerDNS in the old database.',
    why: 'None of its databases has the tables domains and records.',
    todo: 'Leave PowerDNS out.',
  })
}

async function tablesIn(server: Server, database: string): Promise<readonly string[]> {
  const names = TABLES.map((name) => `(${literal(name)})`).join(', ')
  const rows = await server.rows(
    database,
    `SELECT name FROM (VALUES ${names}) AS wanted (name) WHERE to_regclass('public.' || name) IS NOT NULL`,
  )
  return rows.map(({ name }) => String(name))
}

async function countsOf(
  server: Server,
  database: string,
  tables: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const select = tables
    .map((name) => `SELECT ${literal(name)} AS name, count(*) AS rows FROM public.${identifier(name)}`)
    .join(' UNION ALL ')
  const rows = await server.rows(database, select)
  return Object.fromEntries(rows.map(({ name, rows: count }) => [String(name), Number(count)]))
}

async function read(work: Work, serve: () => Promise<Server>): Promise<z.infer<typeof planSchema>> {
  const server = await serve()
  const database = await databaseOf(server)
  const tables = await tablesIn(server, database)
  const counts = await countsOf(server, database, tables)
  work.says(`reading ${sayCount(counts['domains'] ?? 0, 'zone')}`)
  const wanted = tables.flatMap((name) => ['-t', `public.${name}`])
  await server.program(['pg_dump', '--data-only', '--format=custom', `--file=${FILE}`, ...wanted], database)
  return { counts }
}

/** Zones with records, keys and metadata. The schema stays ours; what their tables hold comes into it. */
export const powerdns: Kind = dumped({
  id: 'powerdns',
  title: 'Zones of PowerDNS',
  service: 'powerdns-db',
  what: 'The zones of PowerDNS',
  copy: 'powerdns-copy',
  dump: DUMP_VOLUME,
  preload: '',
  user: 'pdns',
  measured: (major) =>
    `a database of PostgreSQL ${major}; its zones and records are counted while it is taken`,
  read,

  async load(work) {
    const { hands, image, signal } = work
    const { counts } = await readPlan(hands, image, DUMP_VOLUME, planSchema, signal)
    const tables = Object.keys(counts)
    work.says('loading the zones')
    const server = await serveOurs(work, DUMP_VOLUME)
    const database = (await work.ours.made(signal)).env['POSTGRES_DB'] ?? 'pdns'
    const own = new Set(await tablesIn(server, database))
    const unknown = tables.filter((name) => !own.has(name) && (counts[name] ?? 0) > 0)
    if (unknown.length > 0)
      throw new MaculaError({
        kind: 'failed',
        what: `Macula’s PowerDNS database has no table ${unknown.join(', ')}.`,
        todo: 'Leave PowerDNS out.',
      })
    await server.run(
      database,
      `TRUNCATE ${[...own].map((name) => `public.${identifier(name)}`).join(', ')} CASCADE`,
    )
    await server.program([
      'pg_restore',
      '--data-only',
      '--no-owner',
      '--single-transaction',
      '--exit-on-error',
      '-d',
      connection(database),
      FILE,
    ])
    const sequences = NUMBERED.filter((name) => own.has(name)).map(
      (name) =>
        `SELECT setval(pg_get_serial_sequence('public.${name}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM public.${name}), false)`,
    )
    await server.run(database, sequences.join('; '))
    needEqual(counts, await countsOf(server, database, tables), 'The zones of PowerDNS')
    await server.box.close()
    await work.mark(`${FILL}loaded`, work.bytes)
    return (
      [
        sayCount(counts['domains'] ?? 0, 'zone'),
        sayCount(counts['records'] ?? 0, 'record'),
        ...((counts['cryptokeys'] ?? 0) > 0 ? [sayCount(counts['cryptokeys'] ?? 0, 'key')] : []),
      ].join(', ') + ': all counts equal'
    )
  },
})
