import { z } from 'zod'
import { MaculaError, troubleOf } from '../../../model/errors.ts'
import { sayCount, sayList } from '../../../model/say.ts'
import type { ServiceMade } from '../../adapters.ts'
import { DUMP, needEqual, readPlan, serveOurs } from './database.ts'
import { startServer, telling, type Server } from './postgres.ts'
import { connection, identifier, literal } from './sql.ts'
import { FILL, type Work } from './kind.ts'
import { commonVersion, rolesForOurs } from './timescale-version.ts'
import { countsOf, grantsOf, rowsOf, settingsOf } from './tables.ts'

/** Every database of a PostgreSQL server with all roles: dumped by its own image, loaded by ours. */

const databaseSchema = z.object({
  name: z.string(),
  owner: z.string(),
  encoding: z.string(),
  /** Of the extension, as both sides have it; null: this database has not got it. */
  version: z.string().nullable(),
  /** ALTER DATABASE … SET …, which no dump of one database has. */
  settings: z.array(z.string()),
  /** GRANT … ON DATABASE …, which is in no dump either; none where nobody changed what PostgreSQL gives. */
  grants: z.array(z.string()).default([]),
  /** Names of its extensions. */
  extensions: z.array(z.string()).default([]),
  /** Where its text is not sorted as in the template of the server. */
  locale: z.object({ collate: z.string(), ctype: z.string() }).nullable().default(null),
  counts: z.record(z.string(), z.number()),
  file: z.string(),
})

type Database = z.infer<typeof databaseSchema>

const planSchema = z.object({
  databases: z.array(databaseSchema),
  /** Names of all roles but PostgreSQL's own. */
  roles: z.array(z.string()).default([]),
})

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

const ROLES = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"

/** Dumps everything that a server has, once `serve` serves it. Returns what \`loadAll\` must know. Throws MaculaError. */
export async function readAll(work: Work, serve: () => Promise<Server>): Promise<z.infer<typeof planSchema>> {
  const own = await askOurs(work, await work.ours.made(work.signal))
  const server = await serve()
  await refuseTablespaces(work, server)
  const found = await server.rows(
    'template1',
    `SELECT d.datname, pg_get_userbyid(d.datdba) AS owner, pg_encoding_to_char(d.encoding) AS encoding,
            d.datcollate AS collate, d.datctype AS ctype,
            d.datlocprovider = 'c' AND (d.datcollate, d.datctype) IS DISTINCT FROM (t.datcollate, t.datctype) AS differs
     FROM pg_database d, pg_database t
     WHERE d.datallowconn AND NOT d.datistemplate AND t.datname = 'template0' ORDER BY d.datname`,
  )
  const databases: Database[] = []
  for (const { datname, owner, encoding, collate, ctype, differs } of found) {
    const name = String(datname)
    const { version, extensions } = await bringToOne(work, server, name, own)
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
      grants: [...(await grantsOf(server, name))],
      extensions: [...extensions],
      locale: differs === true ? { collate: String(collate), ctype: String(ctype) } : null,
      counts,
      file,
    })
  }
  await server.program(['pg_dumpall', '--roles-only', '--no-comments', `--file=${DUMP}/roles.sql`])
  const roles = await server.rows('template1', ROLES)
  return { databases, roles: roles.map(({ rolname }) => String(rolname)) }
}

async function refuseTablespaces({ ours }: Work, server: Server): Promise<void> {
  const spaces = await server.rows(
    'template1',
    "SELECT spcname FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')",
  )
  if (spaces.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `The data of ${ours.spec().title} has the tablespace ${String(spaces[0]?.['spcname'])}.`,
    why: 'Its files lie outside of the volume.',
    todo: 'Move its tables to the default tablespace in the old database, or leave it out.',
  })
}

/** Brings the extension of a database to a version that both sides have; null: it has none. Refuses extensions that ours lacks. */
async function bringToOne(
  { ours }: Work,
  server: Server,
  database: string,
  own: { readonly versions: readonly string[]; readonly extensions: ReadonlySet<string> },
): Promise<{ readonly version: string | null; readonly extensions: readonly string[] }> {
  const ask = async () => await server.rows(database, 'SELECT extname, extversion FROM pg_extension')
  const extensions = await ask().catch(async (error: unknown) => {
    // Data of a version that the image has no library of: only its update runs without one ("Upgrade" in TimescaleDB's manual).
    const { why = '' } = troubleOf(error)
    if (!/could not access file .*timescaledb-/.test(why)) throw error
    await server.run(database, 'ALTER EXTENSION timescaledb UPDATE')
    return await ask()
  })
  const names = extensions.map(({ extname }) => String(extname))
  const absent = names.filter((name) => !own.extensions.has(name))
  if (absent.length > 0)
    throw new MaculaError({
      kind: 'failed',
      what: `The database ${database} needs ${sayList(absent)}, which Macula’s image does not have.`,
      todo: `Give Macula’s ${ours.spec().title} an image that has it in its compose.override.yaml, or leave it out.`,
    })
  const installed = extensions.find(({ extname }) => extname === 'timescaledb')?.['extversion']
  if (typeof installed !== 'string') return { version: null, extensions: names }
  const paths = await server.rows(
    database,
    `SELECT target FROM pg_extension_update_paths('timescaledb') WHERE source = ${literal(installed)} AND path IS NOT NULL`,
  )
  const reached = paths.map(({ target }) => String(target))
  const version = commonVersion(database, installed, reached, own.versions)
  // It must be the first thing that a session does: another version is loaded by everything else.
  if (version !== installed)
    await server.run(database, `ALTER EXTENSION timescaledb UPDATE TO ${literal(version)}`)
  return { version, extensions: names }
}

/** Roles that ours has not, with their passwords; what is ours stays. */
async function loadRoles(work: Work, server: Server, dump: string, wanted: readonly string[]): Promise<void> {
  const { hands, image, signal } = work
  const scratch = await hands.scratch(dump)
  const seen = await (await hands.open(scratch, image, 'read')).look('roles.sql', signal, () => true)
  const [dumped] = [...(seen?.contents.values() ?? [])]
  const there = await server.rows('template1', 'SELECT rolname FROM pg_roles')
  const names = new Set(there.map(({ rolname }) => String(rolname)))
  const content = Buffer.from(rolesForOurs(dumped?.toString('utf8') ?? '', names, server.user))
  const file = { name: 'roles-ours.sql', content, uid: 0, gid: 0, mode: 0o644 }
  await (await hands.open(scratch, image, 'write')).write('', [file], signal)
  await server.program(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', `${DUMP}/roles-ours.sql`])
  const has = new Set((await server.rows('template1', ROLES)).map(({ rolname }) => String(rolname)))
  needAll(wanted, has, 'The server', 'roles')
}

/** Throws MaculaError naming what is not there. */
function needAll(wanted: readonly string[], has: ReadonlySet<string>, where: string, what: string): void {
  const missing = wanted.filter((name) => !has.has(name))
  if (missing.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `${where} was not copied whole: it lacks the ${what} ${sayList(missing)}.`,
    todo: 'Run it again; where they are missing again, leave this store out and tell us.',
  })
}

async function loadDatabase(work: Work, server: Server, database: Database): Promise<void> {
  const { name, owner, encoding, version, settings, grants, extensions, locale, counts, file } = database
  const says = `loading the database ${name}`
  work.says(says)
  const quoted = identifier(name)
  await server.run('template1', `DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`)
  const sorted = locale
    ? ` LC_COLLATE ${literal(locale.collate)} LC_CTYPE ${literal(locale.ctype)}`
    : encoding === 'UTF8'
      ? ''
      : " LOCALE 'C'"
  await server.run(
    'template1',
    `CREATE DATABASE ${quoted} OWNER ${identifier(owner)} ENCODING ${literal(encoding)}${sorted} TEMPLATE template0`,
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
  for (const statement of [...settings, ...grants]) await server.run(name, statement)
  work.says(`counting the rows of ${name}`)
  needEqual(counts, await countsOf(server, name, version !== null), `The database ${name}`)
  const has = await server.rows(name, 'SELECT extname FROM pg_extension')
  needAll(
    extensions,
    new Set(has.map(({ extname }) => String(extname))),
    `The database ${name}`,
    'extensions',
  )
  await server.run(name, 'ANALYZE')
}

/** Loads what `readAll` dumped into a new, empty store of ours. `dump`: its scratch volume. Returns what was compared. Throws MaculaError. */
export async function loadAll(work: Work, dump: string): Promise<string> {
  const { hands, image, signal } = work
  const { databases, roles } = await readPlan(hands, image, dump, planSchema, signal)
  work.says('making a new database of Macula’s')
  const server = await serveOurs(work, dump)
  if (!work.has(`${FILL}roles`)) {
    await loadRoles(work, server, dump, roles)
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
}
