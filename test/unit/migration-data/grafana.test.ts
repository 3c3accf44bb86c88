import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { countGrafana, fitGrafana } from '../../../main/system/migration/data/grafana-db.ts'

/** A database with Grafana's tables, as far as they are looked at, by the real SQLite. */
function made(sql: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'macula-sqlite-'))
  const path = join(folder, 'grafana.db')
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  const db = readFileSync(path)
  rmSync(folder, { recursive: true })
  return db
}

function ask(db: Buffer, sql: string): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), 'macula-sqlite-'))
  writeFileSync(join(folder, 'grafana.db'), db)
  const database = new DatabaseSync(join(folder, 'grafana.db'))
  const rows = database.prepare(sql).all()
  database.close()
  rmSync(folder, { recursive: true })
  return rows.map((row) => ({ ...row }))
}

const old = `
CREATE TABLE dashboard (id INTEGER PRIMARY KEY, uid TEXT, title TEXT, is_folder INTEGER);
CREATE TABLE dashboard_provisioning (id INTEGER PRIMARY KEY, dashboard_id INTEGER, name TEXT);
CREATE TABLE "user" (id INTEGER PRIMARY KEY, login TEXT, password TEXT, salt TEXT);
CREATE TABLE data_source (id INTEGER PRIMARY KEY, name TEXT, uid TEXT, is_default INTEGER, read_only INTEGER, is_prunable INTEGER);
INSERT INTO dashboard (uid, title, is_folder) VALUES ('a', 'Mine', 0), ('b', 'Theirs, from a file', 0), ('c', 'A folder', 1);
INSERT INTO dashboard_provisioning (dashboard_id, name) VALUES (2, 'old files');
INSERT INTO "user" (login, password, salt) VALUES ('admin', 'x', 'F3FAxVm33R'), ('joe', 'y', 'salt');
INSERT INTO data_source (name, uid, is_default, read_only, is_prunable) VALUES
  ('Prometheus', 'PBFA97CFB590B2093', 1, 1, 1), ('Loki', 'loki', 0, 1, 0), ('Mine', 'mine', 0, 0, 0);`

const wish = {
  user: 'admin',
  password: 'admin',
  sources: [
    { name: 'Prometheus', uid: 'prometheus' },
    { name: 'Loki', uid: 'loki' },
  ],
}

test('dashboards stay, sources give way, the administrator gets our password, others keep theirs', async () => {
  const before = made(old)
  expect(await countGrafana({ db: before })).toEqual({ dashboards: 2, users: 2 })
  const after = await fitGrafana({ db: before }, wish)
  expect(await countGrafana({ db: after })).toEqual({ dashboards: 2, users: 2 })
  expect(ask(after, 'SELECT * FROM dashboard_provisioning')).toEqual([])
  expect(
    ask(after, 'SELECT name, uid, is_default, read_only, is_prunable FROM data_source ORDER BY id'),
  ).toEqual([
    {
      name: 'Prometheus (before Macula)',
      uid: 'PBFA97CFB590B2093',
      is_default: 0,
      read_only: 0,
      is_prunable: 0,
    },
    { name: 'Mine', uid: 'mine', is_default: 0, read_only: 0, is_prunable: 0 },
  ])
  // As a Grafana itself wrote it for the password admin with this salt.
  const hash =
    '59acf18b94d7eb0694c61e60ce44c110c7a683ac6a8f09580d626f90f4a242000746579358d77dd9e570e83fa24faa88a8a6'
  expect(ask(after, 'SELECT login, password FROM "user" ORDER BY id')).toEqual([
    { login: 'admin', password: hash },
    { login: 'joe', password: 'y' },
  ])
})

test('dashboards that are kept as resources become a person’s too', async () => {
  const value = JSON.stringify({
    metadata: {
      name: 'b',
      annotations: {
        'grafana.app/managedBy': 'classic-file-provisioning',
        'grafana.app/sourcePath': 'b.json',
        'grafana.app/folder': 'f',
      },
    },
    spec: { title: 'B' },
  })
  const db = made(`
    CREATE TABLE "user" (id INTEGER PRIMARY KEY, login TEXT, password TEXT, salt TEXT);
    CREATE TABLE resource (guid TEXT PRIMARY KEY, "group" TEXT, resource TEXT, value TEXT);
    INSERT INTO resource VALUES ('1', 'dashboard.grafana.app', 'dashboards', '${value}'), ('2', 'folder.grafana.app', 'folders', '{}');`)
  expect(await countGrafana({ db })).toEqual({ dashboards: 1, users: 0 })
  const [row] = ask(await fitGrafana({ db }, wish), "SELECT value FROM resource WHERE guid = '1'") as {
    value: string
  }[]
  expect(JSON.parse(row?.value ?? '')).toEqual({
    metadata: { name: 'b', annotations: { 'grafana.app/folder': 'f' } },
    spec: { title: 'B' },
  })
})

test.each([
  ['no database', Buffer.from('not a database at all, but long enough to be looked at')],
  ['another program’s', made('CREATE TABLE other (id INTEGER)')],
])('refused with the reason: %s', async (_, db) => {
  await expect(countGrafana({ db })).rejects.toMatchObject({
    trouble: { kind: 'failed', what: 'Grafana’s database cannot be read.' },
  })
})
