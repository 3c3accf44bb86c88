import { execa } from 'execa'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  argv,
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

/**
 * Passwords of any characters, taken over and changed while everything runs: real PostgreSQL, PowerDNS and Prometheus;
 * Grafana, the object store, Tempo and PowerDNS-Admin are stand-ins that read the same variables.
 */

const HOSTILE = `'"$#\\ :/@%{}`
const KEY = `k'"$#:/@%{}\\=`
const USER = `ma-cu'$"la`
const config = `${home}/.config/macula-desktop`
const file = `${config}/secrets.json`
const changing = `${config}/secrets.changing.json`
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
  await done(['up', ...services])
}, 300_000)
afterAll(async () => {
  await maculactl(['down', '--remove', '--also'])
})

const kept = async (): Promise<Record<string, string>> =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, string>

async function set(name: string, value: string) {
  const [program = '', ...args] = argv(['secrets', 'set', name])
  return await run(program, args, { input: value, timeout: 240_000 })
}

/** What psql says with the connection string that `env` prints. */
async function sql(statement: string, url?: string) {
  const { DATABASE_URL: own = '' } = url === undefined ? await variables('timescaledb') : {}
  return await run('psql', [url ?? own, '-XAt', '-c', statement])
}

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
    AWS_ACCESS_KEY_ID: USER,
    AWS_SECRET_ACCESS_KEY: HOSTILE,
  })
  // It asks PowerDNS with the key from a file, every 15 s.
  await vi.waitFor(async () => expect(await health('powerdns')).toBe('up'), {
    timeout: 60_000,
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

test('of a service that does not run: it is started to be told, and stopped again', async () => {
  await done(['down', 'timescaledb', '--only'])
  const ran = await set('POSTGRES_PASSWORD', `it's ${HOSTILE}`)
  expect(ran.code, ran.err).toBe(0)
  expect(serviceOf(await status(), 'timescaledb').state).toBe('stopped')
  await done(['up', 'timescaledb'])
  expect((await sql('SELECT n FROM kept')).out).toBe('7')
}, 120_000)

test.each([
  ['POWERDNS_API_KEY', 'a+=b', /pdns\.conf/],
  ['GRAFANA_PASSWORD', 'x${HOME}y', /as a variable/],
])('%s cannot be %j: refused by its name, nothing was changed', async (name, value, why) => {
  const before = await kept()
  const ran = await set(name, value)
  expect([ran.code, ran.err.replaceAll(/\s+/g, ' ')]).toEqual([2, expect.stringMatching(why)])
  expect(await kept()).toEqual(before)
})

describe('interrupted', () => {
  /** Ends a change by SIGKILL as soon as `when` is there. */
  async function killed(words: readonly string[], when: () => boolean): Promise<void> {
    const [program = '', ...args] = argv(words)
    const child = execa(program, args, { reject: false, stdin: 'ignore' })
    const end = Date.now() + 30_000
    while (!when() && Date.now() < end) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGKILL')
    await child
  }
  test('as soon as it was written down: env hands nothing half out, and the next start finishes it', async () => {
    const before = await kept()
    await killed(['secrets', 'rotate', 'POSTGRES_PASSWORD'], () => existsSync(changing))
    expect(existsSync(changing)).toBe(true)
    expect((await stat(changing)).mode & 0o777).toBe(0o600)
    const env = await maculactl(['env', 'timescaledb'])
    const isKept = (await kept())['POSTGRES_PASSWORD'] !== before['POSTGRES_PASSWORD']
    if (!isKept) expect([env.code, env.err]).toEqual([3, expect.stringContaining('secrets finish')])
    expect((await done(['secrets', 'list'])).replaceAll(/\s+/g, ' ')).toContain('was interrupted')
    const up = await maculactl(['up', 'timescaledb'])
    expect(up.code, up.err).toBe(0)
    expect(up.err).toContain('A change of POSTGRES_PASSWORD was interrupted')
    expect(existsSync(changing)).toBe(false)
    expect((await kept())['POSTGRES_PASSWORD']).not.toBe(before['POSTGRES_PASSWORD'])
    expect((await sql('SELECT n FROM kept')).out).toBe('7')
  }, 120_000)
  test('after the database was told, before anything was kept: finish goes on', async () => {
    const before = await kept()
    const to = 'Told0Told0Told0Told0'
    await docker(
      'exec',
      'macula-timescaledb-1',
      'psql',
      '-U',
      'macula',
      '-c',
      `ALTER ROLE macula PASSWORD '${to}'`,
    )
    await writeFile(
      changing,
      JSON.stringify({
        since: Date.now(),
        from: { POSTGRES_PASSWORD: before['POSTGRES_PASSWORD'] },
        to: { POSTGRES_PASSWORD: to },
      }),
    )
    await run('chown', [user, changing])
    await done(['secrets', 'finish'])
    expect((await kept())['POSTGRES_PASSWORD']).toBe(to)
    expect((await sql('SELECT n FROM kept')).out).toBe('7')
    expect((await maculactl(['secrets', 'finish'])).err).toContain('No change of secrets is unfinished')
  }, 120_000)
  test('after it was kept, before containers were made anew: they are, and data opens', async () => {
    const before = await readFile(file, 'utf8')
    const isHalf = (): boolean => existsSync(changing) && readFileSync(file, 'utf8') !== before
    await killed(['secrets', 'rotate', 'POSTGRES_PASSWORD'], isHalf)
    await done(['up', 'timescaledb'])
    expect(existsSync(changing)).toBe(false)
    expect((await sql('SELECT n FROM kept')).out).toBe('7')
  }, 120_000)
})

describe('databases of the platform', () => {
  const names = async () =>
    (
      JSON.parse(await done(['db', 'list', '--json'])) as {
        databases: { name: string; extensions: string[] }[]
      }
    ).databases.map(({ name, extensions }) => `${name} ${extensions.join().split(' ')[0] ?? ''}`)
  test('are there with their extension, and made again where one is gone', async () => {
    expect(await names()).toEqual([
      'cortexiq_exchange timescaledb',
      'macula timescaledb',
      'macula_console timescaledb',
    ])
    await sql('DROP DATABASE macula_console WITH (FORCE)')
    const up = await maculactl(['up', 'timescaledb'])
    expect(up.err).toContain('macula_console')
    expect(await names()).toContain('macula_console timescaledb')
  }, 60_000)
  test('one more: its connection string opens it, and so does one that a program makes by itself', async () => {
    const url = (await done(['db', 'create', 'shop_dev'])).trim()
    expect((await sql('SELECT current_database()', url)).out).toBe('shop_dev')
    expect((await sql('CREATE DATABASE by_ecto')).code).toBe(0)
    expect(await names()).toEqual(expect.arrayContaining(['by_ecto timescaledb', 'shop_dev timescaledb']))
    expect((await maculactl(['db', 'create', "x'"])).code).toBe(2)
  }, 60_000)
})
