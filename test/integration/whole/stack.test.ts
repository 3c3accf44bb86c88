import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  as,
  curl,
  docker,
  done,
  everythingUp,
  fresh,
  home,
  maculactl,
  run,
  serviceOf,
  states,
  status,
  until,
  user,
  variables,
} from '../support/actor.ts'

/** From nothing to everything green, as a plain user with one elevation, and then used as a developer would. */

beforeAll(async () => {
  await fresh()
  await everythingUp()
})

test('every service of Host, Observability, Tools and Data works on all five rungs', async () => {
  const seen = await until((one) => Object.keys(states(one)).join() === 'works')
  expect(states(seen)['works']).toHaveLength(14)
  for (const service of seen.services.filter(({ state }) => state === 'works'))
    for (const rung of service.ladder)
      expect(['ok', 'unused'], `${service.id} ${rung.id}: ${rung.says}`).toContain(rung.state)
  expect(seen.summary.says).toBe('All 14 services work.')
})

test('the applications are listed as not set up, with their reason', async () => {
  const seen = await status()
  for (const id of ['cluster/hub', 'console', 'bootstrap', 'peer1', 'peer2'])
    expect(serviceOf(seen, id).state).toBe('not set up')
  expect(serviceOf(seen, 'console').headline?.why).toMatch(/hub cluster has not been created/)
  // A forwarder without a cluster would accept connections and drop them.
  expect((await run('ss', ['-Hltn'])).out).not.toContain('127.0.0.2:80')
})

describe('clean URLs through the OS resolver', () => {
  test.each([
    ['registry.macula.local/', 200, 'registry-ui'],
    ['registry.macula.local/v2/', 200, '{}'],
    ['dns-admin.macula.local/login', 200, 'PowerDNS-Admin'],
    ['prometheus.macula.local/-/ready', 200, 'Prometheus'],
    ['grafana.macula.local/login', 200, 'Grafana'],
    ['loki.macula.local/ready', 200, 'ready'],
    ['tempo.macula.local/ready', 200, 'ready'],
    ['draw.macula.local/', 200, 'xcalidraw'],
    ['s3.macula.local/minio/health/live', 200, ''],
    ['s3-console.macula.local/', 200, 'Object store'],
    ['nobody.macula.local/', 0, 'resolve host'],
  ])('http://%s answers %d', async (url, code, word) => {
    const answer = await curl(`http://${url}`)
    expect(answer.status).toBe(code)
    expect(answer.body).toContain(word)
  })

  test('the PowerDNS API takes its key, and only that', async () => {
    const { POWERDNS_API_KEY: key = '' } = await variables('powerdns')
    expect((await curl('http://dns.macula.local/api/v1/servers/localhost')).status).toBe(401)
    const zone = JSON.stringify({ name: 'example.test.', kind: 'Native', nameservers: [] })
    const made = await curl(
      '-H',
      `X-API-Key: ${key}`,
      '-H',
      'Content-Type: application/json',
      '-d',
      zone,
      'http://dns.macula.local/api/v1/servers/localhost/zones',
    )
    expect(made.status, made.body).toBe(201)
    const list = await curl(
      '-H',
      `X-API-Key: ${key}`,
      'http://dns.macula.local/api/v1/servers/localhost/zones',
    )
    expect(list.body).toContain('example.test.')
  })

  test('Grafana knows its three sources and the platform dashboard', async () => {
    const { GRAFANA_USER: name = '', GRAFANA_PASSWORD: password = '' } = await variables('grafana')
    const sources = JSON.parse(
      (await curl('-u', `${name}:${password}`, 'http://grafana.macula.local/api/datasources')).body,
    ) as { uid: string }[]
    expect(sources.map(({ uid }) => uid).sort((one, two) => one.localeCompare(two))).toEqual([
      'loki',
      'prometheus',
      'tempo',
    ])
    expect(
      (await curl('-u', `${name}:${password}`, 'http://grafana.macula.local/api/search')).body,
    ).toContain('macula-platform')
  })
})

test('PowerDNS answers at its own address, by UDP and by TCP', async () => {
  const { POWERDNS_DNS_HOST: host = '', POWERDNS_DNS_PORT: port = '' } = await variables('powerdns')
  expect(`${host}:${port}`).toBe('127.0.0.100:5300')
  for (const how of ['+notcp', '+tcp'])
    await expect
      .poll(
        async () => (await run('dig', ['+short', how, '-p', port, `@${host}`, 'SOA', 'macula.local'])).out,
        { timeout: 60_000, interval: 300 },
      )
      .toContain('dns.macula.local.')
})

test('PowerDNS-Admin knows PowerDNS, takes the generated administrator and nobody else, and makes a record', async () => {
  const { POWERDNS_ADMIN_USER: name = '', POWERDNS_ADMIN_PASSWORD: password = '' } =
    await variables('powerdns-admin')
  expect(name).toBe('admin')
  const at = 'http://dns-admin.macula.local'
  // In a place where the person who asks may write.
  const jar = join(home, '.dns-admin-cookies')
  const ask = async (...words: readonly string[]) => await curl('-c', jar, '-b', jar, ...words)
  const token = ({ body }: { readonly body: string }): string =>
    /name="?_csrf_token"? value="([^"]+)"/.exec(body)?.[1] ?? ''
  const signIn = async (as: string) =>
    await ask(
      ...Object.entries({
        _csrf_token: token(await ask(`${at}/login`)),
        username: name,
        password: as,
      }).flatMap(([key, value]) => ['--data-urlencode', `${key}=${value}`]),
      `${at}/login`,
    )
  expect((await signIn('another')).body).toContain('Invalid credentials')
  expect((await ask(`${at}/dashboard/`)).status).toBe(302)
  expect((await signIn(password)).status).toBe(302)
  const dashboard = await ask(`${at}/dashboard/`)
  expect(dashboard).toMatchObject({ status: 200, body: expect.stringContaining('macula.local.') as unknown })
  expect((await ask(`${at}/register`)).status).not.toBe(200)
  const record = {
    record_name: 'by-dns-admin',
    record_type: 'A',
    record_status: 'Active',
    record_ttl: '5',
    record_data: '127.0.0.9',
    record_comment: '',
  }
  const wish = JSON.stringify({ _csrf_token: token(dashboard), serial: '0', record: [record] })
  const json = ['-H', 'Content-Type: application/json', '--data', wish]
  expect((await ask(...json, `${at}/domain/macula.local/apply`)).body).toContain('"ok"')
  const { POWERDNS_URL: dns = '', POWERDNS_API_KEY: key = '' } = await variables('powerdns')
  const zone = await curl('-H', `X-API-Key: ${key}`, `${dns}/api/v1/servers/localhost/zones/macula.local.`)
  expect(zone.body).toContain('by-dns-admin.macula.local.')
  // Taken away again: a name that the hosts file does not have is a finding of the doctor's.
  const gone = { rrsets: [{ name: 'by-dns-admin.macula.local.', type: 'A', changetype: 'DELETE' }] }
  const deleting = ['-X', 'PATCH', '-H', `X-API-Key: ${key}`, '--data', JSON.stringify(gone)]
  expect((await curl(...deleting, `${dns}/api/v1/servers/localhost/zones/macula.local.`)).status).toBe(204)
})

test('psql reaches TimescaleDB by name with what env prints', async () => {
  const { DATABASE_URL: url = '' } = await variables('timescaledb')
  expect(url).toMatch(/^postgres:\/\/macula:\w{32}@postgres\.macula\.local:5432\/macula$/)
  const [program = '', ...args] = as(user, [
    'psql',
    url,
    '-At',
    '-c',
    "select extname from pg_extension where extname = 'timescaledb'",
    '-c',
    'select name from macula_desktop.migrations order by number',
    '-c',
    'select hypertable_schema, hypertable_name from timescaledb_information.hypertables order by 1',
  ])
  const { out, err } = await run(program, args)
  expect(err).toBe('')
  expect(out.split('\n')).toEqual([
    'timescaledb',
    'roles',
    'events',
    'snapshots-and-metrics',
    'monitoring',
    'streams-vacuum',
    'events|events',
    'metrics|samples',
  ])
})

test('the roles of TimescaleDB come in with what env prints, and can do no more than they should', async () => {
  const urls = await variables('timescaledb')
  const asked = async (url: string, ...statements: readonly string[]) => {
    const [program = '', ...args] = as(user, [
      'psql',
      urls[url] ?? '',
      '-At',
      ...statements.flatMap((one) => ['-c', one]),
    ])
    return await run(program, args)
  }
  const append = `select version from events.append('whole', null, array['{"kind": "seen"}']::jsonb[])`
  expect((await asked('APP_DATABASE_URL', 'select current_user', append)).out).toBe('macula_app\n1')
  expect((await asked('APP_DATABASE_URL', 'delete from events.events')).err).toContain('permission denied')
  expect((await asked('READ_DATABASE_URL', append)).err).toContain('permission denied')
  expect((await asked('READ_DATABASE_URL', 'select kind from events.read_all()')).out).toBe('seen')
  expect((await asked('OWNER_DATABASE_URL', 'select current_user')).out).toBe('macula_owner')
})

test('buckets and the account of programs are there from the first start; root’s keys go on; s3 creates more', async () => {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = await variables('object-store')
  expect(id).toBe('macula-app')
  const rows = JSON.parse((await maculactl(['secrets', 'list', '--reveal', '--json'])).out) as {
    readonly secrets: readonly { readonly name: string; readonly value: string | null }[]
  }
  const root = (name: string): string => rows.secrets.find((one) => one.name === name)?.value ?? ''
  const s3 = async (user: string, ...more: readonly string[]) =>
    await curl(
      '--aws-sigv4',
      'aws:amz:us-east-1:s3',
      '--user',
      user,
      '-H',
      'x-amz-content-sha256: UNSIGNED-PAYLOAD',
      ...more,
    )
  const app = `${id}:${secret}`
  const at = 'http://s3.macula.local'
  expect((await s3(`${root('S3_ACCESS_KEY')}:${root('S3_SECRET_KEY')}`, at)).status).toBe(200)
  const made = await maculactl(['s3', 'create', 'shop-images', '--versioned'])
  expect([made.code, made.out.trim()]).toEqual([0, 's3://shop-images'])
  expect((await maculactl(['s3', 'create', 'shop-images'])).err).toContain('existed already')
  expect((await maculactl(['s3', 'create', 'Shop'])).code).toBe(2)
  expect((await maculactl(['s3', 'list'])).out.trim().split('\n')).toEqual(
    expect.arrayContaining(['artifacts', 'backups', 'shop-images', 'tempo']),
  )
  for (const [bucket, days] of [
    ['backups', 7],
    ['artifacts', 30],
  ] as const) {
    expect((await s3(app, `${at}/${bucket}?versioning=`)).body).toContain('<Status>Enabled</Status>')
    expect((await s3(app, `${at}/${bucket}?lifecycle=`)).body).toContain(
      `<NoncurrentDays>${days}</NoncurrentDays>`,
    )
  }
  expect((await s3(app, `${at}/shop-images?versioning=`)).body).toContain('<Status>Enabled</Status>')
  // It may delete buckets of its own, not those that the platform counts on.
  expect((await s3(app, '-X', 'DELETE', `${at}/shop-images`)).status).toBe(204)
  expect((await s3(app, '-X', 'DELETE', `${at}/artifacts`)).status).toBe(403)
  expect((await status()).services.find((one) => one.id === 'object-store')?.state).toBe('works')
})

test('a signed S3 put and get through s3.macula.local; a wrong signature is refused', async () => {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = await variables('object-store')
  const text = randomBytes(2048).toString('hex')
  // The payload's hash is part of what is signed; curl takes it from this header.
  const sign = (key: string, body = '') => [
    '--user',
    `${id}:${key}`,
    '--aws-sigv4',
    'aws:amz:us-east-1:s3',
    '-H',
    `x-amz-content-sha256: ${createHash('sha256').update(body).digest('hex')}`,
  ]
  expect((await curl(...sign(secret), '-X', 'PUT', 'http://s3.macula.local/developer')).status).toBe(200)
  expect(
    (await curl(...sign(secret, text), '-X', 'PUT', '-d', text, 'http://s3.macula.local/developer/hello.txt'))
      .status,
  ).toBe(200)
  expect((await curl(...sign(secret), 'http://s3.macula.local/developer/hello.txt')).body).toBe(text)
  expect((await curl(...sign('wrong'), 'http://s3.macula.local/developer/hello.txt')).status).toBe(403)
})

// Each is how somebody's manifests name the registry; docker takes 127.0.0.0/8, and a name that leads there, without TLS.
test.each([
  'registry.macula.local',
  'registry.macula.local:5000',
  'registry.macula.local:5001',
  'localhost:5001',
  '127.0.0.1:5001',
])('docker push to %s and pull back, and it is one registry by every reference', async (registry) => {
  const name = `test/by-${registry.replaceAll(/[^a-z0-9]/g, '-')}`
  const image = `${registry}/${name}:1`
  // One small layer: what is tested is the way, not the disk.
  const made = await run('sh', ['-c', `tar -C /etc -c os-release | docker import - ${image}`])
  expect(made.code, made.err).toBe(0)
  const push = await docker('push', '-q', image)
  expect(push.code, push.err).toBe(0)
  await docker('rmi', image)
  const pull = await docker('pull', '-q', image)
  expect(pull.code, pull.err).toBe(0)
  await docker('rmi', image)
  expect((await curl('http://registry.macula.local/v2/_catalog')).body).toContain(name)
})

/** Until Tempo has it: who takes a trace may keep it a moment. */
async function untilTraced(id: string): Promise<void> {
  const read = async (): Promise<string> => (await curl(`http://tempo.macula.local/api/traces/${id}`)).body
  await expect.poll(read, { timeout: 180_000, interval: 300 }).toContain(id)
}

test.each(['the gateway that env names', 'tempo.macula.local'])(
  'a trace sent by OTLP to %s is found in Tempo and lies in the object store',
  async (where) => {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: gateway = '' } = await variables('alloy')
    const otlp = where.startsWith('tempo') ? `http://${where}:4318` : gateway
    const id = randomBytes(16).toString('hex')
    const body = JSON.stringify({
      resourceSpans: [
        { scopeSpans: [{ spans: [{ traceId: id, spanId: '0102030405060708', name: 'test' }] }] },
      ],
    })
    expect((await curl('-H', 'Content-Type: application/json', '-d', body, `${otlp}/v1/traces`)).status).toBe(
      200,
    )
    await untilTraced(id)
  },
)

test('older programs reach Tempo: Zipkin on 9411, Jaeger’s Thrift on 14268, its gRPC on 14250', async () => {
  const id = randomBytes(16).toString('hex')
  const span = JSON.stringify([{ traceId: id, id: '0102030405060708', name: 'test' }])
  const sent = await curl(
    '-H',
    'Content-Type: application/json',
    '-d',
    span,
    'http://tempo.macula.local:9411/api/v2/spans',
  )
  expect(sent.status, sent.body).toBe(202)
  await untilTraced(id)
  // The receivers are stood in for: what is shown is that the ports lead there.
  const thrift = ['-H', 'Content-Type: application/x-thrift', '-d', 'x']
  expect((await curl(...thrift, 'http://tempo.macula.local:14268/api/traces')).status).toBe(202)
  for (const port of ['4317', '14250'])
    expect(
      (await run('socat', ['-u', '/dev/null', `TCP:tempo.macula.local:${port},connect-timeout=30`])).code,
      port,
    ).toBe(0)
})

test('logs of our containers reach Loki', async () => {
  const { status: code } = await curl('http://registry.macula.local/v2/only-for-the-log/tags/list')
  expect(code).toBe(404)
  const query = [
    '-G',
    '--data-urlencode',
    'query={service_name="registry"} |= "only-for-the-log"',
    'http://loki.macula.local/loki/api/v1/query_range',
  ]
  const end = Date.now() + 180_000
  let body = ''
  while (!body.includes('only-for-the-log') && Date.now() < end) ({ body } = await curl(...query))
  expect(body).toContain('only-for-the-log')
})

test('Prometheus scrapes what has metrics', async () => {
  const end = Date.now() + 180_000
  let up: string[] = []
  while (up.length < 8 && Date.now() < end) {
    const { body } = await curl('http://prometheus.macula.local/api/v1/query?query=up%3D%3D1')
    up = (JSON.parse(body) as { data: { result: { metric: { job: string } }[] } }).data.result.map(
      ({ metric }) => metric.job,
    )
  }
  expect(up.sort((one, two) => one.localeCompare(two))).toEqual([
    'alloy',
    'grafana',
    'loki',
    'object-store',
    'powerdns',
    'prometheus',
    'registry',
    'tempo',
  ])
})

test('nothing leaves a connection to a database half open: PostgreSQL would write a line about it a minute later', async () => {
  // Whoever is asked for its password waits as "authentication" in the title of its process.
  const waiting = async (service: string): Promise<string> =>
    (
      await docker(
        'exec',
        `macula-${service}-1`,
        'sh',
        '-c',
        'for file in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$file" 2>/dev/null; echo; done | grep "[ ]authentication" || :',
      )
    ).out.trim()
  // What connects at its start, then whatever asks for a look.
  await done(['restart', 'powerdns-admin'])
  await status()
  for (const service of ['powerdns-db', 'timescaledb'])
    await expect.poll(async () => await waiting(service), { timeout: 20_000 }).toBe('')
})

test('open gives the clean name, logs come merged, doctor finds nothing', async () => {
  expect((await done(['open', 'grafana', '--print'])).trim()).toBe('http://grafana.macula.local')
  expect(await done(['logs', 'registry', '-n', '5'])).toMatch(/Registry|registry/)
  expect(await done(['doctor'])).toContain('No findings')
})

test('a second up changes nothing and is quick', async () => {
  const before = (await docker('ps', '-aq', '--no-trunc', '--filter', 'label=dev.macula.project=macula')).out
  await done(['up'])
  expect((await docker('ps', '-aq', '--no-trunc', '--filter', 'label=dev.macula.project=macula')).out).toBe(
    before,
  )
})

test('fault 35: secrets are 0600, and in no log, argv or other output', async () => {
  const file = `${home}/.config/macula-desktop/secrets.json`
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const secrets = Object.values(JSON.parse(await readFile(file, 'utf8')) as Record<string, string>)
  expect(secrets).toHaveLength(15)
  const outputs = [
    (await run('ps', ['-eo', 'args'])).out,
    ...(await Promise.all(
      [
        ['status'],
        ['status', '--json'],
        ['status', 'grafana'],
        ['doctor', '--json'],
        ['undo'],
        ['setup', '--print'],
      ].map(async (words) => {
        const ran = await maculactl(words)
        return ran.out + ran.err
      }),
    )),
    ...(await filesBelow(`${home}/.local/state/macula-desktop`)),
  ]
  for (const text of outputs) for (const secret of secrets) expect(text.includes(secret)).toBe(false)
  const rendered = `${home}/.local/share/macula-desktop/stack`
  expect((await stat(join(rendered, '.env'))).mode & 0o777).toBe(0o600)
  expect((await readFile(join(rendered, 'compose.yaml'), 'utf8')).match(/[A-Za-z0-9]{32}/)).toBeNull()
})

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => await readFile(join(entry.parentPath, entry.name), 'utf8')),
  )
}
