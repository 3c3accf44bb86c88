import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { socatArgs } from '../../../main/system/forward/socat.ts'
import type { Manifest } from '../../../main/system/kind/manifests.ts'
import { withWebsockets } from '../../../main/system/kind/websockets.ts'
import { docker, run } from '../support/actor.ts'
import { openWebSocket } from '../support/websocket.ts'
import { addressIn, ingressFolder, mountsOf, renderIngress, startIngress } from './stack-nginx.ts'

/**
 * A real nginx as the stack configures it, and one as the stand-in for F5's controller does from our ConfigMap, each
 * before an application of its own, asked through a real forwarder.
 */

const NAME = 'macula-it-ingress'
const root = fileURLToPath(new URL('../../..', import.meta.url))
const address = '127.0.0.77'
const ports = { stack: 18_080, cluster: 18_081 } as const
const hosts = { stack: 'app.macula.test', cluster: 'app.macula.test', bare: 'bare.macula.test' } as const
const forwarders: ChildProcess[] = []
let folder = ''

const nginx = async (name: string, mounts: readonly string[], script?: string): Promise<string> =>
  await startIngress(`${NAME}-${name}`, NAME, mounts, script)

const addressOf = async (name: string): Promise<string> => await addressIn(`${NAME}-${name}`, NAME)

async function clear(): Promise<void> {
  for (const child of forwarders.splice(0)) child.kill()
  await docker('rm', '-f', '-v', ...['app', 'stack', 'cluster'].map((name) => `${NAME}-${name}`))
  await docker('network', 'rm', NAME)
}

const app = {
  id: 'app',
  title: 'App',
  order: 1,
  address: '127.0.0.77',
  origin: 'ours',
  runtime: { kind: 'container', image: 'x' },
  endpoints: [
    {
      id: 'web',
      name: 'app',
      scheme: 'http',
      target: 80,
      clean: true,
      probe: { path: '/', expect: [], headers: {} },
    },
  ],
} as unknown as ServiceSpec

const ingressOf = (host: string): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: host.split('.')[0], namespace: 'macula' },
  spec: {
    ingressClassName: 'nginx',
    // With TLS nobody is sent to a port 443 that is not published.
    tls: [{ hosts: [host] }],
    rules: [
      {
        host,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'app', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
})

/** nginx' configuration as F5's controller makes it: from our ConfigMap, and Ingresses with the annotation or without. */
async function clusterConfiguration(app: string): Promise<string> {
  const text = await readFile(join(root, 'assets', 'cluster', 'base', '20-ingress.yaml'), 'utf8')
  const config = parseAllDocuments(text)
    .map((document) => document.toJS() as { kind?: string; data?: Record<string, string> })
    .find(({ kind }) => kind === 'ConfigMap')?.data
  const input = { config, app, ingresses: [withWebsockets(ingressOf(hosts.cluster)), ingressOf(hosts.bare)] }
  const script = [
    'import json, sys, f5',
    'i = json.load(sys.stdin)',
    'print(f5.render(i["ingresses"], {("macula", "app", "80"): [i["app"] + ":80"]}, i["config"], "/run/standin/status.sock"))',
  ].join('\n')
  const made = await run(
    'env',
    [
      `PYTHONPATH=${join(root, 'test', 'images', 'kind-node')}`,
      'PYTHONDONTWRITEBYTECODE=1',
      'python3',
      '-c',
      script,
    ],
    {
      input: JSON.stringify(input),
    },
  )
  if (made.code !== 0) throw new Error(made.err)
  return made.out
}

async function forward(port: number, host: string): Promise<void> {
  const child = spawn('socat', socatArgs({ address, port, host, toPort: 80 }), { stdio: 'ignore' })
  forwarders.push(child)
  await once(child, 'spawn')
}

beforeAll(async () => {
  await clear()
  folder = await ingressFolder()
  await docker('network', 'create', '--subnet', '172.28.79.0/24', NAME)
  // prettier-ignore
  const made = await docker('run', '-d', '--name', `${NAME}-app`, '--network', NAME, '--network-alias', 'app',
    '-v', `${process.execPath}:/node:ro`, '-v', `${join(root, 'test', 'integration', 'ingress')}:/src:ro`,
    'macula-test/base', '/node', '/src/upstream.mjs')
  if (made.code !== 0) throw new Error(made.err)
  await renderIngress(folder, [app], 'macula.test')
  await writeFile(join(folder, 'cluster.conf'), await clusterConfiguration(await addressOf('app')))
  const stack = await nginx('stack', mountsOf(folder))
  const cluster = await nginx(
    'cluster',
    [`${folder}/cluster.conf:/nginx.conf`],
    'mkdir -p /run/standin && exec nginx -c /nginx.conf -g "daemon off;"',
  )
  await forward(ports.stack, stack)
  await forward(ports.cluster, cluster)
  for (const way of ['stack', 'cluster'] as const)
    await vi.waitFor(async () => expect((await get(way, '/')).status).toBe(200), {
      interval: 50,
    })
})
afterAll(async () => {
  await clear()
  await rm(folder, { recursive: true, force: true })
})

/** WebSockets that are silent while the other tests go on, and since when. */
let silent: readonly Awaited<ReturnType<typeof openWebSocket>>[] = []
let silentSince = 0
beforeAll(async () => {
  silent = await Promise.all([socketOf('stack'), socketOf('cluster')])
  silentSince = Date.now()
})

type Way = keyof typeof ports
interface Got {
  readonly status: number
  readonly body: string
}

/** Asks through the forwarder. `onPart`: what came so far, each time more came. */
async function get(
  way: Way,
  path: string,
  options: {
    readonly host?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: Buffer
    readonly agent?: Agent
    readonly onPart?: (soFar: string) => void
  } = {},
): Promise<Got> {
  return await new Promise((resolve, reject) => {
    const call = request(
      {
        host: address,
        port: ports[way],
        path,
        method: options.body === undefined ? 'GET' : 'POST',
        headers: { Host: options.host ?? hosts[way], ...options.headers },
        maxHeaderSize: 128 * 1024,
        timeout: 180_000,
        ...(options.agent === undefined ? {} : { agent: options.agent }),
      },
      (answer) => {
        let body = ''
        answer.on('data', (chunk: Buffer) => {
          body += chunk.toString()
          options.onPart?.(body)
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
        answer.on('error', reject)
      },
    )
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', reject)
    call.end(options.body)
  })
}

const socketOf = async (way: Way, host: string = hosts[way]) =>
  await openWebSocket({ address, port: ports[way], host, path: '/live/websocket' })

describe.each(['stack', 'cluster'] as const)('nginx of the %s', (way) => {
  test('a WebSocket’s frame goes there and back', async () => {
    const socket = await socketOf(way)
    expect(await socket.say('phx_join')).toBe('phx_join')
    socket.close()
  })

  test('a silent WebSocket has an hour', async () => {
    const file = way === 'stack' ? '/etc/nginx/snippets/proxy.conf' : '/nginx.conf'
    const { out } = await docker('exec', `${NAME}-${way}`, 'cat', file)
    for (const name of ['proxy_read_timeout', 'proxy_send_timeout']) {
      const found = [...out.matchAll(new RegExp(`${name} (\\d+)s;`, 'g'))].map((match) => Number(match[1]))
      expect(found.length).toBeGreaterThan(0)
      for (const seconds of found) expect(seconds).toBeGreaterThanOrEqual(3600)
    }
  })

  test('a plain request goes there without an Upgrade header', async () => {
    const { body } = await get(way, '/head')
    expect(body).toMatch(/"host"/i)
    expect(body).not.toMatch(/"upgrade"/i)
  })

  test('server-sent events come one by one', async () => {
    let first: (() => void) | undefined
    const came = new Promise<void>((resolve) => (first = resolve))
    const all = get(way, '/events', { onPart: (soFar) => soFar.includes('first') && first?.() })
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('the first event was kept back')), 60_000),
    )
    await Promise.race([came, late])
    await get(way, '/go-on')
    expect((await all).body).toBe('data: first\n\ndata: second\n\n')
  })

  test.each([4096, 12_000])('a head of %d bytes comes back', async (bytes) => {
    expect(await get(way, `/long-head?bytes=${bytes}`)).toEqual({ status: 200, body: 'a long head' })
  })

  test.each([8000, 16_000, 30_000])('a cookie of %d bytes goes there', async (bytes) => {
    const { status, body } = await get(way, '/head', { headers: { Cookie: `a=${'x'.repeat(bytes)}` } })
    expect(status).toBe(200)
    expect(body.length).toBeGreaterThan(bytes)
  })

  test('a body of 32 MB goes there', async () => {
    const bytes = 32 * 1024 * 1024
    expect(await get(way, '/body', { body: Buffer.alloc(bytes) })).toEqual({
      status: 200,
      body: String(bytes),
    })
  })

  test('five hundred clients at once are all answered', async () => {
    const agent = new Agent({ maxSockets: 600 })
    // None is answered before all are there.
    const all = await Promise.all(
      Array.from(
        { length: 500 },
        async () => await get(way, '/together?clients=500', { agent }).catch(String),
      ),
    )
    agent.destroy()
    expect(
      all.filter((one) => typeof one !== 'string' && one.status === 200 && one.body === 'together'),
    ).toHaveLength(500)
    const { out, err } = await docker('logs', `${NAME}-${way}`)
    expect(out + err).not.toMatch(/worker_connections are not enough|Too many open files/)
  })
})

test('headers with an underscore or a dot go through the stack’s nginx: S3 signs a person’s metadata', async () => {
  const headers = { 'x-amz-meta-my_key': 'one', 'x-amz-meta-user.xdg': 'two', X_Token: 'three' }
  const { body } = await get('stack', '/head', { headers })
  const raw = JSON.parse(body) as readonly string[]
  for (const [name, value] of Object.entries(headers)) expect(raw[raw.indexOf(name) + 1], name).toBe(value)
})

test('a large body of POST /health is the service’s, without a limit of ours', async () => {
  const got = await get('stack', '/health', { body: Buffer.alloc(3 * 1024 * 1024) })
  expect(got.status).toBe(200)
})

describe('nginx of the cluster', () => {
  test('an Ingress without the annotation gets no WebSocket: that is what every Ingress is given it for', async () => {
    await expect(socketOf('cluster', hosts.bare)).rejects.toThrow(/HTTP/)
    expect((await get('cluster', '/', { host: hosts.bare })).status).toBe(200)
  })

  test('an Ingress with TLS answers on port 80 and sends nobody to 443', async () => {
    expect(await get('cluster', '/')).toEqual({ status: 200, body: `pod ${hosts.cluster}` })
  })
})

test('a WebSocket outlives a silence that is longer than nginx’ own limit of 60 s', async () => {
  // The silence itself is what is tested, so nothing can be polled for; most of it was while the others went on.
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, silentSince + 63_000 - Date.now())))
  expect(silent).toHaveLength(2)
  for (const socket of silent) {
    expect(await socket.say('heartbeat')).toBe('heartbeat')
    socket.close()
  }
})
