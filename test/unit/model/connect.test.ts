import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { connectLines, wholeAddress } from '../../../main/model/connect.ts'
import type { ExampleSpec } from '../../../main/model/service.ts'
import type { Variable } from '../../../main/model/variable.ts'
import { catalog } from '../cli/fixture.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

const examples: Readonly<Record<string, ExampleSpec>> = {
  'grafana/web': { path: '/api/search' },
  'powerdns/api': { path: '/api/v1/servers/localhost/zones' },
  'registry/api': { path: '/v2/_catalog' },
  'tempo/web': { path: '/api/search?limit=1' },
  'alloy/http': { path: '/v1/traces', json: '{"resourceSpans":[]}' },
}
const view = (id: string) => {
  const found = snapshotOf(greenWorld()).services.find((one) => one.id === id)
  if (!found) throw new Error(`no ${id} among ${catalog.services.length}`)
  const endpoints = found.endpoints.map((one) => {
    const example = examples[`${id}/${one.id}`]
    // As it is described: programs speak to it, and it has no page.
    if (`${id}/${one.id}` === 'object-store/api') return { ...one, opens: false }
    return example ? { ...one, example } : one
  })
  return { ...found, endpoints }
}
const variables = (service: string, values: Readonly<Record<string, string>>): readonly Variable[] =>
  Object.entries(values).map(([name, value]) => ({
    service,
    name,
    value,
    secret: /PASS|SECRET|URL|KEY/.test(name),
  }))

const lines = (id: string, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(connectLines(view(id), variables(id, values)).map((one) => [one.id, one.line]))

test('each kind of service has the lines of its own programs', () => {
  expect(
    lines('timescaledb', { DATABASE_URL: 'postgres://macula:p@h:5432/macula', PGUSER: 'macula' }),
  ).toEqual({
    psql: 'psql postgres://macula:p@h:5432/macula',
    'docker-exec': 'docker exec --interactive --tty macula-timescaledb-1 sh',
  })
  expect(
    lines('object-store', {
      AWS_ENDPOINT_URL_S3: 'http://s3.macula.local',
      AWS_ACCESS_KEY_ID: 'me',
      AWS_SECRET_ACCESS_KEY: 'a/b+c',
      AWS_REGION: 'us-east-1',
    }),
  ).toMatchObject({
    aws: 'AWS_ACCESS_KEY_ID=me AWS_SECRET_ACCESS_KEY=a/b+c AWS_REGION=us-east-1 aws --endpoint-url http://s3.macula.local s3 ls',
    mc: 'MC_HOST_macula=http://me:a%2Fb%2Bc@s3.macula.local mc ls macula',
  })
  expect(lines('registry', { REGISTRY: 'registry.macula.local' })).toMatchObject({
    'docker-push':
      'docker tag IMAGE registry.macula.local/macula/IMAGE && docker push registry.macula.local/macula/IMAGE',
    'curl-api': 'curl -sS http://registry.macula.local/v2/_catalog',
  })
  expect(lines('grafana', { GRAFANA_USER: 'admin', GRAFANA_PASSWORD: "it's" })).toMatchObject({
    'curl-web': String.raw`curl -sS --user 'admin:it'\''s' http://grafana.macula.local/api/search`,
  })
})

test('curl asks each endpoint what it answers, with what it wants to know', () => {
  expect(lines('powerdns', { POWERDNS_API_KEY: 'k' })['curl-api']).toBe(
    "curl -sS --header 'X-API-Key: k' http://dns.macula.local/api/v1/servers/localhost/zones",
  )
  const json = "--header 'Content-Type: application/json' --data"
  expect(lines('tempo', {})).toMatchObject({
    // A question mark is a shell's.
    'curl-web': "curl -sS 'http://tempo.macula.local/api/search?limit=1'",
  })
  expect(lines('alloy', {})['curl-http']).toBe(
    `curl -sS ${json} '{"resourceSpans":[]}' http://otlp.macula.local:4318/v1/traces`,
  )
  const store = connectLines(
    view('object-store'),
    variables('object-store', {
      AWS_ENDPOINT_URL_S3: 'http://s3.macula.local',
      AWS_ACCESS_KEY_ID: 'me',
      AWS_SECRET_ACCESS_KEY: 'a/b+c',
    }),
  )
  expect(store.find(({ id }) => id === 'curl-api')).toEqual({
    id: 'curl-api',
    title: 'curl, api',
    line: 'curl -sS --aws-sigv4 aws:amz:us-east-1:s3 --user me:a/b+c http://s3.macula.local/',
    secret: true,
  })
  expect(store.map(({ id }) => id)).not.toContain('tcp-api')
  // Keys of the store are none of its console's.
  expect(store.find(({ id }) => id === 'curl-console')?.line).toBe('curl -sS http://s3-console.macula.local')
})

test('a port that only takes what programs send has a line that every machine can run, and none that says "not found"', () => {
  const tempo = view('tempo')
  const web = tempo.endpoints.find(({ id }) => id === 'web')
  if (web === undefined) throw new Error('no endpoint web')
  const jaeger = { ...web, id: 'jaeger', example: undefined, opens: false } as unknown as typeof web
  const all = connectLines({ ...tempo, endpoints: [...tempo.endpoints, jaeger] }, [])
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(['curl-web', 'tcp-jaeger']))
  expect(all.map(({ id }) => id)).not.toContain('curl-jaeger')
  expect(all.find(({ id }) => id === 'tcp-jaeger')?.line).toBe(
    "bash -c '</dev/tcp/tempo.macula.local/80' && echo 80 takes connections",
  )
  // The only one there is has its line, whatever it answers.
  expect(connectLines({ ...tempo, endpoints: [jaeger] }, []).map(({ id }) => id)).toContain('curl-jaeger')
})

test('a value that is a sentence of a shell stays one word', () => {
  const evil = `x'; touch /tmp/owned; echo '$(id)\`id\``
  const { psql = '' } = lines('timescaledb', { DATABASE_URL: `postgres://macula:${evil}@h/d` })
  expect(execFileSync('sh', ['-c', psql.replace(/^psql/, "printf '%s'")], { encoding: 'utf8' })).toBe(
    `postgres://macula:${evil}@h/d`,
  )
})

test('what is somebody else’s, or has no value, is in no line', () => {
  const gone: readonly Variable[] = [
    { service: 'timescaledb', name: 'DATABASE_URL', value: '', secret: true, nowhere: 'port 5432 is held' },
  ]
  expect(connectLines(view('timescaledb'), gone).map(({ id }) => id)).not.toContain('psql')
})

test.each([
  ['postgres', 'postgres://127.0.0.8:5432', 'postgres://macula:p%40w@127.0.0.8:5432/macula?x=1'],
  ['tcp', '127.0.0.6:4317', '127.0.0.6:4317'],
] as const)('of an address by %s the whole string is copied', (scheme, url, whole) => {
  const all = variables('x', {
    DATABASE_URL: 'postgres://macula:p%40w@postgres.macula.local:5432/macula?x=1',
  })
  expect(wholeAddress(all, { scheme }, url)).toBe(whole)
})

test('a container whose image has no shell has no line for one', () => {
  const exec = (shell?: false): boolean =>
    connectLines({ ...view('grafana'), ...(shell === undefined ? {} : { shell }) }, []).some(
      ({ id }) => id === 'docker-exec',
    )
  expect([exec(), exec(false)]).toEqual([true, false])
})
