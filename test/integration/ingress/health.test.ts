import { readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { EndpointSpec, ServiceSpec } from '../../../main/model/service.ts'
import { REVISION_HOST } from '../../../main/model/service.ts'
import { docker } from '../support/actor.ts'
import { asked, type Got } from './asked.ts'
import { ingressFolder, mountsOf, renderIngress, startIngress } from './stack-nginx.ts'

/** What the ingress says itself: `/health` of every name, unknown names, the page of all services. A real nginx. */

const NAME = 'macula-it-health'
const suffix = 'macula.test'
const HOSTILE = `"; return 200 $host; } <img src=x onerror=alert(1)> \\ \${x} <!--# echo var="host" -->`
let folder = ''
let address = ''
let revision = ''

type Part = Partial<EndpointSpec> & { readonly id?: string }

const endpoint = (part: Part): EndpointSpec => ({
  id: 'web',
  scheme: 'http',
  target: 80,
  clean: false,
  ...part,
  probe: { path: '/', expect: [], headers: {}, ...part.probe },
})

const service = (
  id: string,
  last: number,
  endpoints: readonly Part[],
  more: Partial<ServiceSpec> = {},
): ServiceSpec => ({
  id,
  tier: 'tools',
  title: `The ${id}`,
  purpose: `What ${id} is for`,
  order: last,
  address: `127.0.0.${last}`,
  endpoints: endpoints.map(endpoint),
  needs: [],
  uses: [],
  env: {},
  runtime: { kind: 'container', image: 'x' },
  origin: 'ours',
  folder: '/nonexistent',
  secrets: [],
  warnings: [],
  ...more,
})

const ready = { path: '/ready', expect: [200], headers: {} }
const catalog: readonly ServiceSpec[] = [
  service('pages', 11, [{ name: 'pages', target: 3000, clean: true, open: '/', probe: ready }]),
  service('keyed', 12, [
    {
      name: 'keyed',
      target: 8081,
      ingress: '/',
      probe: { path: '/api$1', expect: [200], headers: { 'X-API-Key': '{secret:KEY}' } },
    },
  ]),
  service('otlp', 13, [
    { id: 'grpc', name: 'otlp', scheme: 'tcp', target: 4317, listen: 4317 },
    {
      id: 'http',
      name: 'otlp',
      target: 4318,
      listen: 4318,
      probe: { path: '/v1/traces', expect: [405], headers: {} },
    },
  ]),
  service('broken', 14, [{ name: 'broken', target: 5555, clean: true }]),
  service('other', 15, [
    { name: 'other', target: 5556, clean: true, probe: { path: '/', expect: [204], headers: {} } },
  ]),
  service('notes', 16, [{ name: 'notes', target: 8080, clean: true }], { origin: 'user', title: HOSTILE }),
  service('plain', 17, [{ name: 'plain', target: 8082, clean: true }], { origin: 'user', title: HOSTILE }),
  service('database', 18, [{ id: 'sql', name: 'database', scheme: 'postgres', target: 5432, listen: 5432 }]),
  service('absent', 19, [{ name: 'absent', target: 80, clean: true }]),
  service('slow', 21, [{ name: 'slow', target: 8083, clean: true }], { origin: 'user' }),
  service('gone', 20, [{ id: 'sql', name: 'gone', scheme: 'tcp', target: 9999, listen: 9999 }]),
]
/** Those that a container answers for. */
const there = ['pages', 'keyed', 'otlp', 'broken', 'other', 'notes', 'plain', 'database', 'gone', 'slow']

async function clear(): Promise<void> {
  await docker('rm', '-f', '-v', `${NAME}-services`, `${NAME}-ingress`)
  await docker('network', 'rm', NAME)
}

beforeAll(async () => {
  await clear()
  folder = await ingressFolder()
  revision = await renderIngress(folder, catalog, suffix)
  await docker('network', 'create', '--subnet', '172.28.78.0/24', NAME)
  const src = fileURLToPath(new URL('.', import.meta.url))
  // prettier-ignore
  const made = await docker('run', '-d', '--name', `${NAME}-services`, '--network', NAME,
    ...there.flatMap((id) => ['--network-alias', id]),
    '-v', `${process.execPath}:/node:ro`, '-v', `${src}:/src:ro`, 'macula-test/base', '/node', '/src/services.mjs')
  expect(made.code, made.err).toBe(0)
  address = await startIngress(`${NAME}-ingress`, NAME, mountsOf(folder))
  await vi.waitFor(async () => expect((await get('pages.macula.test', '/ready')).status).toBe(200), {
    interval: 50,
  })
})
afterAll(async () => {
  await clear()
  await rm(folder, { recursive: true, force: true })
})

const get = async (host: string, path: string, how: Parameters<typeof asked>[3] = {}): Promise<Got> =>
  await asked(address, host, path, how)

const health = async (name: string) => await get(`${name}.${suffix}`, '/health')

describe('/health of a name', () => {
  test.each([
    ['pages', 200, 'The pages\n'],
    ['one that wants a key which nginx is not given: it answers', 200, 'The keyed\n', 'keyed'],
    ['one whose right answer is 405', 200, 'The otlp\n', 'otlp'],
    ['a database, which speaks no HTTP', 200, 'The database\n', 'database'],
    ['one that answers 500', 503, 'The broken does not answer.\n', 'broken'],
    ['one that answers with another code than it should', 503, 'The other does not answer.\n', 'other'],
    ['one whose container does not run', 503, 'The absent does not answer.\n', 'absent'],
    ['one whose port nobody opened', 503, 'The gone does not answer.\n', 'gone'],
  ])('%s: %d', async (what, status, body, name = what) => {
    const got = await health(name)
    expect({ status: got.status, body: got.body }).toEqual({ status, body })
    expect(got.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'access-control-allow-origin': 'http://home.macula.test',
      'macula-service': name,
    })
    expect(got.headers['www-authenticate']).toBeUndefined()
  })

  test('HEAD says the same', async () => {
    expect((await get('pages.macula.test', '/health', { method: 'HEAD' })).status).toBe(200)
    expect((await get('absent.macula.test', '/health', { method: 'HEAD' })).status).toBe(503)
  })

  test('a question to the service itself is passed on whole: a query, a password, another method', async () => {
    const own = async (path: string, options: Parameters<typeof get>[2] = {}) =>
      (await get('pages.macula.test', path, options)).body
    expect(await own('/health?list-type=2')).toBe('page GET /health?list-type=2 - ')
    expect(await own('/health', { headers: { authorization: 'AWS4 x' } })).toBe('page GET /health AWS4 x ')
    expect(await own('/health', { method: 'PUT', body: 'hello' })).toBe('page PUT /health - hello')
    expect(await own('/health/', {})).toBe('page GET /health/ - ')
  })

  test('a service of a person’s own with /health answers itself, well or ill; one without has ours', async () => {
    const well = await health('notes')
    expect({ status: well.status, body: well.body }).toEqual({ status: 200, body: 'own well' })
    expect(well.headers['access-control-allow-origin']).toBe('http://home.macula.test')
    await get('notes.macula.test', '/ill', { method: 'POST' })
    expect(await health('notes')).toMatchObject({ status: 500, body: 'own ill' })
    // Its title is text, whatever signs are in it.
    expect(await health('plain')).toMatchObject({ status: 200, body: `${HOSTILE}\n` })
  })
})

test.each([
  [
    'the page of all services',
    'http://home.macula.test',
    'http://home.macula.test',
    'http://home.macula.test',
  ],
  ['another page', 'http://shop.example', '*', 'http://home.macula.test'],
  ['no page', undefined, '*', 'http://home.macula.test'],
])(
  '%s may read /health of a service as one header says, its own or ours',
  async (_, origin, itself, ours) => {
    const allowed = async (name: string) =>
      (await get(`${name}.${suffix}`, '/health', { headers: origin === undefined ? {} : { origin } }))
        .headers['access-control-allow-origin']
    expect({ itself: await allowed('slow'), ours: await allowed('notes') }).toEqual({ itself, ours })
  },
)

/** Asks and says at once that nothing more is sent, as `nc -N` does; all that comes then. */
async function halfClosed(host: string, path: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 80, allowHalfOpen: true })
    let text = ''
    socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
    socket.on('end', () => socket.destroy())
    socket.end(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  })
}

describe('a client that sends nothing more once it has asked', () => {
  test.each([
    ['/health of a service of ours', 'pages', '/health'],
    ['/health of one’s own, which takes a moment', 'slow', '/health'],
    ['a state for the page of all services', 'home', '/-/state/slow.web'],
    ['the page of all services', 'home', '/'],
  ])('gets its answer: %s', async (_, name, path) => {
    expect(await halfClosed(`${name}.${suffix}`, path)).toMatch(/^HTTP\/1\.1 200 /)
  })

  // Whether nginx had asked the service by then depends on how fast that was; the client hears nothing either way.
  test('is gone for a service: nginx cannot tell it from one that left, and what it asked for is ended', async () => {
    expect(await halfClosed('slow.macula.test', '/long')).toBe('')
  })
})

test('what asks by the address of a name is led as by the name', async () => {
  expect((await get('127.0.0.11', '/x')).body).toBe('page GET /x - ')
  expect((await get('127.0.0.11:80', '/health')).body).toBe('The pages\n')
})

test('a name of something that is no page leads to its place on the page of all services', async () => {
  expect(await get('database.macula.test', '/')).toMatchObject({
    status: 302,
    headers: { location: 'http://home.macula.test/#database' },
  })
})

describe('a name that no service has', () => {
  test('gets what there is, with 404, and its own name as text', async () => {
    const got = await get('nobody.macula.test', '/some/where')
    expect(got.status).toBe(404)
    expect(got.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(got.body).toContain('has the name <code>nobody.macula.test</code>')
    expect(got.body).toContain('<a href="http://pages.macula.test">The pages</a>')
    const post = await get('nobody.macula.test', '/', { method: 'POST', body: 'x' })
    expect(post.status).toBe(404)
  })

  test('and a path that the page of all services has not, without blaming its name', async () => {
    const got = await get('home.macula.test', '/nosuch')
    expect(got.status).toBe(404)
    expect(got.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(got.body).toContain('There is no such page')
    expect(got.body).not.toContain('has the name')
    expect(got.body).toContain('<a href="http://pages.macula.test">The pages</a>')
    expect((await get('home.macula.test', '/')).status).toBe(200)
    expect((await get('home.macula.test', '/health')).body).toBe('Macula\n')
  })

  test.each(['a"b<i>c', "a'b", 'a&b'])('is text also when it is %s', async (host) => {
    const { status, body } = await get(host, '/')
    expect([400, 404]).toContain(status)
    expect(body).not.toContain('<i>')
  })

  test('is given the page’s files and states too', async () => {
    for (const file of ['window.css', 'page.css', 'page.js'])
      expect((await get('nobody.macula.test', `/-/page/${file}`)).status, file).toBe(200)
    expect((await get('nobody.macula.test', '/-/state/pages.web')).body).toBe('The pages\n')
  })
})

describe('the page of all services', () => {
  test('is whole, with a policy that lets in its own files and asks names under the suffix only', async () => {
    const got = await get('home.macula.test', '/')
    expect(got.status).toBe(200)
    expect(got.headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self' http://*.macula.test; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    for (const { id } of catalog) expect(got.body).toContain(`id="${id}"`)
    // Hostile titles are text.
    expect(got.body).not.toContain('<img')
    expect(got.body).not.toContain('<!--#')
    expect(got.body).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })

  test('has the state of each, and of nothing else', async () => {
    const state = async (key: string) => (await get('home.macula.test', `/-/state/${key}`)).status
    expect(await state('otlp.http')).toBe(200)
    expect(await state('absent.web')).toBe(503)
    for (const key of ['nobody.web', 'ask/otlp.http', 'say/otlp.http/1', '../-/state/otlp.grpc', ''])
      expect([404, 503], key).toContain(await state(key))
    expect(await state('say/absent.web/1')).toBe(404)
    expect(await state('ask/absent.web')).toBe(404)
  })

  test('is not there for what does not exist', async () => {
    expect((await get('home.macula.test', '/nothing')).status).toBe(404)
    expect((await get('home.macula.test', '/health')).body).toBe('Macula\n')
  })
})

test('what does not answer fills no log', async () => {
  for (const name of ['absent', 'gone', 'broken']) await health(name)
  const { out, err } = await docker('logs', `${NAME}-ingress`)
  expect(`${out}${err}`).not.toMatch(/could not be resolved|refused|unexpected status/)
})

test('routes are read again on a signal: the revision changes, and what is open stays open', async () => {
  const has = async (known: string) => (await get(REVISION_HOST, `/${known}`)).status
  expect(await has(revision)).toBe(204)
  const more = [...catalog, service('late', 21, [{ name: 'late', target: 3000, clean: true }])]
  // The same container as before answers for it.
  const next = await renderIngress(folder, more, suffix)
  expect(next).not.toBe(revision)
  expect(await has(next)).toBe(404)
  expect((await readdir(`${folder}/routes`)).length).toBe(1)
  await docker('kill', '-s', 'HUP', `${NAME}-ingress`)
  await vi.waitFor(async () => expect(await has(next)).toBe(204), { interval: 50 })
  expect((await health('late')).status).toBe(503)
  expect((await get('home.macula.test', '/')).body).toContain('id="late"')
})
