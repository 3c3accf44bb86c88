import { pbkdf2 } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type * as Sqlite from 'node:sqlite'
import type { GrafanaDb, GrafanaWish } from '../../../engine/adapters.ts'
import { MaculaError } from '../../../model/errors.ts'
import { wholeFile } from '../../files.ts'

const derive = promisify(pbkdf2)

/** More than any Grafana of one machine keeps (bytes). */
const MOST_DB_BYTES = 2 * 1024 ** 3

/** Node's own SQLite, without its warning that it is young: it would stand in the middle of what a person reads. */
function sqlite(): typeof Sqlite {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => undefined
  try {
    const found = process.getBuiltinModule('node:sqlite') as typeof Sqlite | undefined
    if (found) return found
  } catch {
    // As where it is not there.
  } finally {
    process.emitWarning = emitWarning
  }
  throw new MaculaError({
    kind: 'outside',
    what: 'Grafana’s database cannot be read.',
    why: `This Node (${process.version}) has no SQLite.`,
    todo: 'Run maculactl with Node 24, or leave Grafana out.',
  })
}

/** Opens a database that is given as its files; what `work` leaves is read back. */
async function inFolder<T>(
  files: GrafanaDb,
  work: (database: Sqlite.DatabaseSync) => T,
): Promise<{ readonly value: T; readonly db: Buffer }> {
  const { DatabaseSync: Database } = sqlite()
  const folder = await mkdtemp(join(tmpdir(), 'macula-grafana-'))
  const path = join(folder, 'grafana.db')
  try {
    await writeFile(path, files.db, { mode: 0o600 })
    // What was written last may still stand beside it.
    if (files.wal) await writeFile(`${path}-wal`, files.wal, { mode: 0o600 })
    const database = new Database(path)
    let value: T
    try {
      value = work(database)
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.exec('PRAGMA journal_mode = DELETE')
    } finally {
      database.close()
    }
    return { value, db: await wholeFile(path, MOST_DB_BYTES) }
  } catch (error) {
    if (error instanceof MaculaError) throw error
    throw new MaculaError(
      {
        kind: 'failed',
        what: 'Grafana’s database cannot be read.',
        why: error instanceof Error ? error.message : String(error),
        todo: 'Start the old Grafana once and look at its log; or leave Grafana out.',
      },
      { cause: error },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const names = (database: Sqlite.DatabaseSync, sql: string): ReadonlySet<string> =>
  new Set(
    database
      .prepare(sql)
      .all()
      .map(({ name }) => String(name)),
  )

const hasTable = (database: Sqlite.DatabaseSync, table: string): boolean =>
  names(database, "SELECT name FROM sqlite_master WHERE type = 'table'").has(table)

const hasColumn = (database: Sqlite.DatabaseSync, table: string, column: string): boolean =>
  names(database, `SELECT name FROM pragma_table_info('${table}')`).has(column)

function one(database: Sqlite.DatabaseSync, sql: string): number {
  return Number(database.prepare(sql).get()?.['count'] ?? 0)
}

/** Grafana 12 and later keep dashboards as resources beside the old table, or instead of it. */
const isDashboard = `"group" = 'dashboard.grafana.app' AND resource = 'dashboards'`

function counted(database: Sqlite.DatabaseSync): { readonly dashboards: number; readonly users: number } {
  const old = hasTable(database, 'dashboard')
    ? one(database, 'SELECT count(*) AS count FROM dashboard WHERE is_folder = 0')
    : 0
  const resources = hasTable(database, 'resource')
    ? one(database, `SELECT count(*) AS count FROM resource WHERE ${isDashboard}`)
    : 0
  return {
    dashboards: Math.max(old, resources),
    users: one(database, 'SELECT count(*) AS count FROM "user"'),
  }
}

/** Dashboards and users in a database of Grafana. */
export async function countGrafana(files: GrafanaDb) {
  return (await inFolder(files, counted)).value
}

/**
 * Makes a database of theirs one for our Grafana: dashboards that their files provisioned become ordinary ones, else Grafana
 * removes them as orphans; data sources that have a name or uid of ours give way; the administrator gets our password.
 */
export async function fitGrafana(files: GrafanaDb, wish: GrafanaWish): Promise<Buffer> {
  const { user, password, sources } = wish
  const salted = await inFolder(files, (database) =>
    database.prepare('SELECT salt FROM "user" WHERE login = ?').get(user),
  )
  const salt = salted.value?.['salt']
  // pkg/util/encoding.go, EncodePassword
  const hash =
    salt === undefined
      ? undefined
      : (await derive(password, String(salt), 10_000, 50, 'sha256')).toString('hex')
  const { db } = await inFolder(files, (database) => {
    if (hasTable(database, 'dashboard_provisioning')) database.exec('DELETE FROM dashboard_provisioning')
    if (hasTable(database, 'resource')) freeResources(database)
    if (hasTable(database, 'data_source')) giveWay(database, sources)
    if (hash !== undefined) database.prepare('UPDATE "user" SET password = ? WHERE login = ?').run(hash, user)
  })
  return db
}

function freeResources(database: Sqlite.DatabaseSync): void {
  const rows = database.prepare(`SELECT guid, value FROM resource WHERE ${isDashboard}`).all()
  for (const { guid, value } of rows) {
    const said = readObject(value)
    const annotations = said?.metadata?.annotations
    if (!said || !annotations) continue
    const managed = Object.keys(annotations).filter((key) => /^grafana\.app\/(manage|source)/.test(key))
    if (managed.length === 0) continue
    for (const key of managed) delete annotations[key]
    database.prepare('UPDATE resource SET value = ? WHERE guid = ?').run(JSON.stringify(said), guid ?? '')
  }
}

interface Resource {
  metadata?: { annotations?: Record<string, unknown> }
}

function readObject(value: unknown): Resource | undefined {
  try {
    const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value)
    return JSON.parse(text) as Resource
  } catch {
    return undefined
  }
}

function giveWay(database: Sqlite.DatabaseSync, sources: GrafanaWish['sources']): void {
  for (const { name, uid } of sources) {
    // The same uid: their dashboards find ours by it.
    database.prepare('DELETE FROM data_source WHERE uid = ?').run(uid)
    // The same name, another uid: theirs stays for their dashboards, under a name that is free.
    database.prepare('UPDATE data_source SET name = ? WHERE name = ?').run(`${name} (before Macula)`, name)
  }
  database.exec('UPDATE data_source SET is_default = 0')
  for (const column of ['read_only', 'is_prunable'])
    if (hasColumn(database, 'data_source', column)) database.exec(`UPDATE data_source SET ${column} = 0`)
}
