import { z } from 'zod'
import { MaculaError } from '../../../model/errors.ts'
import { sayCount } from '../../../model/say.ts'
import type { ServiceMade } from '../../adapters.ts'
import { DUMP, dumped, needEqual, readPlan, serveOurs } from './database.ts'
import { startServer, telling, type Server } from './postgres.ts'
import { connection, identifier, literal } from './sql.ts'
import { FILL, type Kind, type Work } from './kind.ts'
import { commonVersion, rolesForOurs } from './timescale-version.ts'
import { countsOf, rowsOf, settingsOf } from './tables.ts'

const DUMP_VOLUME = 'timescaledb-dump'

const databaseSchema = z.object({
  name: z.string(),
  owner: z.string(),
  encoding: z.string(),
  /** Of the extension, as both sides have it; null: this database has not got it. */
  version: z.string().nullable(),
  /** ALTER DATABASE … SET …, which no dump of one database has. */
  settings: z.array(z.string()),
  counts: z.record(z.string(), z.number()),
  file: z.string(),
})

type Database = z.infer<typeof databaseSchema>

const planSchema = z.object({ databases: z.array(databaseSchema) })

/** What the image of ours can have, asked of a server of it on data that goes at once. */
async function askOurs(work: Work, made: ServiceMade) {
  work.says('asking which extensions Macula’s image has')
  const like = { ...made, mounts: [] }
  const server = await startServer(
    work.hands,
    { image: made.image, argv: [], env: {}, like, volumes: [] },
    [made.env['POSTGRES_USER'] ?? 'postgres'],
    'port',
    work.signal,
  )
  const versions = await availableIn(server)
  const extensions = await server.rows('template1', 'SELECT name FROM pg_available_extensions')
  await server.box.close()
  return { versions, extensions: new Set(extensions.map(({ name }) => String(name))) }
}

async function availableIn(server: Server): Promise<readonly string[]> {
  const rows = await server.rows(
    'template1',
    "SELECT version FROM pg_available_extension_versions WHERE name = 'timescaledb'",
  )
  return rows.map(({ version }) => String(version))
}

async function read(work: Work, serve: () => Promise<Server>): Promise<z.infer<typeof planSchema>> {
  const own = await askOurs(work, await work.ours.made(work.signal))
  const server = await serve()
  await refuseTablespaces(server)
  const found = await server.rows(
    'template1',
    `SELECT datname, pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding
     FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname`,
  )
  const databases: Database[] = []
  for (const { datname, owner, encoding } of found) {
    const name = String(datname)
    const version = await bringToOne(server, name, own)
    const counts = await countsOf(server, name, version !== null)
    // The one that every cluster has, mostly empty.
    if (name === 'postgres' && rowsOf(counts).tables === 0) continue
    const file = `database-${databases.length}.dump`
    const before = databases.length
    work.says(`dumping the database ${name}`)
    await telling(
      server.program(['pg_dump', '--format=custom', `--file=${DUMP}/${file}`], name),
      async () => Number((await server.program(['stat', '-c', '%s', `${DUMP}/${file}`])).out),
      (bytes) => work.says(`dumping the database ${name} (${before + 1} of ${found.length})`, bytes),
    )
    databases.push({
      name,
      owner: String(owner),
      encoding: String(encoding),
      version,
      settings: [...(await settingsOf(server, name))],
      counts,
      file,
    })
  }
  await server.program(['pg_dumpall', '--roles-only', '--no-comments', `--file=${DUMP}/roles.sql`])
  return { databases }
}

async function refuseTablespaces(server: Server): Promise<void> {
  const spaces = await server.rows(
    'template1',
    "SELECT spcname FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')",
  )
  if (spaces.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `TimescaleDB’s data is not taken over: it has the tablespace ${String(spaces[0]?.['spcname'])}.`,
    why: 'Its files lie outside of the volume.',
    todo: 'Move its tables to the default tablespace in the old database, or leave it out.',
  })
}

/** Brings the extension of a database to a version that both sides have; null: it has none. Refuses extensions that ours lacks. */
async function bringToOne(
  server: Server,
  database: string,
  own: { readonly versions: readonly string[]; readonly extensions: ReadonlySet<string> },
): Promise<string | null> {
  const extensions = await server.rows(database, 'SELECT extname, extversion FROM pg_extension')
  const absent = extensions.map(({ extname }) => String(extname)).filter((name) => !own.extensions.has(name))
  if (absent.length > 0)
    throw new MaculaError({
      kind: 'failed',
      what: `TimescaleDB’s data is not taken over: the database ${database} needs ${absent.join(', ')}, which Macula’s image does not have.`,
      todo: 'Give Macula’s TimescaleDB an image that has it in its compose.override.yaml, or leave it out.',
    })
  const installed = extensions.find(({ extname }) => extname === 'timescaledb')?.['extversion']
  if (typeof installed !== 'string') return null
  const paths = await server.rows(
    database,
    `SELECT target FROM pg_extension_update_paths('timescaledb') WHERE source = ${literal(installed)} AND path IS NOT NULL`,
  )
  const reached = paths.map(({ target }) => String(target))
  const version = commonVersion(database, installed, reached, own.versions)
  // It must be the first thing that a session does: another version is loaded by everything else.
  if (version !== installed)
    await server.run(database, `ALTER EXTENSION timescaledb UPDATE TO ${literal(version)}`)
  return version
}

/** Roles that ours has not, with their passwords; what is ours stays. */
async function loadRoles(work: Work, server: Server): Promise<void> {
  const { hands, image, signal } = work
  const scratch = await hands.scratch(DUMP_VOLUME)
  const seen = await (await hands.open(scratch, image, 'read')).look('roles.sql', signal, () => true)
  const [dumped] = [...(seen?.contents.values() ?? [])]
  const there = await server.rows('template1', 'SELECT rolname FROM pg_roles')
  const names = new Set(there.map(({ rolname }) => String(rolname)))
  const content = Buffer.from(rolesForOurs(dumped?.toString('utf8') ?? '', names, server.user))
  const file = { name: 'roles-ours.sql', content, uid: 0, gid: 0, mode: 0o644 }
  await (await hands.open(scratch, image, 'write')).write('', [file], signal)
  await server.program(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', `${DUMP}/roles-ours.sql`])
}

async function loadDatabase(work: Work, server: Server, database: Database): Promise<void> {
  const { name, owner, encoding, version, settings, counts, file } = database
  const says = `loading the database ${name}`
  work.says(says)
  const quoted = identifier(name)
  await server.run('template1', `DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`)
  const locale = encoding === 'UTF8' ? '' : " LOCALE 'C'"
  await server.run(
    'template1',
    `CREATE DATABASE ${quoted} OWNER ${identifier(owner)} ENCODING ${literal(encoding)}${locale} TEMPLATE template0`,
  )
  if (version !== null) {
    await server.run(name, `CREATE EXTENSION timescaledb VERSION ${literal(version)}`)
    await server.run(name, 'SELECT timescaledb_pre_restore()')
  }
  await telling(
    server.program(['pg_restore', '--exit-on-error', '-d', connection(name), `${DUMP}/${file}`]),
    async () => {
      const [size] = await server.rows('template1', `SELECT pg_database_size(${literal(name)}) AS bytes`)
      return Number(size?.['bytes'] ?? 0)
    },
    (bytes) => work.says(says, bytes),
  )
  if (version !== null) {
    await server.run(name, 'SELECT timescaledb_post_restore()')
    await server.run(name, 'ALTER EXTENSION timescaledb UPDATE')
  }
  for (const setting of settings) await server.run(name, setting)
  work.says(`counting the rows of ${name}`)
  needEqual(counts, await countsOf(server, name, version !== null), `The database ${name}`)
  await server.run(name, 'ANALYZE')
}

/** All databases and roles, by dumping and loading; the extension is of one version on both sides while that is done. */
export const timescaledb: Kind = dumped({
  id: 'timescaledb',
  title: 'Databases of TimescaleDB',
  service: 'timescaledb',
  what: 'TimescaleDB’s data',
  copy: 'timescaledb-copy',
  dump: DUMP_VOLUME,
  preload: 'timescaledb',
  user: 'macula',
  measured: (major) =>
    `databases of PostgreSQL ${major}; their tables and rows are counted while they are taken`,
  read,

  async load(work) {
    const { hands, image, signal } = work
    const { databases } = await readPlan(hands, image, DUMP_VOLUME, planSchema, signal)
    work.says('making a new database of Macula’s')
    const server = await serveOurs(work, DUMP_VOLUME)
    if (!work.has(`${FILL}roles`)) {
      await loadRoles(work, server)
      await work.mark(`${FILL}roles`)
    }
    const share = Math.ceil(work.bytes / Math.max(1, databases.length))
    for (const database of databases) {
      const stage = `${FILL}database ${database.name}`
      if (work.has(stage)) continue
      await loadDatabase(work, server, database)
      await work.mark(stage, share)
    }
    // What the platform expects in its database besides is made by its migrations, when it starts.
    await server.box.close()
    const all = databases.map(({ counts }) => rowsOf(counts))
    const sum = (of: 'tables' | 'rows' | 'hypertables'): number =>
      all.reduce((total, one) => total + one[of], 0)
    return `${[
      sayCount(databases.length, 'database'),
      sayCount(sum('tables'), 'table'),
      sayCount(sum('hypertables'), 'hypertable'),
      sayCount(sum('rows'), 'row'),
    ].join(', ')}: all counts equal`
  },
})
