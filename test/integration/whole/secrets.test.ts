import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  docker,
  done,
  fresh,
  home,
  maculactl,
  run,
  serviceOf,
  status,
  until,
  user,
  variables,
} from '../support/actor.ts'
import { changing, file, kept, set, sql } from '../support/secrets.ts'

/**
 * Passwords of any characters, taken over and changed while everything runs: real PostgreSQL, PowerDNS and Prometheus;
 * Grafana, the object store, Tempo and PowerDNS-Admin are stand-ins that read the same variables.
 */

const HOSTILE = `'"$#\\ :/@%{}`
const KEY = `k'"$#:/@%{}\\=`
const USER = `ma-cu'$"la`
const services = [
  'timescaledb',
  'powerdns',
  'powerdns-admin',
  'grafana',
  'prometheus',
  'object-store',
  'tempo',
]

/** As a person writes it for Compose. */
const written = (value: string): string =>
  `"${value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('$', String.raw`\$`)}"`

beforeAll(async () => {
  await fresh()
  const env = `${home}/old.env`
  await writeFile(
    env,
    [
      '# the platform',
      `POSTGRES_PASSWORD=${written(`it's ${HOSTILE}`)}`,
      `TIMESCALEDB_PASSWORD=${written(HOSTILE)}`,
      `POWERDNS_API_KEY=${written(KEY)}`,
      `GRAFANA_ADMIN_PASSWORD=admin`,
      `MINIO_ROOT_USER=${written(USER)}`,
      `MINIO_ROOT_PASSWORD=${written(HOSTILE)}`,
      `PDNS_ADMIN_SECRET_KEY=${written(HOSTILE)}`,
      'MACULA_DOMAIN=macula.local',
      '',
    ].join('\n'),
  )
  await run('chown', [user, env])
  const out = await done(['secrets', 'import', env])
  expect(out).toContain('POSTGRES_PASSWORD (their TIMESCALEDB_PASSWORD)')
  // One that stands within a URL, in the fragment of PowerDNS-Admin.
  expect((await set('POWERDNS_ADMIN_DB_PASSWORD', HOSTILE)).code).toBe(0)
  expect((await set('S3_APP_SECRET_KEY', HOSTILE)).code).toBe(0)
  expect((await set('POWERDNS_ADMIN_PASSWORD', HOSTILE)).code).toBe(0)
  await done(['up', ...services])
})
afterAll(async () => {
  await maculactl(['down', '--remove', '--also'])
})

async function powerdns(key: string): Promise<number> {
  const { address } = serviceOf(await status(), 'powerdns').container ?? { address: '' }
  const answer = await fetch(`http://${address}:8081/api/v1/servers/localhost/zones`, {
    headers: { 'X-API-Key': key },
  })
  return answer.status
}

async function grafana(password: string): Promise<number> {
  const answer = await fetch('http://127.0.0.4:3000/api/datasources', {
    headers: { Authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` },
  })
  return answer.status
}

async function health(job: string): Promise<string | undefined> {
  const answer = await fetch('http://127.0.0.3:9090/api/v1/targets')
  const { data } = (await answer.json()) as {
    data: { activeTargets: { labels: { job: string }; health: string }[] }
  }
  return data.activeTargets.find(({ labels }) => labels.job === job)?.health
}

test('what was imported is what every program has, and all of them work', async () => {
  const seen = await until((now) => services.every((id) => serviceOf(now, id).ladder.at(-1)?.state === 'ok'))
  for (const id of services) expect(serviceOf(seen, id).ladder.at(-1), id).toMatchObject({ state: 'ok' })
  expect((await sql('SELECT current_user')).out).toBe('macula')
  expect((await variables('timescaledb'))['PGPASSWORD']).toBe(HOSTILE)
  expect(await powerdns(KEY)).toBe(200)
  expect(await grafana('admin')).toBe(200)
  expect(await variables('object-store')).toMatchObject({
    AWS_ACCESS_KEY_ID: 'macula-app',
    AWS_SECRET_ACCESS_KEY: HOSTILE,
  })
  // It is no root's: the preparation made it with root's keys, of which the same is true.
  expect((await kept())['S3_ACCESS_KEY']).toBe(USER)
  expect((await done(['s3', 'list'])).trim().split('\n')).toEqual(['Bucket', 'artifacts', 'backups', 'tempo'])
  // It asks PowerDNS with the key from a file, every 15 s.
  await vi.waitFor(async () => expect(await health('powerdns')).toBe('up'), {
    timeout: 300_000,
    interval: 500,
  })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(existsSync(changing)).toBe(false)
  const shown = await done(['secrets', 'list'])
  expect(shown).not.toContain(HOSTILE)
  expect(await done(['secrets', 'list', '--reveal'])).toContain(HOSTILE)
})

test('shell lines of env give a shell the very values', async () => {
  const lines = await done(['env', 'timescaledb', 'powerdns'])
  const { stdout } = await execa('sh', ['-c', `${lines}\nprintf '%s|%s' "$PGPASSWORD" "$POWERDNS_API_KEY"`])
  expect(stdout).toBe(`${HOSTILE}|${KEY}`)
})

/** What PowerDNS-Admin says to somebody who signs in: it leads on, or shows its form again. */
async function dnsAdmin(password: string): Promise<number> {
  const at = 'http://127.0.0.1:9191/login'
  const page = await (await fetch(at)).text()
  const token = /name="?_csrf_token"? value="([^"]+)"/.exec(page)?.[1] ?? ''
  const body = new URLSearchParams({ _csrf_token: token, username: 'admin', password })
  return (await fetch(at, { method: 'POST', body, redirect: 'manual' })).status
}

test('the administrator of PowerDNS-Admin has the password that was set, also when it does not run while it changes', async () => {
  expect([await dnsAdmin(HOSTILE), await dnsAdmin('another')]).toEqual([302, 200])
  await done(['down', 'powerdns-admin', '--remove'])
  await done(['secrets', 'rotate', 'POWERDNS_ADMIN_PASSWORD'])
  await done(['up', 'powerdns-admin'])
  const now = (await kept())['POWERDNS_ADMIN_PASSWORD'] ?? ''
  expect([await dnsAdmin(HOSTILE), await dnsAdmin(now)]).toEqual([200, 302])
})

test('a password within a URL of a fragment may be any too', async () => {
  const uri = await docker(
    'inspect',
    '-f',
    '{{range .Config.Env}}{{println .}}{{end}}',
    'macula-powerdns-admin-1',
  )
  const url = /^SQLALCHEMY_DATABASE_URI=(.*)$/m.exec(uri.out)?.[1] ?? ''
  expect(
    (await docker('exec', 'macula-powerdns-admin-1', 'psql', url, '-XAt', '-c', 'SELECT current_user')).out,
  ).toBe('pdnsadmin')
})

test('rotated while everything runs: the new ones open, the old ones do not, and nothing is lost', async () => {
  expect((await sql('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)')).code).toBe(0)
  const before = (await variables('timescaledb'))['DATABASE_URL'] ?? ''
  await done([
    'secrets',
    'rotate',
    'POSTGRES_PASSWORD',
    'POWERDNS_DB_PASSWORD',
    'POWERDNS_API_KEY',
    'GRAFANA_PASSWORD',
  ])
  const now = await kept()
  expect((await sql('SELECT n FROM kept')).out).toBe('7')
  expect((await sql('SELECT 1', before)).err).toContain('password authentication failed')
  expect([await powerdns(KEY), await powerdns(now['POWERDNS_API_KEY'] ?? '')]).toEqual([401, 200])
  expect([await grafana('admin'), await grafana(now['GRAFANA_PASSWORD'] ?? '')]).toEqual([401, 200])
  const seen = await until((one) => services.every((id) => serviceOf(one, id).ladder.at(-1)?.state === 'ok'))
  for (const id of services) expect(serviceOf(seen, id).ladder.at(-1), id).toMatchObject({ state: 'ok' })
  expect(existsSync(changing)).toBe(false)
})

test('no password stands in a log, an argument, a label or a health check of any container', async () => {
  const ids = (await docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=macula')).out.split(
    '\n',
  )
  expect(ids.length).toBeGreaterThanOrEqual(services.length)
  const values = [...new Set([HOSTILE, KEY, `it's ${HOSTILE}`, ...Object.values(await kept())])].filter(
    (value) => value.length >= 8,
  )
  const forms = values.flatMap((value) => [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
  ])
  for (const id of ids) {
    const shows = {
      name: (await docker('inspect', '-f', '{{.Name}}', id)).out,
      log: await docker('logs', id),
      arguments: await docker('top', id, '-eo', 'pid,args'),
      made: await docker(
        'inspect',
        '-f',
        '{{json .Path}} {{json .Args}} {{json .Config.Cmd}} {{json .Config.Entrypoint}} {{json .Config.Healthcheck}} {{json .Config.Labels}}',
        id,
      ),
    }
    const { log, arguments: argvs, made } = shows
    for (const [where, text] of Object.entries({
      log: log.out + log.err,
      argvs: argvs.out,
      made: made.out,
    })) {
      if (where !== 'log') expect(text, `${shows.name} ${where}`).not.toBe('')
      for (const form of forms) expect(text.includes(form), `${shows.name} ${where}`).toBe(false)
    }
  }
})

test('of a service that does not run: it is started to be told, and stopped again', async () => {
  await done(['down', 'timescaledb', '--only'])
  const ran = await set('POSTGRES_PASSWORD', `it's ${HOSTILE}`)
  expect(ran.code, ran.err).toBe(0)
  await until((one) => serviceOf(one, 'timescaledb').state === 'stopped')
  await done(['up', 'timescaledb'])
  expect((await sql('SELECT n FROM kept')).out).toBe('7')
})

test.each([
  ['POWERDNS_API_KEY', 'a+=b', /pdns\.conf/],
  ['GRAFANA_PASSWORD', 'x${HOME}y', /as a variable/],
])('%s cannot be %j: refused by its name, nothing was changed', async (name, value, why) => {
  const before = await kept()
  const ran = await set(name, value)
  expect([ran.code, ran.err.replaceAll(/\s+/g, ' ')]).toEqual([2, expect.stringMatching(why)])
  expect(await kept()).toEqual(before)
})
