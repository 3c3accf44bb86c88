import type { Server } from './postgres.ts'
import { identifier, literal } from './sql.ts'

/** Counts at once; each is a scan, and a statement has its limits. */
const AT_ONCE = 100

/** Keys of counts that are not of a table begin so; a table's key has a quoted or plain schema before a dot. */
const HYPERTABLES = 'number of hypertables'
const AGGREGATES = 'number of continuous aggregates'

/**
 * Rows of every table of a person's in a database, by "schema.table" as PostgreSQL quotes it. Parts of others (partitions,
 * chunks) count with them; what an extension owns is not a person's.
 */
export async function countsOf(
  server: Server,
  database: string,
  isTimescale: boolean,
): Promise<Readonly<Record<string, number>>> {
  const tables = await server.rows(
    database,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm')
       AND n.nspname <> 'information_schema' AND n.nspname !~ '^(pg_|_timescaledb_|timescaledb_)'
       AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1`,
  )
  const names = tables.map(({ name }) => String(name))
  const counts: Record<string, number> = {}
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE)
    const select = some.map((name, index) => `SELECT ${index} AS at, count(*) AS rows FROM ${name}`)
    for (const { at: index, rows } of await server.rows(database, select.join(' UNION ALL ')))
      counts[some[Number(index)] ?? ''] = Number(rows)
  }
  if (isTimescale) {
    const [more] = await server.rows(
      database,
      `SELECT (SELECT count(*) FROM timescaledb_information.hypertables) AS hypertables,
              (SELECT count(*) FROM timescaledb_information.continuous_aggregates) AS aggregates`,
    )
    counts[HYPERTABLES] = Number(more?.['hypertables'] ?? 0)
    counts[AGGREGATES] = Number(more?.['aggregates'] ?? 0)
  }
  return counts
}

/** What counts come to. */
export function rowsOf(counts: Readonly<Record<string, number>>) {
  const tables = Object.entries(counts).filter(([name]) => name !== HYPERTABLES && name !== AGGREGATES)
  return {
    tables: tables.length,
    rows: tables.reduce((sum, [, rows]) => sum + rows, 0),
    hypertables: counts[HYPERTABLES] ?? 0,
  }
}

/** Settings whose value is a list of names, kept as it is written (PostgreSQL, guc_tables.c, GUC_LIST_QUOTE). */
const LISTS = new Set([
  'search_path',
  'temp_tablespaces',
  'local_preload_libraries',
  'session_preload_libraries',
  'shared_preload_libraries',
  'unix_socket_directories',
])

/** The statements that set again what is set for a database, for all roles or one; dumps of one database have none of it. */
export async function settingsOf(server: Server, database: string): Promise<readonly string[]> {
  const rows = await server.rows(
    database,
    `SELECT coalesce(r.rolname, '') AS role, s.setting
     FROM pg_db_role_setting d LEFT JOIN pg_roles r ON r.oid = d.setrole, unnest(d.setconfig) AS s (setting)
     WHERE d.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  return rows.flatMap(({ role, setting }) => {
    const text = String(setting)
    const name = text.slice(0, text.indexOf('='))
    const value = text.slice(text.indexOf('=') + 1)
    // Set while a dump is loaded, by the extension itself.
    if (name === 'timescaledb.restoring') return []
    const who =
      String(role) === ''
        ? `ALTER DATABASE ${identifier(database)}`
        : `ALTER ROLE ${identifier(String(role))} IN DATABASE ${identifier(database)}`
    const quoted = name.split('.').map(identifier).join('.')
    return [`${who} SET ${quoted} TO ${LISTS.has(name) ? value : literal(value)}`]
  })
}

/** The statements that give again who may connect to a database, create and make temporary tables in it. */
export async function grantsOf(server: Server, database: string): Promise<readonly string[]> {
  const rows = await server.rows(
    database,
    `SELECT coalesce(r.rolname, '') AS role, a.privilege_type AS may, a.is_grantable AS gives
     FROM pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE d.datname = current_database() AND d.datacl IS NOT NULL`,
  )
  if (rows.length === 0) return []
  const at = `ON DATABASE ${identifier(database)}`
  return [
    `REVOKE ALL ${at} FROM PUBLIC`,
    ...rows.map(({ role, may, gives }) => {
      const who = String(role) === '' ? 'PUBLIC' : identifier(String(role))
      return `GRANT ${String(may)} ${at} TO ${who}${gives === true ? ' WITH GRANT OPTION' : ''}`
    }),
  ]
}
