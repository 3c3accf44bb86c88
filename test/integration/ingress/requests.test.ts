import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CHECK_AGENT } from '../../../main/model/own-check.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { docker } from '../support/actor.ts'
import { asked, type Got } from './asked.ts'
import { ingressFolder, mountsOf, renderIngress, startIngress } from './stack-nginx.ts'

/** What the ingress tells of requests: one line of JSON each, and the page for those that nobody answered. A real nginx. */

const NAME = 'macula-it-requests'
const suffix = 'macula.test'
const HOSTILE = `"; return 200 $host; } <img src=x onerror=alert(1)> \\ \${x} <!--# echo var="host" -->`
let folder = ''
let address = ''

const service = (id: string, target: number, title = `The ${id}`): ServiceSpec =>
  ({
    id,
    tier: 'tools',
    title,
    purpose: id,
    order: 1,
    address: null,
    origin: 'ours',
    runtime: { kind: 'container', image: 'x' },
    endpoints: [
      {
        id: 'web',
        name: id,
        scheme: 'http',
        target,
        ingress: '/',
        clean: false,
        probe: { path: '/', expect: [], headers: {} },
      },
    ],
  }) as unknown as ServiceSpec

const catalog = [service('there', 80), service('shut', 9999), service('gone', 80, HOSTILE)]

async function clear(): Promise<void> {
  await docker('rm', '-f', '-v', `${NAME}-services`, `${NAME}-ingress`)
  await docker('network', 'rm', NAME)
}

beforeAll(async () => {
  await clear()
  folder = await ingressFolder()
  await renderIngress(folder, catalog, suffix)
  await docker('network', 'create', '--subnet', '172.28.75.0/24', NAME)
  const src = fileURLToPath(new URL('.', import.meta.url))
  // prettier-ignore
  const made = await docker('run', '-d', '--name', `${NAME}-services`, '--network', NAME,
    ...['there', 'shut'].flatMap((id) => ['--network-alias', id]),
    '-v', `${process.execPath}:/node:ro`, '-v', `${src}:/src:ro`, 'macula-test/base', '/node', '/src/upstream.mjs')
  expect(made.code, made.err).toBe(0)
  address = await startIngress(`${NAME}-ingress`, NAME, mountsOf(folder))
  await vi.waitFor(async () => expect((await get('there', '/')).status).toBe(200), {
    timeout: 60_000,
    interval: 50,
  })
})
afterAll(async () => {
  await clear()
  await rm(folder, { recursive: true, force: true })
})

const get = async (
  id: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Got> =>
  await asked(address, `${id}.${suffix}`, path, {
    headers,
    method,
    ...(method === 'POST' ? { body: 'sent' } : {}),
  })

/** The lines of the access log, in order; every line of it is JSON. */
async function lines(): Promise<readonly Record<string, unknown>[]> {
  const { out } = await docker('logs', `${NAME}-ingress`)
  return out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const lineOf = async (path: string): Promise<Record<string, unknown>> =>
  await vi.waitFor(
    async () => {
      const found = (await lines()).find((line) => line['path'] === path)
      if (found === undefined) throw new Error(`no line tells of ${path}`)
      return found
    },
    { timeout: 60_000, interval: 50 },
  )

describe('a request is one line of JSON', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

  test('with the service, how long it took, and the trace that the client is in; without its query', async () => {
    const parent = `00-${trace}-00f067aa0ba902b7-01`
    await get('there', '/traced?token=CanaryCanary', { traceparent: parent, 'user-agent': 'say "hi"\t$host' })
    expect(await lineOf('/traced')).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/) as unknown,
      level: 'info',
      msg: 'GET /traced 200',
      service: 'there',
      host: 'there.macula.test',
      method: 'GET',
      path: '/traced',
      protocol: 'HTTP/1.1',
      status: 200,
      bytes_received: expect.any(Number) as unknown,
      bytes_sent: expect.any(Number) as unknown,
      duration: expect.any(Number) as unknown,
      upstream: expect.stringMatching(/^172\.28\.75\.\d+:80$/) as unknown,
      upstream_status: '200',
      upstream_duration: expect.stringMatching(/^\d+\.\d{3}$/) as unknown,
      client: expect.stringMatching(/^172\.28\.75\.\d+$/) as unknown,
      user_agent: 'say "hi"\t$host',
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      trace_id: trace,
    })
    // Nor what nginx itself says of one that nobody answers.
    await get('gone', '/nobody?token=CanaryCanary')
    await lineOf('/nobody')
    const { out, err } = await docker('logs', `${NAME}-ingress`)
    expect(out + err).not.toContain('CanaryCanary')
  })

  test('stays whole however long the path is', async () => {
    const path = `/${'x'.repeat(9000)}`
    await get('there', path)
    expect(await lineOf(path.slice(0, 2000))).toMatchObject({ status: 200 })
  })

  test.each([
    ['none', undefined],
    ['one that is no trace context', 'x'],
    ['a hostile one', `00-${trace}","level":"error-00f067aa0ba902b7-01`],
    ['no trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['a version that is none', `ff-${trace}-00f067aa0ba902b7-01`],
    ['something behind it', `00-${trace}-00f067aa0ba902b7-01x`],
  ])('without a trace where the client names %s', async (what, traceparent) => {
    const path = `/untraced-${what.replaceAll(' ', '-')}`
    await get('there', path, traceparent === undefined ? {} : { traceparent })
    expect(await lineOf(path)).toMatchObject({ trace_id: '', level: 'info' })
  })

  test('the service is told the id of the line, or the one that the client gave', async () => {
    const told = async (headers: Readonly<Record<string, string>>): Promise<string> => {
      const raw = JSON.parse((await get('there', '/head', headers)).body) as readonly string[]
      return raw[raw.findIndex((name) => name.toLowerCase() === 'x-request-id') + 1] ?? ''
    }
    const made = await told({})
    expect(made).toMatch(/^[0-9a-f]{32}$/)
    expect((await lines()).map((line) => line['request_id'])).toContain(made)
    expect(await told({ 'x-request-id': 'from-the-client-0001' })).toBe('from-the-client-0001')
    // A line of a log is no place for kilobytes of somebody's.
    for (const given of ['r'.repeat(201), 'with a blank'])
      expect(await told({ 'x-request-id': given })).toMatch(/^[0-9a-f]{32}$/)
  })

  test('our own checks, and the page that waits for a service, make none', async () => {
    await get('there', '/checked', { 'user-agent': CHECK_AGENT })
    await get('there', '/waited', { 'macula-check': '1' })
    await get('there', '/-/health', { host: address })
    await get('there', '/health')
    // Lines are written in order: what came before it would be there.
    await get('there', '/afterwards', { 'user-agent': 'curl/8.1' })
    await lineOf('/afterwards')
    const told = (await lines()).map((line) => line['path'])
    for (const path of ['/checked', '/waited', '/-/health', '/health']) expect(told).not.toContain(path)
  })
})

describe('a request that nobody answered', () => {
  test.each([
    ['gone', 502, (title: string) => `${title} does not run. Start it: maculactl up gone\n`],
    [
      'shut',
      502,
      (title: string) =>
        `${title} runs, but does not answer on its port 9999. It may still be starting. Why it does not answer: maculactl status shut\n`,
    ],
  ])('says as one line which service, why and what to do: %s', async (id, status, says) => {
    const title = catalog.find((one) => one.id === id)?.title ?? ''
    for (const method of ['GET', 'POST']) {
      const got = await get(id, `/down-${method}`, { accept: 'application/json' }, method)
      expect({ status: got.status, body: got.body }).toEqual({ status, body: says(title) })
      expect(got.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        'macula-service': id,
      })
      expect(await lineOf(`/down-${method}`)).toMatchObject({
        level: 'error',
        status,
        method,
        msg: `${method} /down-${method} ${status}`,
      })
    }
    // A question to the service itself, as of a bucket that is called health.
    const health = await get(id, '/health?x', { accept: 'application/json' })
    expect({ status: health.status, body: health.body }).toEqual({ status, body: says(title) })
  })

  test('is a page for a browser, its words text and nothing else, which comes again by itself after a GET only', async () => {
    const page = async (method: string): Promise<Got> =>
      await get('gone', '/page', { accept: 'text/html,*/*' }, method)
    const { status, body, headers } = await page('GET')
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 502,
      type: 'text/html; charset=utf-8',
    })
    expect(body).toContain('<h1>&quot;; return 200 $host; } &lt;img src=x onerror=alert(1)&gt; \\ ${x}')
    expect(body).toContain('<code class="run">maculactl up gone</code>')
    expect(body).toContain('href="macula://app/services/gone"')
    expect(body).not.toMatch(/<img|<!--#/)
    expect(body).toContain('<script>')
    expect((await page('POST')).body).not.toContain('<script>')
  })

  test('what a service answers itself is passed on, whatever its code', async () => {
    const got = await get('there', '/fails', { accept: 'text/html' })
    expect({ status: got.status, body: got.body }).toEqual({ status: 502, body: 'an own 502' })
  })

  test('says so where the connection ended without an answer', async () => {
    const got = await get('there', '/cut')
    expect(got).toMatchObject({
      status: 502,
      body: 'The there took the request, but did not answer it. It ended the connection, or was stopped meanwhile. Its log: maculactl logs there\n',
    })
  })

  test('nothing of it is served by its own path', async () => {
    expect((await get('there', '/-/macula-unanswered')).status).toBe(404)
  })
})
