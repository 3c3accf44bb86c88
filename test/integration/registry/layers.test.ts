import { createHash, randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { ingressFolder, mountsOf, renderIngress, startIngress } from '../ingress/stack-nginx.ts'
import { docker } from '../support/actor.ts'
import { ask, digestOf, ended, pathOf, pushBlob, startRegistry, type Door } from './registry.ts'

/** Layers through the ingress: large ones, and ones whose push was interrupted. The real nginx and registry. */

const NAME = 'macula-it-layers'
const names = { registry: `${NAME}-registry`, ingress: `${NAME}-ingress` } as const
const MB = 1024 * 1024
let folder = ''
let door: Door

const registry = {
  id: 'registry',
  tier: 'host',
  title: 'Registry',
  purpose: '',
  order: 1,
  address: null,
  origin: 'ours',
  runtime: { kind: 'container', image: 'x' },
  endpoints: [
    {
      id: 'api',
      name: 'registry',
      scheme: 'http',
      target: 5000,
      ingress: '/v2/',
      clean: false,
      probe: { path: '/v2/', expect: [200], headers: {} },
    },
  ],
} as unknown as ServiceSpec

async function clear(): Promise<void> {
  await docker('rm', '-f', '-v', ...Object.values(names))
  await docker('network', 'rm', NAME)
}
beforeAll(async () => {
  await clear()
  folder = await ingressFolder()
  await docker('network', 'create', '--subnet', '172.28.73.0/24', NAME)
  await startRegistry(names.registry, NAME)
  await renderIngress(folder, [registry], 'macula.test')
  const host = await startIngress(names.ingress, NAME, mountsOf(folder))
  door = { host, port: 80, name: 'registry.macula.test' }
  await vi.waitFor(async () => expect((await ask(door, 'GET', '/v2/')).status).toBe(200), {
    timeout: 60_000,
    interval: 50,
  })
})
afterAll(async () => {
  await clear()
  await rm(folder, { recursive: true, force: true })
})

/** Bytes of memory that nginx' own processes hold now (resident, without what they share). */
async function memory(): Promise<number> {
  const { out } = await docker('top', names.ingress, '-o', 'pid')
  let sum = 0
  for (const pid of out.split('\n').slice(1)) {
    const status = await readFile(`/proc/${pid.trim()}/status`, 'utf8')
    sum += Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  }
  return sum
}

test('a layer of 2 GB goes through with nginx’ memory flat and nothing of it on its disk', async () => {
  const size = 2048 * MB
  const chunk = randomBytes(4 * MB)
  const hash = createHash('sha256')
  const before = await memory()
  expect(before).toBeGreaterThan(0)
  const seen: number[] = []
  const body = Readable.from(
    (async function* () {
      for (let sent = 0; sent < size; sent += chunk.length) {
        // Each piece is another one, so that nothing can be kept instead of sent.
        chunk.writeBigUInt64LE(BigInt(sent))
        hash.update(chunk)
        yield Buffer.from(chunk)
        if (sent % (256 * MB) === 0) seen.push(await memory())
      }
    })(),
    { objectMode: false, highWaterMark: 4 * MB },
  )
  const begun = await ask(door, 'POST', '/v2/me/large/blobs/uploads/')
  const sent = await ask(door, 'PATCH', pathOf(begun), {
    body,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
  })
  expect(sent.status).toBe(202)
  const digest = `sha256:${hash.digest('hex')}`
  expect((await ask(door, 'PUT', ended(pathOf(sent), digest))).status).toBe(201)
  const stored = await ask(door, 'HEAD', `/v2/me/large/blobs/${digest}`)
  expect(stored.headers['content-length']).toBe(String(size))
  expect(seen.length).toBe(8)
  expect(Math.max(...seen) - before, `bytes of memory: ${before}, then ${seen.join(', ')}`).toBeLessThan(
    4 * MB,
  )
  const { out } = await docker('diff', names.ingress)
  expect(out).not.toMatch(/_temp\/.+/)
})

const octets = { 'content-type': 'application/octet-stream' }

test('a push in pieces goes on after its last whole piece, also over a garbage collection', async () => {
  const layer = randomBytes(24 * MB)
  const half = 10 * MB
  const begun = await ask(door, 'POST', '/v2/me/pieces/blobs/uploads/')
  const first = await ask(door, 'PATCH', pathOf(begun), { body: layer.subarray(0, half), headers: octets })
  expect(first.status, first.body).toBe(202)
  const collected = await docker('exec', names.registry, 'sh', '/etc/macula-registry/collect.sh')
  expect(collected.code, collected.err).toBe(0)
  const standing = await ask(door, 'GET', pathOf(first))
  expect({ status: standing.status, range: standing.headers.range }).toEqual({
    status: 204,
    range: `0-${half - 1}`,
  })
  const second = await ask(door, 'PATCH', pathOf(standing), {
    body: layer.subarray(half),
    headers: { ...octets, 'content-range': `${half}-${layer.length - 1}` },
  })
  expect(second.status, second.body).toBe(202)
  const digest = digestOf(layer)
  expect((await ask(door, 'PUT', ended(pathOf(second), digest))).status).toBe(201)
  const stored = await ask(door, 'HEAD', `/v2/me/pieces/blobs/${digest}`)
  expect(stored.headers['content-length']).toBe(String(layer.length))
})

// The registry keeps nothing of a piece that did not come whole ("upload resumed at wrong offset"): docker push begins that
// layer again, as it does here.
test('a layer whose push broke off in the middle can be pushed again at once', async () => {
  const layer = randomBytes(24 * MB)
  const begun = await ask(door, 'POST', '/v2/me/broken/blobs/uploads/')
  await new Promise<void>((resolve) => {
    const call = request({
      host: door.host,
      port: door.port,
      method: 'PATCH',
      path: pathOf(begun),
      headers: { Host: door.name, ...octets, 'content-length': String(layer.length) },
    })
    call.on('error', () => resolve())
    call.on('close', () => resolve())
    call.write(layer.subarray(0, 10 * MB), () => call.destroy())
  })
  const digest = await pushBlob(door, 'me/broken', layer)
  const stored = await ask(door, 'HEAD', `/v2/me/broken/blobs/${digest}`)
  expect(stored.headers['content-length']).toBe(String(layer.length))
})
