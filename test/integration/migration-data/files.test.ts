import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ComposeProjectSeen } from '../../../main/model/migration.ts'
import { openLink } from '../../../main/system/docker/link.ts'
import { seeRoomOf } from '../../../main/system/migration/data/sizes.ts'
import {
  clear,
  clearOurs,
  contentOf,
  docker,
  inVolume,
  left,
  OLD,
  oldContainer,
  oldProject,
  openOursIn,
  settings,
  temporaryFolder,
} from './world.ts'

/**
 * Stores that are taken over as files. The object store's files are in MinIO's form as its documentation tells it, and
 * Grafana's database has its tables as far as they are looked at: neither program can be had here.
 */

const MINIO = `${OLD}/minio:latest`
const GRAFANA = `${OLD}/grafana:latest`
const minio = { theirs: `${OLD}_minio-data`, ours: `${settings.project}_object-store` }
const grafana = { theirs: `${OLD}_grafana-data`, ours: `${settings.project}_grafana` }
const folder = temporaryFolder()
const { signal } = new AbortController()
let from: ComposeProjectSeen

const buckets = [
  'mkdir -p .minio.sys/config .minio.sys/buckets/tempo',
  `echo '{"version":"1","format":"xl-single","xl":{"sets":[["a"]]}}' >.minio.sys/format.json`,
  'for n in 1 2 3; do mkdir -p "tempo/single tenant/block$n" && head -c 200000 /dev/urandom >"tempo/single tenant/block$n/xl.meta"; done',
  'mkdir -p backups/deep/er/key && echo x >backups/deep/er/key/xl.meta && mkdir empty',
].join(' && ')

const dashboards = `python3 - <<'P'
import sqlite3
d = sqlite3.connect('/data/grafana.db')
d.executescript('''
CREATE TABLE dashboard (id INTEGER PRIMARY KEY, uid TEXT, title TEXT, is_folder INTEGER);
CREATE TABLE dashboard_provisioning (id INTEGER PRIMARY KEY, dashboard_id INTEGER, name TEXT);
CREATE TABLE "user" (id INTEGER PRIMARY KEY, login TEXT, password TEXT, salt TEXT);
CREATE TABLE data_source (id INTEGER PRIMARY KEY, name TEXT, uid TEXT, is_default INTEGER, read_only INTEGER);
INSERT INTO dashboard (uid, title, is_folder) VALUES ('a', 'Mine', 0), ('b', 'Theirs', 0), ('f', 'Folder', 1);
INSERT INTO dashboard_provisioning (dashboard_id, name) VALUES (2, 'old files');
INSERT INTO "user" (login, password, salt) VALUES ('admin', 'x', 'pepper');
INSERT INTO data_source (name, uid, is_default, read_only) VALUES ('Prometheus', 'PBFA', 1, 1);
''')
P
mkdir -p plugins/one && echo code >plugins/one/module.js && chown -R 472:0 . && chmod 640 grafana.db`

beforeAll(async () => {
  await clear()
  docker('tag', 'pgsty/silo:RELEASE.2026-09-03T13-18-01Z', MINIO)
  docker('tag', 'grafana/grafana:13.2.1', GRAFANA)
  from = oldProject([
    oldContainer('minio', MINIO, '/data'),
    oldContainer('grafana', GRAFANA, '/var/lib/grafana'),
  ])
  inVolume(minio.theirs, buckets)
  inVolume(grafana.theirs, dashboards)
})
beforeEach(clearOurs)
afterAll(async () => {
  await clear()
  for (const image of [MINIO, GRAFANA]) docker('rmi', image)
  folder.remove()
})

it('buckets come as they are, and one of several drives or of the old form does not', async () => {
  const { move } = await openOursIn(folder.path)
  const before = contentOf(minio.theirs)
  expect(await move('object-store').measure(from)).toMatchObject({
    kind: 'found',
    says: '3 buckets, 4 objects',
  })
  expect(await move('object-store').take(from, () => undefined, signal)).toEqual({
    says: '3 buckets, 4 objects: every file equal',
    movedAside: [],
  })
  expect(contentOf(minio.ours)).toBe(before)
  expect(contentOf(minio.theirs)).toBe(before)
  inVolume(minio.theirs, `sed -i 's/xl-single/fs/' .minio.sys/format.json`)
  expect(await move('object-store').measure(from)).toMatchObject({ kind: 'refused' })
  await expect(move('object-store').take(from, () => undefined, signal)).rejects.toThrow('the old form "fs"')
  inVolume(minio.theirs, `sed -i 's/"fs"/"xl-single"/' .minio.sys/format.json`)
  expect(contentOf(minio.ours)).toBe(before)
})

it('dashboards, users and plugins come; what ours provisions stays, and what it had is moved aside', async () => {
  const { adapters, move } = await openOursIn(folder.path)
  expect(await move('grafana').measure(from)).toMatchObject({ kind: 'found', says: '2 dashboards, 1 user' })
  await move('grafana').take(from, () => undefined, signal)
  inVolume(grafana.ours, 'echo mine >own')
  const { says, movedAside } = await move('grafana').take(from, () => undefined, signal)
  expect(says).toBe('2 dashboards, 1 user: all counts equal')
  expect(inVolume(movedAside[0]?.to ?? '', 'cat own')).toBe('mine')
  const asked = `python3 -c "
import sqlite3
d = sqlite3.connect('/data/grafana.db')
print(d.execute('select count(*) from dashboard_provisioning').fetchone(), d.execute('select name, uid, is_default from data_source').fetchall(), d.execute('select length(password) from user').fetchone())"`
  expect(inVolume(grafana.ours, asked)).toBe("(0,) [('Prometheus (before Macula)', 'PBFA', 0)] (100,)")
  expect(inVolume(grafana.ours, 'stat -c "%u:%g %a" grafana.db; cat plugins/one/module.js')).toBe(
    '472:0 640\ncode',
  )
  expect(await left()).toMatchObject({ helpers: 0 })
  expect(await adapters.data.kept('grafana')).toBeUndefined()
})

it('a Grafana that is newer than ours is refused, as is a volume without its database', async () => {
  const { move } = await openOursIn(folder.path, {
    ask: (image) =>
      Promise.resolve(image.startsWith('sha256:') ? 'grafana version 14.0.1' : 'grafana version 13.2.1'),
  })
  await expect(move('grafana').take(from, () => undefined, signal)).rejects.toThrow(
    'it is of Grafana 14.0.1, Macula’s is 13.2.1',
  )
  inVolume(grafana.theirs, 'mv grafana.db kept')
  expect(await move('grafana').measure(from)).toMatchObject({
    kind: 'refused',
    trouble: { what: `There is no grafana.db in the volume ${grafana.theirs}.` },
  })
  inVolume(grafana.theirs, 'mv kept grafana.db')
  expect((await left()).volumes).toEqual([])
})

it('what a killed run left goes, what is needed to go on and what is not ours stays', async () => {
  const { adapters } = await openOursIn(folder.path)
  const { project } = settings
  const own = [
    '--label',
    `dev.macula.project=${project}`,
    '--label',
    `dev.macula.owner=${process.getuid?.() ?? 0}`,
  ]
  for (const name of ['old', 'needed'])
    docker('volume', 'create', ...own, '--label', `dev.macula.taking=${project}`, `${project}_taking-${name}`)
  docker('volume', 'create', '--label', 'dev.macula.taking=another', `${project}_other`)
  docker(
    'create',
    '--label',
    `dev.macula.taking=${project}`,
    ...own,
    '--volume',
    `${project}_taking-old:/data`,
    'macula-test/base',
    'true',
  )
  const kept = { source: 'x', since: 1, scratch: ['needed'], done: ['dumped'], bytes: 1, moved: [] }
  await adapters.data.keep('powerdns', kept)
  await adapters.data.sweep()
  expect(await left()).toEqual({ volumes: [`${project}_other`, `${project}_taking-needed`], helpers: 0 })
  await adapters.data.keep('powerdns', undefined)
  await adapters.data.sweep()
  expect((await left()).volumes).toEqual([`${project}_other`])
  // Nothing that is not ours is written to, and nothing is made by looking for it.
  await adapters.data.session(async (hands) => {
    await expect(hands.open(minio.theirs, MINIO, 'write')).rejects.toThrow('is not ours to write to')
    await expect(hands.open(`${project}_nowhere`, MINIO, 'read')).rejects.toThrow('There is no volume')
  })
})

it('free room is that of Docker’s disk, on this machine and where only a container can tell', async () => {
  const link = await openLink('', process.env)
  const here = (await seeRoomOf(link, settings.project, MINIO)) ?? 0
  const away = { ...link, endpoint: { kind: 'tcp', host: 'elsewhere', port: 1 } as const }
  const inside = (await seeRoomOf(away, settings.project, MINIO)) ?? 0
  expect(here).toBeGreaterThan(1_000_000)
  expect(Math.abs(here - inside)).toBeLessThan(here / 5)
  expect(await seeRoomOf(away, settings.project, 'macula-test/none:1').catch(() => 'refused')).toBe('refused')
})
