import { createHash } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { vi } from 'vitest'
import { docker } from '../support/actor.ts'

/** The stack's registry in a container of its own, and what a test pushes to it. */

const ours = fileURLToPath(new URL('../../../assets/stack/registry', import.meta.url))

/**
 * Starts it with our configuration and scripts in a network that is there. A garbage collection waits while `/tmp/hold` is in the
 * container, so that a test can look meanwhile.
 */
export async function startRegistry(name: string, network: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'macula-registry-'))
  const wrapper = join(folder, 'registry')
  await writeFile(
    wrapper,
    '#!/bin/sh\n[ "$1" != garbage-collect ] || while [ -e /tmp/hold ]; do touch /tmp/held; sleep 0.05; done\nexec /usr/bin/registry "$@"\n',
    { mode: 0o755 },
  )
  // prettier-ignore
  const made = await docker('run', '-d', '--name', name, '--network', network, '--network-alias', 'registry',
    '--memory', '256m', '-v', `${ours}:/etc/macula-registry:ro`, '-v', `${wrapper}:/usr/local/bin/registry:ro`,
    '-v', `${ours}/config.yml:/etc/distribution/config.yml:ro`,
    '--entrypoint', 'sh', 'registry:3.1.1', '/etc/macula-registry/serve.sh')
  if (made.code !== 0) throw new Error(made.err)
  const { out: address } = await docker(
    'inspect',
    '-f',
    `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
    name, // prettier-ignore
  )
  await vi.waitFor(
    async () => {
      if ((await ask({ host: address, port: 5000 }, 'GET', '/v2/')).status !== 200) throw new Error('not yet')
    },
    { timeout: 60_000, interval: 50 },
  )
  return address
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/** Where it is asked: straight, or through an ingress, by name. */
export interface Door {
  readonly host: string
  readonly port: number
  readonly name?: string
}
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request. `body`: what is sent; a stream is sent in chunks. */
export async function ask(
  door: Door,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Readonly<Record<string, string>>; body?: Buffer | Readable } = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const call = request(
      {
        host: door.host,
        port: door.port,
        method,
        path,
        headers: { Host: door.name ?? `${door.host}:${door.port}`, ...headers },
        timeout: 300_000,
      },
      (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        )
        answer.on('error', reject)
      },
    )
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', reject)
    if (body instanceof Readable) pipeline(body, call).catch(reject)
    else call.end(body)
  })
}

/** Of an image's manifest as it was pushed. */
export const manifestOf = async (door: Door, image: string, tag: string): Promise<number> =>
  (await ask(door, 'GET', `/v2/${image}/manifests/${tag}`, { headers: { accept: MANIFEST } })).status

export const digestOf = (bytes: Buffer | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** The path of an answer's Location, with its query. */
export function pathOf(answer: Answer): string {
  const { pathname, search } = new URL(answer.headers.location ?? '', 'http://x')
  return pathname + search
}

/** With the digest that an upload ends with. */
export const ended = (path: string, digest: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`

/** Pushes a blob in one piece; its digest. Throws with the registry's words where it is refused. */
export async function pushBlob(door: Door, image: string, bytes: Buffer): Promise<string> {
  const begun = await ask(door, 'POST', `/v2/${image}/blobs/uploads/`)
  if (begun.status !== 202) throw new Error(`${begun.status} ${begun.body}`)
  const digest = digestOf(bytes)
  const done = await ask(door, 'PUT', ended(pathOf(begun), digest), {
    body: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  })
  if (done.status !== 201) throw new Error(`${done.status} ${done.body}`)
  return digest
}

/** Pushes an image of one layer; the digest of its manifest. */
export async function pushImage(door: Door, image: string, tag: string, layer: Buffer): Promise<string> {
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, tag }),
  )
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: await pushBlob(door, image, config),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: layer.length,
          digest: await pushBlob(door, image, layer),
        },
      ],
    }),
  )
  const done = await ask(door, 'PUT', `/v2/${image}/manifests/${tag}`, {
    body: manifest,
    headers: { 'content-type': MANIFEST },
  })
  if (done.status !== 201) throw new Error(`${done.status} ${done.body}`)
  return digestOf(manifest)
}
