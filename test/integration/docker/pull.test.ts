import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PullProgress } from '../../../main/model/run.ts'
import { openFixture, type Fixture } from './fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
})

const digest = (data: Buffer): string => `sha256:${createHash('sha256').update(data).digest('hex')}`

/** A tar of one file of random bytes, so that a layer has a size that gzip cannot shrink. */
function tarOf(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(512)
  head.write(name, 0)
  head.write('0000644\0', 100)
  head.write('0000000\0', 108)
  head.write('0000000\0', 116)
  head.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124)
  head.write('00000000000\0', 136)
  head.write('        0', 148)
  head.write('ustar\x0000', 257)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([head, data, Buffer.alloc(((512 - (data.length % 512)) % 512) + 1024)])
}

const stamp = Buffer.from(String(Date.now()))
const layers = [1, 2].map((index) => {
  const noise = Buffer.alloc(3 * 1024 * 1024)
  for (let at = 0; at < noise.length; at += 32)
    createHash('sha256').update(`${stamp.toString()}${index}${at}`).digest().copy(noise, at)
  const tar = tarOf(`file${index}`, noise)
  return { tar, data: gzipSync(tar) }
})
const config = Buffer.from(
  JSON.stringify({
    architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch,
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => digest(tar)) },
  }),
)
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digest(config),
    },
    layers: layers.map(({ data }) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      size: data.length,
      digest: digest(data),
    })),
  }),
)

/** Blobs that are held back until they are let go. */
let hold: Promise<void> = Promise.resolve()
let port = 0
const registry = createServer((request, response) => {
  const path = request.url ?? ''
  const blob = [config, ...layers.map(({ data }) => data)].find((data) => path.endsWith(digest(data)))
  if (path === '/v2/') response.end('{}')
  else if (path.startsWith('/v2/locked/')) fail(response, 401, 'UNAUTHORIZED', 'authentication required')
  else if (path.includes('/manifests/') && path.startsWith('/v2/good/'))
    response
      .writeHead(200, {
        'content-type': 'application/vnd.docker.distribution.manifest.v2+json',
        'docker-content-digest': digest(manifest),
        'content-length': manifest.length,
      })
      .end(request.method === 'HEAD' ? undefined : manifest)
  else if (blob) {
    response.writeHead(200, { 'content-length': blob.length })
    response.write(blob.subarray(0, blob.length / 2))
    void hold.then(() => response.end(blob.subarray(blob.length / 2)))
  } else fail(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown')
})

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: [{ code, message }] }))
}

beforeAll(async () => {
  port = await new Promise<number>((resolve) =>
    registry.listen(0, '127.0.0.1', () => resolve((registry.address() as { port: number }).port)),
  )
})
afterAll(async () => {
  registry.closeAllConnections()
  registry.close()
  await fixture.raw.getImage(`127.0.0.1:${port}/good:1`).remove({ force: true })
  await fixture.raw
    .getImage(`127.0.0.1:${port}/good@${digest(manifest)}`)
    .remove({ force: true })
    .catch(() => undefined)
})

const never = new AbortController().signal

it('can be interrupted', async () => {
  hold = new Promise(() => undefined)
  const stop = new AbortController()
  const pull = fixture.docker.pull(
    `127.0.0.1:${port}/good:1`,
    ({ phase }) => phase === 'downloading' && stop.abort(),
    stop.signal,
  )
  await expect(pull).rejects.toMatchObject({ trouble: { kind: 'refused' } })
  expect(await fixture.docker.hasImage(`127.0.0.1:${port}/good:1`)).toBe(false)
  registry.closeAllConnections()
})

it('shows bytes of all layers, and ends with all of them', async () => {
  hold = Promise.resolve()
  const seen: PullProgress[] = []
  await fixture.docker.pull(`127.0.0.1:${port}/good:1`, (progress) => seen.push(progress), never)
  const total = layers.reduce((sum, { data }) => sum + data.length, 0)
  expect(seen.at(-1)).toMatchObject({ phase: 'done', currentBytes: total, totalBytes: total })
  const bytes = seen.map(({ currentBytes }) => currentBytes)
  expect(bytes).toEqual([...bytes].sort((one, two) => one - two))
  expect(await fixture.docker.hasImage(`127.0.0.1:${port}/good:1`)).toBe(true)
})

it('a pinned one is pulled by its digest, and found again by the same name', async () => {
  hold = Promise.resolve()
  const pinned = `127.0.0.1:${port}/good:2@${digest(manifest)}`
  await fixture.docker.pull(pinned, () => undefined, never)
  expect(await fixture.docker.hasImage(pinned)).toBe(true)
  const { images } = await fixture.docker.parts([pinned, `127.0.0.1:${port}/good:1`])
  expect(images.get(pinned)).toBe(images.get(`127.0.0.1:${port}/good:1`))
})

it.each([
  [() => `127.0.0.1:${port}/absent:1`, 'The registry does not have it.'],
  [() => `127.0.0.1:${port}/locked:1`, 'requires signing in'],
  [() => '127.0.0.1:1/x:1', 'The registry cannot be reached.'],
  [() => 'registry.invalid/x:1', 'The registry cannot be reached.'],
])('says why not: %s (fault 28)', async (image, why) => {
  await expect(fixture.docker.pull(image(), () => undefined, never)).rejects.toMatchObject({
    trouble: {
      kind: 'outside',
      what: `The image ${image()} cannot be pulled.`,
      why: expect.stringContaining(why),
    },
  })
})
