import { execFile } from 'node:child_process'
import { copyFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snapshotSchema } from '../../../main/cli/json/snapshot.ts'
import { openBackup } from '../../../main/system/backup/read.ts'
import { statusSchema } from '../../../main/cli/json/status.ts'
import {
  docker,
  done,
  everythingUp,
  home,
  maculactl,
  removeInstance,
  run,
  serviceOf,
  status,
  user,
} from '../support/actor.ts'
import { digestAt, inside as insideOf, marks, push, sql as sqlOf } from '../support/copied.ts'
import { kept as secretsKept } from '../support/secrets.ts'

/** Everything in one file, on the real stack: created, wiped, restored and compared. */

const name = `test-${process.pid}`
const kept: string[] = []
const image = 'snapshot/page'
/** A second instance of the same person, with another suffix and subnet. */
const beside = { MACULA_HOME: `${home}/.local/macula-restored` }
const second = 'macula-restored'
let file = ''

beforeAll(everythingUp)
afterAll(async () => {
  for (const one of [name, `${name}-references`]) await maculactl(['snapshot', 'delete', one, '--yes'])
  // Without its settings it would be the instance of everybody else.
  if (existsSync(`${beside.MACULA_HOME}/config/settings.json`))
    await maculactl(['down', '--remove', '--also'], user, beside)
  await removeInstance(second)
  await rm(beside.MACULA_HOME, { recursive: true, force: true })
  if (kept.length > 0) await docker('volume', 'rm', ...kept)
})

const inside = async (service: string, ...argv: readonly string[]): Promise<string> =>
  await insideOf('macula', service, ...argv)
const sql = async (
  service: 'timescaledb' | 'powerdns-db',
  _who: string,
  database: string,
  text: string,
): Promise<string> => await sqlOf('macula', service, database, text)

/** What is compared: rows, records, roles, and the bytes of files. */
async function everything(project = 'macula', registry = 'localhost:5000'): Promise<Record<string, string>> {
  const inside = async (service: string, ...argv: readonly string[]): Promise<string> =>
    await insideOf(project, service, ...argv)
  const sql = async (
    service: 'timescaledb' | 'powerdns-db',
    _who: string,
    database: string,
    text: string,
  ): Promise<string> => await sqlOf(project, service, database, text)
  const files: Record<string, string> = {}
  for (const [service, path] of marks)
    files[service] = await inside(service, 'sh', '-c', `cat ${path} 2>/dev/null || true`)
  return {
    ...files,
    digest: await digestAt(registry, image, '1.0'),
    rows: await sql(
      'timescaledb',
      'macula',
      'macula',
      "SELECT count(*), md5(string_agg(v::text, ',' ORDER BY at)) FROM snapshot_test",
    ),
    chunks: await sql(
      'timescaledb',
      'macula',
      'macula',
      "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_name = 'snapshot_test'",
    ),
    other: await sql('timescaledb', 'macula', 'snapshot_other', 'SELECT word FROM one'),
    role: await sql(
      'timescaledb',
      'macula',
      'postgres',
      "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'snapshot_reader'",
    ),
    record: await sql(
      'powerdns-db',
      'pdns',
      'pdns',
      "SELECT content FROM records WHERE name = 'snapshot.macula.local'",
    ),
  }
}

test('what was there is wiped and comes back, whole; passwords are not in the file', async () => {
  // prettier-ignore
  await sql('timescaledb', 'macula', 'macula', `
    DROP TABLE IF EXISTS snapshot_test;
    CREATE TABLE snapshot_test (at timestamptz NOT NULL, v int);
    SELECT create_hypertable('snapshot_test', 'at', chunk_time_interval => interval '1 day');
    INSERT INTO snapshot_test SELECT '2026-01-01'::timestamptz + n * interval '1 hour', n FROM generate_series(1, 1000) n;`)
  await sql('timescaledb', 'macula', 'postgres', 'DROP DATABASE IF EXISTS snapshot_other')
  await sql('timescaledb', 'macula', 'postgres', 'CREATE DATABASE snapshot_other')
  await sql(
    'timescaledb',
    'macula',
    'snapshot_other',
    "CREATE TABLE one (word text); INSERT INTO one VALUES ('kept')",
  )
  await sql(
    'timescaledb',
    'macula',
    'postgres',
    "DROP ROLE IF EXISTS snapshot_reader; CREATE ROLE snapshot_reader LOGIN PASSWORD 'canary-role-password'",
  )
  await sql(
    'powerdns-db',
    'pdns',
    'pdns',
    "DELETE FROM records WHERE name = 'snapshot.macula.local'; INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, 'snapshot.macula.local', 'A', '127.9.9.9', 60 FROM domains LIMIT 1",
  )
  for (const [service, path] of marks) await inside(service, 'sh', '-c', `echo precious-${service} > ${path}`)
  await push(`localhost:5000/${image}:1.0`)
  const before = await everything()
  expect(before['digest']).toMatch(/^sha256:/)
  expect(before).toMatchObject({
    other: 'kept',
    role: 't',
    record: '127.9.9.9',
    grafana: 'precious-grafana',
  })

  const unasked = await maculactl(['snapshot', 'create', name])
  expect(unasked.code).toBe(2)
  const made = snapshotSchema.parse(
    JSON.parse(await done(['snapshot', 'create', name, '--secrets', 'leave-out', '--json'])),
  )
  file = made.file
  expect(made.ok).toBe(true)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(dirname(file))).toEqual([`${name}.macula-snapshot`])
  expect(made.parts.map(({ kind, service, name: part }) => `${kind} ${service} ${part}`)).toEqual(
    expect.arrayContaining([
      'database timescaledb macula',
      'database timescaledb snapshot_other',
      'database powerdns-db pdns',
      'volume grafana grafana',
      'volume object-store object-store',
      'volume registry registry',
      'files  ',
    ]),
  )
  expect((await status()).services.filter(({ state }) => state === 'failed')).toEqual([])

  // No password is in it, wherever: neither of ours nor of a role that a person made.
  const values = Object.entries(await secretsKept()).filter(
    ([, value]) => typeof value === 'string' && value.length >= 16,
  )
  expect(values.length).toBeGreaterThan(3)
  const opened = await openBackup(file)
  for (const part of opened.manifest.parts) {
    const content: Buffer[] = []
    for await (const chunk of opened.read(part)) content.push(chunk)
    const whole = Buffer.concat(content)
    for (const [key, value] of [...values, ['ROLE', 'canary-role-password'] as const]) {
      // The stand-in of Grafana keeps its admin's password as it is; the real one keeps a hash of it.
      if (key === 'GRAFANA_PASSWORD' && part.service === 'grafana') continue
      expect(whole.includes(value), `${key} in ${part.kind} ${part.service}`).toBe(false)
    }
  }
  await opened.close()
  const raw = await readFile(file)
  for (const [key, value] of values) expect(raw.includes(value), `${key} in the file as it is`).toBe(false)
  await done(['snapshot', 'show', name, '--verify'])

  // What is cut off, broken, foreign or newer changes nothing.
  const bad: readonly (readonly [string, string, (to: string) => Promise<void>])[] = [
    ['cut', 'It is cut off', async (to) => await truncate(to, raw.length - 2000)],
    [
      'broken',
      'is damaged',
      async (to) => {
        const bytes = Buffer.from(raw)
        const at = Math.floor(bytes.length / 2)
        bytes[at] = (bytes[at] ?? 0) ^ 0xff
        await writeFile(to, bytes)
      },
    ],
    ['foreign', 'is not a snapshot', async (to) => void (await run('tar', ['-cf', to, '/etc/hostname']))],
    [
      'newer',
      'written by a newer Macula Desktop',
      async (to) =>
        await writeFile(
          to,
          Buffer.from(raw.toString('latin1').replace('"formatVersion": 1', '"formatVersion": 2'), 'latin1'),
        ),
    ],
  ]
  for (const [kind, says, make] of bad) {
    const path = join(dirname(file), `bad-${kind}.macula-snapshot`)
    await copyFile(file, path)
    await make(path)
    const refused = await maculactl(['snapshot', 'restore', path, '--yes'])
    expect([kind, refused.code], refused.err).toEqual([kind, 2])
    expect(refused.err.replaceAll(/\s+/g, ' ')).toContain(says)
    await rm(path)
  }
  expect(await everything()).toEqual(before)
  expect(serviceOf(await status(), 'timescaledb').state).toBe('works')

  // Wiped.
  await sql('timescaledb', 'macula', 'macula', 'DROP TABLE snapshot_test')
  await sql('timescaledb', 'macula', 'postgres', 'DROP DATABASE snapshot_other')
  await sql('timescaledb', 'macula', 'postgres', 'DROP ROLE snapshot_reader')
  await sql('powerdns-db', 'pdns', 'pdns', "DELETE FROM records WHERE name = 'snapshot.macula.local'")
  for (const [service, path] of marks) await inside(service, 'rm', path)
  await inside('registry', 'rm', '-r', `/var/lib/registry/docker/registry/v2/repositories/${image}`)
  expect(await digestAt('localhost:5000', image, '1.0')).toBe('')

  const restored = snapshotSchema.parse(
    JSON.parse(await done(['snapshot', 'restore', name, '--yes', '--json'])),
  )
  kept.push(...restored.moved.map(({ to }) => to).filter((to) => to.startsWith('macula_')))
  expect(restored.moved.map(({ from }) => from)).toEqual(
    expect.arrayContaining([
      'macula_timescaledb',
      'macula_powerdns-db',
      'macula_grafana',
      'macula_object-store',
      'macula_registry',
    ]),
  )
  expect(await everything()).toEqual(before)
  expect((await status()).services.filter(({ state }) => state === 'failed')).toEqual([])
  for (const service of ['timescaledb', 'powerdns', 'grafana', 'object-store', 'registry'])
    expect(serviceOf(await status(), service).state, service).toBe('works')
  // Its dumps are what the server's own program reads.
  const { stdout } = await promisify(execFile)('tar', ['-tf', file])
  expect(stdout).toContain('manifest.json')
})

test('by reference: names and digests are in it, and a restore says that images are to be pushed again', async () => {
  const made = snapshotSchema.parse(
    JSON.parse(
      await done([
        'snapshot',
        'create',
        `${name}-references`,
        '--registry',
        'references',
        '--secrets',
        'leave-out',
        '--json',
      ]),
    ),
  )
  const opened = await openBackup(made.file)
  const part = opened.manifest.parts.find(({ kind }) => kind === 'images') ?? expect.fail()
  const content: Buffer[] = []
  for await (const chunk of opened.read(part)) content.push(chunk)
  await opened.close()
  const images = JSON.parse(Buffer.concat(content).toString()) as Record<string, string>
  expect(images[`${image}:1.0`]).toBe(await digestAt('localhost:5000', image, '1.0'))
  expect(made.parts.some(({ kind, service }) => kind === 'volume' && service === 'registry')).toBe(false)
})

test('a second instance with another suffix and subnet has all of it, and keeps what is its own', async () => {
  const settings = {
    project: second,
    suffix: 'restored.test',
    subnet: '172.31.243.0/24',
    addresses: '127.0.43.0/24',
    dnsPort: 5397,
  }
  const config = `${beside.MACULA_HOME}/config`
  await run('install', ['-d', '-o', user, '-g', user, beside.MACULA_HOME, config])
  await writeFile(`${config}/settings.json`, JSON.stringify(settings), { mode: 0o600 })
  expect((await run('chown', [`${user}:`, `${config}/settings.json`])).code).toBe(0)
  const here = await everything()
  const ran = await maculactl(['snapshot', 'restore', file, '--yes', '--json'], user, beside)
  expect(ran.code, ran.err).toBe(0)
  const restored = snapshotSchema.parse(JSON.parse(ran.out))
  expect(restored.notes.join(' ')).toMatch(
    /is of macula\.local, this instance is restored\.test: suffix, subnet, addresses and ports stay those of this one\. Zones in PowerDNS keep the names/,
  )
  const up = await maculactl(
    ['up', 'timescaledb', 'powerdns', 'grafana', 'object-store', 'registry'],
    user,
    beside,
  )
  expect(up.code, up.err).toBe(0)
  const seen = statusSchema.parse(JSON.parse((await maculactl(['status', '--json'], user, beside)).out))
  const registry = (seen.services.find(({ id }) => id === 'registry')?.address ?? '').replace(/:\d+$/, '')
  expect(registry).toMatch(/^127\.0\.43\./)
  expect(await everything(second, `${registry}:5000`)).toEqual(here)
  // What names it: its own zone is there beside the restored one, and Grafana tells its own address.
  const zones = await sqlOf(second, 'powerdns-db', 'pdns', 'SELECT name FROM domains ORDER BY name')
  expect(zones.split('\n')).toEqual(expect.arrayContaining(['macula.local', 'restored.test']))
  expect(await insideOf(second, 'grafana', 'printenv', 'GF_SERVER_ROOT_URL')).toContain('restored.test')
  // Its passwords are its own, and open what was restored.
  const { variables } = JSON.parse((await maculactl(['env', 'timescaledb', '--json'], user, beside)).out) as {
    readonly variables: readonly { readonly name: string; readonly value: string }[]
  }
  const url = variables.find((one) => one.name === 'DATABASE_URL')?.value ?? ''
  const counted = await run('psql', [url, '-XAt', '-c', 'SELECT count(*) FROM snapshot_test'])
  expect(counted, counted.err).toMatchObject({ code: 0, out: '1000' })
  // The first one is as it was.
  expect(await everything()).toEqual(here)
})
