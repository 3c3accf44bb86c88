import type { DockerAdapter } from '../../engine/adapters.ts'
import { isDatabaseName } from '../../model/atoms.ts'
import type { DatabasesSpec } from '../../model/service.ts'
import type { SqlMigration } from '../../model/sql-migration.ts'
import { passwordStatements } from './passwords.ts'
import { psql, quoted } from './psql.ts'

type Exec = Pick<DockerAdapter, 'exec'>

const MAINTENANCE = 'postgres'
const WHAT = 'Whether the databases are complete is not known.'

/** A look that takes longer is given up: the steps that complete everything wait as long as they need. */
const DEADLINE_MS = 15_000

/**
 * Whether everything stands that a start sees to, asked in one session of psql, because a program in a container takes longer to
 * begin than all that is asked: the databases, their extensions and the template's at the version of the image, also those that
 * databases of programs have (one session more, where there are such), and the migrations, these and no others. Where it does,
 * roles have `passwords` afterwards. False: something is not so, nothing was changed. Throws as psql() does.
 */
export async function stands(
  docker: Exec,
  container: string,
  { user, names, extensions, migrations }: DatabasesSpec,
  shipped: readonly SqlMigration[],
  passwords: ReadonlyMap<string, string>,
): Promise<boolean> {
  const at = { user, database: MAINTENANCE }
  const [database] = names
  const connected = (name: string): string => String.raw`\connect ${quoted(name)}`
  const rows = await psql(
    docker,
    container,
    at,
    [
      // The names first: a connection to what is not there would stand in the log of the server as an error.
      ...onlyIf(
        `SELECT count(*) = ${new Set(names).size} FROM pg_database WHERE datname IN (${listed(names)})`,
      ),
      `SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate;`,
      ...(extensions.length === 0 ? [] : ['template1', ...names]).flatMap((name) => [
        connected(name),
        ...onlyIf(
          `SELECT count(*) = ${new Set(extensions).size} FROM pg_available_extensions
           WHERE name IN (${listed(extensions)}) AND installed_version = default_version`,
        ),
      ]),
      ...(database === undefined || migrations === undefined
        ? []
        : [
            connected(database),
            ...onlyIf(`SELECT to_regclass('macula_desktop.migrations') IS NOT NULL`),
            // Atoms of ours: digits, and hex.
            ...onlyIf(`SELECT coalesce(string_agg(number || ' ' || checksum, ',' ORDER BY number), '') =
           '${shipped.map(({ number, checksum }) => `${number} ${checksum}`).join(',')}' FROM macula_desktop.migrations`),
            connected(MAINTENANCE),
            ...passwordStatements(passwords),
          ]),
      String.raw`\echo ${STANDS}`,
    ],
    WHAT,
    DEADLINE_MS,
  )
  // No name of a database that is looked at further has a blank in it.
  if (rows.at(-1) !== STANDS) return false
  // Names that a program gave may need quotes that ours are refused for: such a database is its program's.
  const others = rows.filter((name) => name !== MAINTENANCE && !names.includes(name) && isDatabaseName(name))
  return (
    others.length === 0 ||
    extensions.length === 0 ||
    (await areNew(docker, container, user, others, extensions))
  )
}

const STANDS = 'it stands'

/** Whether no database of a program has an extension of another version than the image's; it may have none. */
async function areNew(
  docker: Exec,
  container: string,
  user: string,
  names: readonly string[],
  extensions: readonly string[],
): Promise<boolean> {
  const script = [
    ...names.flatMap((name) => [
      String.raw`\connect ${quoted(name)}`,
      ...onlyIf(
        `SELECT count(*) = 0 FROM pg_available_extensions
         WHERE name IN (${listed(extensions)}) AND installed_version <> default_version`,
      ),
    ]),
    String.raw`\echo ${STANDS}`,
  ]
  const rows = await psql(docker, container, { user, database: MAINTENANCE }, script, WHAT, DEADLINE_MS)
  return rows.at(-1) === STANDS
}

/** Goes on only where a question of one row and column is answered by true. */
function onlyIf(question: string): readonly string[] {
  return [
    `SELECT (${question}) AS is_so`,
    String.raw`\gset`,
    String.raw`\if :is_so`,
    String.raw`\else`,
    String.raw`\q`,
    String.raw`\endif`,
  ]
}

/** Names in quotes: validated, so that they stand in them as they are. */
const listed = (names: readonly string[]): string =>
  names.map((name) => `'${quoted(name).slice(1, -1)}'`).join(', ')
