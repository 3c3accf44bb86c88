import { networkInterfaces } from 'node:os'
import { connect } from 'node:net'
import { fc } from '../../chance.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSender, MOST_BYTES } from '../../../main/ui-server/border.ts'
import { openFixture, tokenOf, type Ask, type Fixture } from './fixture.ts'

const json = { 'content-type': 'application/json' }
let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(async () => await fixture.close())

const status = async (ask: Ask): Promise<number> => (await fixture.ask(ask)).status
const troubleOf = (text: string) => (JSON.parse(text) as { trouble: { kind: string; what: string } }).trouble

describe('fault 43: the browser face lets nobody else in', () => {
  /** Something that would show in the stand-in's list if it were done. */
  const start = JSON.stringify({ run: 'r1', services: ['grafana'] })
  const asking = (headers: Record<string, string>): Ask => ({
    method: 'POST',
    path: '/request/start',
    headers: { ...json, ...headers },
    body: start,
  })

  test('no key: 401, nothing done', async () => {
    const answered = await fixture.ask(asking({}))
    expect(answered.status).toBe(401)
    expect(troubleOf(answered.text)).toMatchObject({ kind: 'refused', what: 'This page has no session.' })
    expect(await status({ path: '/events' })).toBe(401)
    expect(fixture.standIn.asked).toEqual([])
  })

  test('wrong keys: 401, nothing done', async () => {
    const key = await fixture.enter()
    const wrong = [`${key}x`, key.slice(0, -1), key.toUpperCase(), 'x'.repeat(43), '', '__proto__']
    for (const one of wrong) expect(await status(asking({ authorization: `Bearer ${one}` })), one).toBe(401)
    expect(await status(asking({ authorization: `Basic ${btoa(`x:${key}`)}` }))).toBe(401)
    // A cookie is never looked at: it would be sent along by every page on every port of 127.0.0.1.
    expect(await status(asking({ cookie: `macula-session=${key}` }))).toBe(401)
    expect(fixture.standIn.asked).toEqual([])
  })

  test('wrong and used tokens: 401, each works once', async () => {
    const enter = async (token: unknown) =>
      await fixture.ask({ method: 'POST', path: '/enter', headers: json, body: JSON.stringify({ token }) })
    const token = tokenOf(fixture.server.address('printed'))
    expect((await enter('x'.repeat(43))).status).toBe(401)
    expect((await enter(token.slice(1))).status).toBe(401)
    const entered = await enter(token)
    expect(entered.status).toBe(200)
    expect(Object.keys(JSON.parse(entered.text) as object)).toEqual(['key'])
    const again = await enter(token)
    expect(again.status).toBe(401)
    expect(troubleOf(again.text).what).toBe('This address was used already.')
    for (const one of [undefined, null, 7, {}, ['x']]) expect((await enter(one)).status).toBe(400)
  })

  test('the same token twice at the same moment opens one session', async () => {
    const body = JSON.stringify({ token: tokenOf(fixture.server.address('printed')) })
    const all = await Promise.all(
      Array.from(
        { length: 20 },
        async () => await status({ method: 'POST', path: '/enter', headers: json, body }),
      ),
    )
    expect(all.filter((one) => one === 200)).toHaveLength(1)
  })

  test.each([
    ['a rebound name', 'evil.example'],
    ['a rebound name with our port', 'evil.example:PORT'],
    ['our address with another port', '127.0.0.1:1'],
    ['our address without a port', '127.0.0.1'],
    ['another loopback address', '127.0.0.2:PORT'],
    ['a name that begins like ours', '127.0.0.1.evil.example:PORT'],
    ['credentials before it', 'x@127.0.0.1:PORT'],
    ['the unspecified address', '0.0.0.0:PORT'],
    ['IPv6 loopback', '[::1]:PORT'],
    ['an empty one', ' '],
  ])('foreign Host (%s): 403, even with a key', async (_says, host) => {
    const key = await fixture.enter()
    const headers = {
      host: host.replace('PORT', String(fixture.server.port)),
      authorization: `Bearer ${key}`,
    }
    expect(await status({ headers })).toBe(403)
    expect(await status(asking(headers))).toBe(403)
    expect(fixture.standIn.asked).toEqual([])
  })

  test('two Host headers: refused', async () => {
    const socket = await fixture.socket()
    socket.write(`GET / HTTP/1.1\r\nHost: ${fixture.host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
    const [first] = (await socket.toArray()) as Buffer[]
    expect(String(first)).toMatch(/^HTTP\/1\.1 40[03] /)
  })

  test.each([
    'http://evil.example',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:1',
    'http://127.0.0.1',
    'http://127.0.0.1:PORT.evil.example',
    'null',
    'file://',
    '',
  ])('foreign Origin %j: 403, even with a key and a token', async (origin) => {
    const key = await fixture.enter()
    const headers = { origin: origin.replace('PORT', String(fixture.server.port)) }
    expect(await status(asking({ ...headers, authorization: `Bearer ${key}` }))).toBe(403)
    const body = JSON.stringify({ token: tokenOf(fixture.server.address('printed')) })
    expect(await status({ method: 'POST', path: '/enter', headers: { ...json, ...headers }, body })).toBe(403)
    expect(fixture.standIn.asked).toEqual([])
  })

  test('our own origins pass', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const host = `${name}:${fixture.server.port}`
      expect(await status({ headers: { host, origin: `http://${host}` } })).toBe(200)
    }
  })

  test('cross-site POST as a form or as plain text: 415 even with a key; preflight: no permission', async () => {
    const key = await fixture.enter()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])
      expect(await status(asking({ 'content-type': type, authorization: `Bearer ${key}` })), type).toBe(415)
    const preflight = await fixture.ask({
      method: 'OPTIONS',
      path: '/request/start',
      headers: { origin: `http://${fixture.host}`, 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(405)
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(fixture.standIn.asked).toEqual([])
  })

  test('oversized body: 413, told or not, before and after its headers', async () => {
    const key = await fixture.enter()
    const body = JSON.stringify({ run: 'r1', services: ['x'.repeat(MOST_BYTES)] })
    const headers = { ...json, authorization: `Bearer ${key}` }
    expect(await status({ method: 'POST', path: '/request/start', headers, body })).toBe(413)
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    expect(await status({ method: 'POST', path: '/request/start', headers: chunked, body })).toBe(413)
    expect(await status({ method: 'POST', path: '/enter', headers: chunked, body })).toBe(413)
    expect(fixture.standIn.asked).toEqual([])
  })

  test('what is not JSON, or not whole: 400', async () => {
    const key = await fixture.enter()
    const headers = { ...json, authorization: `Bearer ${key}` }
    for (const body of ['', '{', '{"a":1}}', '\u{0}'])
      expect(await status({ method: 'POST', path: '/request/look', headers, body })).toBe(400)
    expect(
      await status({
        method: 'POST',
        path: '/request/look',
        headers: { ...headers, 'content-encoding': 'gzip' },
        body: '{}',
      }),
    ).toBe(415)
  })

  test('it listens on 127.0.0.1 only', async () => {
    const others = [
      '127.0.0.2',
      '::1',
      ...Object.values(networkInterfaces())
        .flatMap((all) => all ?? [])
        .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0)
        .map(({ address }) => address),
    ]
    for (const address of others) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect(fixture.server.port, address, () => resolve(true))
        socket.setTimeout(1000, () => socket.destroy(new Error('late')))
        socket.on('error', () => resolve(false))
        socket.on('connect', () => socket.destroy())
      })
      expect(reached, address).toBe(false)
    }
  })

  test('gone when it ends: streams end, the port is closed', async () => {
    const other = await openFixture()
    const reader = await other.read(await other.enter())
    const ended = new Promise((resolve) => reader.response.once('close', resolve))
    await other.close()
    await ended
    await expect(other.ask({})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('no answer says more than it must', async () => {
    const page = await fixture.ask({})
    const csp = String(page.headers['content-security-policy'])
    for (const part of [
      "default-src 'none'",
      "script-src 'self' 'sha256-",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "connect-src 'self'",
    ])
      expect(`${csp};`).toContain(part)
    expect(csp).not.toContain('unsafe')
    const answers = [
      page,
      await fixture.ask({ path: '/nowhere' }),
      await fixture.ask({ path: '/used' }),
      await fixture.ask({ path: '/events' }),
    ]
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      })
    expect(page.headers).not.toHaveProperty('x-powered-by')
    expect(page.headers).not.toHaveProperty('set-cookie')
  })
})

describe('the pages', () => {
  test('the window comes with a nonce of its own each time', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const { text, headers } = await fixture.ask({ path: '/?x=1' })
        const nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? ''
        expect(nonce).toMatch(/^[\w+/=]{20,}$/)
        expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`)
        return nonce
      }),
    )
    expect(new Set(nonces).size).toBe(2)
  })

  test('nothing outside of the folder, and only files for browsers', async () => {
    expect((await fixture.ask({ path: '/assets/app.js' })).headers['content-type']).toContain(
      'text/javascript',
    )
    for (const path of [
      '/notes.txt',
      '/assets',
      '/assets/',
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/assets/../index.html',
      '//index.html',
      '/__proto__',
      '/constructor',
    ])
      expect(await status({ path }), path).toBe(404)
    expect(await status({ path: 'http://evil.example/' })).toBe(400)
  })

  test('the address of each place is the window, and nothing beside them', async () => {
    const { text } = await fixture.ask({ path: '/' })
    const plain = (page: string): string => page.replaceAll(/nonce="[^"]*"/g, '')
    for (const path of ['/services', '/services/cluster/hub', '/logs?service=loki', '/setup/names'])
      expect(plain((await fixture.ask({ path })).text), path).toBe(plain(text))
    for (const path of ['/services/', '/services/Grafana', '/services/..%2fx', '/setup/root', '/wizard'])
      expect(await status({ path }), path).toBe(404)
  })

  test('methods that a path does not take: 405 with what it takes', async () => {
    for (const [method, path, allow] of [
      ['POST', '/', 'GET, HEAD'],
      ['DELETE', '/assets/app.js', 'GET, HEAD'],
      ['GET', '/enter', 'POST'],
      ['POST', '/events', 'GET'],
      ['GET', '/request/status', 'POST'],
    ] as const)
      expect(await fixture.ask({ method, path })).toMatchObject({ status: 405, headers: { allow } })
    expect(await fixture.ask({ method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  test('a used address leads to a page that says so, without a script', async () => {
    const { text, headers } = await fixture.ask({ path: '/used' })
    expect(text).toContain('This address was used already.')
    expect(text).toContain('maculactl ui')
    expect(text).not.toMatch(/<script| style=| on\w+=/)
    expect(headers['content-type']).toContain('text/html')
    expect(await status({ path: '/plain.css' })).toBe(200)
  })

  test('a window that was not built is told with what to do', async () => {
    await expect(openFixture({ folder: '/nowhere/renderer' })).rejects.toMatchObject({
      trouble: {
        kind: 'failed',
        what: 'The window cannot be shown: its files are not there.',
        why: '/nowhere/renderer/index.html cannot be read (ENOENT).',
      },
    })
  })

  test('a port in use is told with what to do', async () => {
    await expect(openFixture({ port: fixture.server.port })).rejects.toMatchObject({
      trouble: {
        what: `The window cannot be served at port ${fixture.server.port}.`,
        why: `Another program listens on 127.0.0.1:${fixture.server.port}.`,
      },
    })
  })
})

test('fault 43: whatever Host and Origin say, only our own pass', () => {
  const port = 4711
  const ours = ['127.0.0.1:4711', 'localhost:4711']
  const near = fc.constantFrom(
    ...ours,
    '127.0.0.1',
    'localhost',
    '4711',
    'http://127.0.0.1:4711',
    '127.0.0.1:4711/',
    ' ',
  )
  const text = fc.oneof(
    near,
    fc.string(),
    fc.tuple(near, fc.string()).map(([one, two]) => one + two),
  )
  fc.assert(
    fc.property(
      text,
      fc.option(text, { nil: undefined }),
      fc.integer({ min: 0, max: 3 }),
      (host, origin, hosts) => {
        const headers = { host, ...(origin === undefined ? {} : { origin }) }
        const passes = checkSender({ method: 'GET', url: '/', headers, hosts }, port) === undefined
        expect(passes).toBe(
          hosts === 1 &&
            ours.includes(host) &&
            (origin === undefined || ours.some((one) => origin === `http://${one}`)),
        )
      },
    ),
    { numRuns: 2000 },
  )
})
