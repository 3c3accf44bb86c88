import type { DockerAdapter } from '../../engine/adapters.ts'
import type { DatabaseSeen } from '../../model/database.ts'
import type { DatabasesSpec } from '../../model/service.ts'
import { sayList } from '../../model/say.ts'
import { psql, quoted } from './psql.ts'

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
 */
export async function ensureDatabases(
  docker: Exec,
  container: string,
  { user, extensions }: DatabasesSpec,
  names: readonly string[],
): Promise<readonly string[]> {
  // Validated, so that they stand in quotes as they are.
  const list = names.map((name) => `'${plain(name)}'`).join(', ')
  const script = [
    `SELECT datname FROM pg_database WHERE datname IN (${list});`,
    `SELECT format('CREATE DATABASE %I OWNER %I', name, '${plain(user)}') FROM unnest(ARRAY[${list}]) AS name
     WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)`,
    String.raw`\gexec`,
    // The template last: nobody can copy it while somebody is connected to it.
    ...(extensions.length === 0 ? [] : [...names, TEMPLATE]).flatMap((name) => [
      String.raw`\connect ${quoted(name)}`,
      ...extensions.map((extension) => `CREATE EXTENSION IF NOT EXISTS ${quoted(extension)};`),
    ]),
  ]
  const before = await psql(
    docker,
    container,
    { user, database: MAINTENANCE },
    names.length === 0 ? [] : script,
    `The databases ${sayList(names)} cannot be completed.`,
  )
  return names.filter((name) => !before.includes(name))
}

const plain = (name: string): string => quoted(name).slice(1, -1)
