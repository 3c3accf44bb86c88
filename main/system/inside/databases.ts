import type { DockerAdapter } from '../../engine/adapters.ts'
import { inert, isDatabaseName } from '../../model/atoms.ts'
import type { DatabaseSeen } from '../../model/database.ts'
import { MaculaError } from '../../model/errors.ts'
import type { DatabasesSpec } from '../../model/service.ts'
import { sayList } from '../../model/say.ts'
import { ONE_AT_A_TIME, ONE_SESSION_AT_A_TIME, psql, quoted } from './psql.ts'

type Exec = Pick<DockerAdapter, 'exec'>

const MAINTENANCE = 'postgres'

/** What CREATE DATABASE copies. */
const TEMPLATE = 'template1'

/** All databases but the templates, with their extensions: one psql, which connects to each in turn. */
export async function listDatabases(
  docker: Exec,
  container: string,
  { user }: DatabasesSpec,
): Promise<readonly DatabaseSeen[]> {
  const at = { user, database: MAINTENANCE }
  const what = 'The databases cannot be listed.'
  const rows = await psql(
    docker,
    container,
    at,
    [
      `SELECT datname, pg_get_userbyid(datdba), pg_database_size(oid) FROM pg_database
       WHERE NOT datistemplate AND datallowconn AND datname <> '${MAINTENANCE}' ORDER BY datname;`,
    ],
    what,
  )
  const found = rows.map((row) => {
    const [name = '', owner = '', bytes = ''] = row.split('\t')
    return { name, owner, bytes: Number(bytes) }
  })
  const extensions = await Promise.all(
    found.map(
      async ({ name }) =>
        await psql(
          docker,
          container,
          { user, database: name },
          [`SELECT extname || ' ' || extversion FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1;`],
          what,
        ),
    ),
  )
  return found.map((one, index) => ({ ...one, extensions: extensions[index] ?? [] }))
}

/**
 * Makes what is missing of databases and extensions, in one psql. Each statement says what is to be there, so that the next
 * try goes on with the rest. The template gets the extensions too: a database that a program makes by itself has them then.
 * Extensions are brought to the version that the image has, in all databases that there are.
 */
export async function ensureDatabases(
  docker: Exec,
  container: string,
  { user, extensions }: DatabasesSpec,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return []
  // Validated, so that they stand in quotes as they are.
  const list = names.map((name) => `'${plain(name)}'`).join(', ')
  const script = [
    ONE_SESSION_AT_A_TIME,
    'SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate;',
    `SELECT format('CREATE DATABASE %I OWNER %I', name, '${plain(user)}') FROM unnest(ARRAY[${list}]) AS name
     WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)`,
    String.raw`\gexec`,
    // The template last: nobody can copy it while somebody is connected to it.
    ...(extensions.length === 0 ? [] : [...names, TEMPLATE]).flatMap((name) => [
      ...updated(name, extensions),
      'BEGIN;',
      ONE_AT_A_TIME,
      ...extensions.map((extension) => `CREATE EXTENSION IF NOT EXISTS ${quoted(extension)};`),
      'COMMIT;',
    ]),
  ]
  const at = { user, database: MAINTENANCE }
  const rows = await psql(
    docker,
    container,
    at,
    script,
    `The databases ${sayList(names)} cannot be completed.`,
  )
  const before = rows.filter((row) => !row.startsWith(OUTDATED))
  // Names that a program gave may need quotes that ours are refused for: such a database is its program's.
  const others = before.filter(
    (name) => name !== MAINTENANCE && !names.includes(name) && isDatabaseName(name),
  )
  const more =
    others.length === 0 || extensions.length === 0
      ? []
      : await psql(
          docker,
          container,
          at,
          others.flatMap((name) => updated(name, extensions)),
          `The extensions of ${sayList(others)} cannot be updated.`,
        )
  refuseOutdated([...rows, ...more].filter((row) => row.startsWith(OUTDATED)))
  return names.filter((name) => !before.includes(name))
}

const OUTDATED = 'outdated\t'

/**
 * Goes to a database and brings its extensions to the version of the image. That is the first thing of a session, since anything else
 * loads the old version of TimescaleDB, which can neither be replaced then nor need it be there (TimescaleDB's manual, "Upgrade").
 * One that is not there is no failure; one that stays old is told in a row of its own.
 */
function updated(name: string, extensions: readonly string[]): readonly string[] {
  return extensions.flatMap((extension) => [
    String.raw`\connect ${quoted(name)}`,
    String.raw`\set ON_ERROR_STOP off`,
    `ALTER EXTENSION ${quoted(extension)} UPDATE;`,
    String.raw`\set ON_ERROR_STOP on`,
    String.raw`\set said :LAST_ERROR_MESSAGE`,
    `SELECT 'outdated', current_database(), name, installed_version, default_version, :'said' FROM pg_available_extensions
     WHERE name = '${plain(extension)}' AND installed_version <> default_version;`,
  ])
}

function refuseOutdated(rows: readonly string[]): void {
  const [, database = '', extension = '', installed = '', shipped = '', said = ''] =
    rows[0]?.split('\t') ?? []
  if (rows.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `${extension} of the database ${inert(database)} stays at version ${installed}; the image has ${shipped}.`,
    why: `PostgreSQL says: ${inert(said).slice(0, 300)}`,
    todo: `As the first statement of a session: ALTER EXTENSION ${extension} UPDATE (psql -X).`,
  })
}

const plain = (name: string): string => quoted(name).slice(1, -1)
