import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { bearerChallenge } from '../../../main/system/docker/registry-client.ts'
import { openRegistries } from '../../../main/system/docker/registry-sizes.ts'

/** A registry that speaks the distribution protocol, on loopback; what is sent over it is really sent. */

const digestOf = (char: string): string => `sha256:${char.repeat(64)}`
const index = {
  manifests: [
    { digest: digestOf('a'), platform: { os: 'linux', architecture: 'arm64' } },
    { digest: digestOf('b'), platform: { os: 'linux', architecture: 'amd64' } },
    { digest: digestOf('c'), platform: { os: 'unknown', architecture: 'unknown' } },
  ],
}
const manifest = {
  config: { size: 1000 },
  layers: [
    { digest: digestOf('1'), size: 30_000_000 },
    { digest: digestOf('2'), size: 12_000_000 },
    // The same layer twice comes over the line once.
    { digest: digestOf('1'), size: 30_000_000 },
  ],
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function registry(answer: Answer): Promise<{ readonly host: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const json = (response: ServerResponse, value: unknown, status = 200): void =>
  void response.writeHead(status).end(JSON.stringify(value))

function open(part: { readonly deadlineMs?: number } = {}) {
  const clock = { now: 1000, asked: 0 }
  const registries = openRegistries({
    auth: () => {
      clock.asked += 1
      return Promise.resolve({ serveraddress: 'x', username: 'ada', password: 'secret' })
    },
    now: () => clock.now,
    architecture: 'amd64',
    ...part,
  })
  return { registries, clock }
}

test('an index leads to the manifest of this processor; its layers are counted once, with the configuration', async () => {
  const { host, asked } = await registry((request, response) =>
    json(response, request.url?.endsWith(digestOf('b')) === true ? manifest : index),
  )
  const { registries } = open()
  const image = `${host}/grafana/grafana:13.2.1`
  expect(registries.known(image)).toBeUndefined()
  expect(await registries.size(image)).toEqual({ kind: 'known', bytes: 42_001_000 })
  expect(asked).toEqual([
    '/v2/grafana/grafana/manifests/13.2.1',
    `/v2/grafana/grafana/manifests/${digestOf('b')}`,
  ])
  // Told once, it is not asked again.
  expect(await registries.size(image)).toEqual({ kind: 'known', bytes: 42_001_000 })
  expect(registries.known(image)).toEqual({ kind: 'known', bytes: 42_001_000 })
  expect(asked).toHaveLength(2)
})

test('a pinned digest is asked for by itself', async () => {
  const { host, asked } = await registry((_, response) => json(response, manifest))
  await open().registries.size(`${host}/loki:3@${digestOf('d')}`)
  expect(asked).toEqual([`/v2/loki/manifests/${digestOf('d')}`])
})

test('a token is fetched where the registry says; a password never goes over a line in clear', async () => {
  const heads: (string | undefined)[] = []
  const { host } = await registry((request, response) => {
    heads.push(request.headers.authorization)
    if (request.url?.startsWith('/token') === true) return json(response, { token: 'T' })
    if (request.headers.authorization === 'Bearer T') return json(response, manifest)
    const realm = `http://${request.headers.host ?? ''}/token`
    response.setHeader('www-authenticate', `Bearer realm="${realm}",service="s",scope="repository:loki:pull"`)
    json(response, {}, 401)
  })
  expect(await open().registries.size(`${host}/loki:3`)).toEqual({ kind: 'known', bytes: 42_001_000 })
  expect(heads).toEqual([undefined, undefined, 'Bearer T'])
})

test.each<readonly [string, Answer, string]>([
  ['does not have it', (_, response) => json(response, {}, 404), 'the registry does not have it'],
  ['requires signing in', (_, response) => json(response, {}, 403), 'the registry requires signing in'],
  ['is limited', (_, response) => json(response, {}, 429), 'the registry allows no more requests for now'],
  ['fails', (_, response) => json(response, {}, 500), 'the registry answers HTTP 500'],
  ['says nonsense', (_, response) => void response.end('<html>'), 'the registry’s answer cannot be read'],
  [
    'tells sizes that are none',
    (_, response) => json(response, { layers: [{ digest: digestOf('1'), size: -5 }] }),
    'the registry’s answer cannot be read',
  ],
  [
    'has none for this processor',
    (_, response) => json(response, { manifests: index.manifests.slice(0, 1) }),
    'the registry has none for this processor',
  ],
  [
    'sends without end',
    (_, response) => void response.end('x'.repeat(5_000_000)),
    'the registry says too much',
  ],
  ['hangs up', (request) => request.socket.destroy(), 'the registry does not answer'],
])('one that %s: unknown, with the reason', async (_, answer, why) => {
  const { host } = await registry(answer)
  expect(await open().registries.size(`${host}/loki:3`)).toEqual({ kind: 'unknown', why })
})

test('one that never answers is left at the deadline, and asked again a minute later', async () => {
  const { host } = await registry(() => undefined)
  const { registries, clock } = open({ deadlineMs: 100 })
  const silent = { kind: 'unknown', why: 'the registry does not answer' }
  // All at once wait no longer than one.
  const images = Array.from({ length: 9 }, (__, number) => `${host}/app${number}:1`)
  expect(await Promise.all(images.map(async (image) => await registries.size(image)))).toEqual(
    images.map(() => silent),
  )
  const before = clock.asked
  expect(await registries.size(images[0] ?? '')).toEqual(silent)
  expect(clock.asked).toBe(before)
  clock.now += 61_000
  expect(registries.known(images[0] ?? '')).toBeUndefined()
  expect(await registries.size(images[0] ?? '')).toEqual(silent)
  expect(clock.asked).toBe(before + 1)
})

test.each([
  ['Basic realm="x"', undefined],
  ['Bearer realm="no url"', undefined],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
    'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Aa%2Fb%3Apull',
  ],
])('the challenge %s', (header, url) => expect(bearerChallenge(header)?.href).toBe(url))
