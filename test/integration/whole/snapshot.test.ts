import { execFile } from 'node:child_process'
import { readdir, rm, stat, truncate, copyFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snapshotSchema } from '../../../main/cli/json/snapshot.ts'
import { openBackup } from '../../../main/system/backup/read.ts'
import { docker, done, everythingUp, maculactl, serviceOf, status } from '../support/actor.ts'
import { kept as secretsKept } from '../support/secrets.ts'

/** Everything in one file, on the real stack: created, wiped, restored and compared. */

const name = `test-${process.pid}`
const kept: string[] = []
let file = ''

beforeAll(everythingUp)
afterAll(async () => {
  await maculactl(['snapshot', 'delete', name, '--yes'])
  if (kept.length > 0) await docker('volume', 'rm', ...kept)
})

async function inside(service: string, ...argv: readonly string[]): Promise<string> {
  const ran = await docker('exec', `macula-${service}-1`, ...argv)
  if (ran.code !== 0) throw new Error(`${argv.join(' ')} in ${service}: ${ran.err}`)
  return ran.out.trim()
}
const sql = async (service: string, who: string, database: string, text: string): Promise<string> =>
  await inside(
    service,
    'psql',
    '-X',
    '-q',
    '-A',
    '-t',
    '-v',
    'ON_ERROR_STOP=1',
    '-U',
    who,
    '-d',
    database,
    '-c',
    text,
  )

const marks = [
  ['grafana', '/var/lib/grafana/snapshot-marker'],
  ['object-store', '/data/snapshot-marker'],
  ['registry', '/var/lib/registry/snapshot-marker'],
] as const

/** What is compared: rows, records, roles, and the bytes of files. */
async function everything(): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const [service, path] of marks)
    files[service] = await inside(service, 'sh', '-c', `cat ${path} 2>/dev/null || true`)
  return {
    ...files,
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

test(
  'what was there is wiped and comes back, whole; passwords are not in the file',
  { timeout: 280_000 },
  async () => {
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
    for (const [service, path] of marks)
      await inside(service, 'sh', '-c', `echo precious-${service} > ${path}`)
    const before = await everything()
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
    await done(['snapshot', 'show', name, '--verify'])

    // Wiped.
    await sql('timescaledb', 'macula', 'macula', 'DROP TABLE snapshot_test')
    await sql('timescaledb', 'macula', 'postgres', 'DROP DATABASE snapshot_other')
    await sql('timescaledb', 'macula', 'postgres', 'DROP ROLE snapshot_reader')
    await sql('powerdns-db', 'pdns', 'pdns', "DELETE FROM records WHERE name = 'snapshot.macula.local'")
    for (const [service, path] of marks) await inside(service, 'rm', path)

    // What is cut off changes nothing.
    const cut = join(dirname(file), 'cut.macula-snapshot')
    await copyFile(file, cut)
    await truncate(cut, (await stat(file)).size - 2000)
    const refused = await maculactl(['snapshot', 'restore', cut, '--yes'])
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('It is cut off')
    await rm(cut)
    expect(serviceOf(await status(), 'timescaledb').state).toBe('works')

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
  },
)
