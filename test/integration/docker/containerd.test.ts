import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { poll } from '../../../main/engine/wait.ts'
import { registryReferences } from '../../../main/model/registry.ts'
import { openRegistries } from '../../../main/system/docker/registry-sizes.ts'
import { hostsFile, hostsToml } from '../../../main/system/kind/registries.ts'

/**
 * The real containerd (a daemon of its own, which runs nothing) reads the files that nodes are given and fetches from the real
 * registry. Nodes of the cluster suite stand in for it.
 */

const run = promisify(execFile)
const NAME = 'macula-it-registry'
const references = registryReferences('macula.test')

let folder = ''
/** Where the registry is on this machine. */
let base = ''
let daemon: ChildProcess | undefined
const socket = (): string => join(folder, 'containerd.sock')
const fetched = async (reference: string, hosts: string): Promise<string> =>
  await run('ctr', ['-a', socket(), 'content', 'fetch', '--hosts-dir', hosts, `${reference}/macula/tiny:1`], {
    timeout: 180_000,
  }).then(
    () => 'fetched',
    ({ stderr }: { stderr: string }) => stderr,
  )

/** Until a program ends well; throws what it said last when it does not in time. */
async function succeeds(program: string, args: readonly string[]): Promise<void> {
  let said = ''
  const done = await poll(
    async () => {
      const ended = await run(program, [...args]).catch((error: unknown) => String(error))
      said = typeof ended === 'string' ? ended : ''
      return typeof ended === 'string' ? undefined : true
    },
    { deadline: 180_000, first: 100, longest: 1000 },
  )
  if (done !== true) throw new Error(said)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-containerd-'))
  await writeFile(
    join(folder, 'config.toml'),
    'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]\n',
  )
  await run('docker', ['run', '-d', '--name', NAME, '-p', '127.0.0.1::5000', 'registry:3.1.1'])
  const port = (await run('docker', ['port', NAME, '5000'])).stdout.trim().split(':').at(-1) ?? ''
  base = `127.0.0.1:${port}`
  await mkdir(join(folder, 'image'))
  await writeFile(join(folder, 'image', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  const image = `127.0.0.1:${port}/macula/tiny:1`
  await run('docker', ['build', '-q', '-t', image, join(folder, 'image')], {
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  })
  await succeeds('docker', ['push', '-q', image])
  await run('docker', ['rmi', image])
  const { stdout } = await run('docker', ['inspect', '-f', '{{.NetworkSettings.IPAddress}}', NAME])
  const text = hostsToml({ url: `http://${stdout.trim()}:5000` })
  for (const reference of references) {
    const path = join(folder, 'certs.d', hostsFile(reference))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  daemon = spawn(
    'containerd',
    [
      '-c',
      join(folder, 'config.toml'),
      '--root',
      join(folder, 'root'),
      '--state',
      join(folder, 'state'),
      '-a',
      socket(),
    ],
    { stdio: 'ignore' },
  )
  await succeeds('ctr', ['-a', socket(), 'version'])
})

afterAll(async () => {
  if (daemon) {
    const gone = once(daemon, 'exit')
    daemon.kill()
    await gone
  }
  await run('docker', ['rm', '-fv', NAME])
  await rm(folder, { recursive: true, force: true })
})

test.each(references)('%s leads to our registry', async (reference) => {
  expect(await fetched(reference, join(folder, 'certs.d'))).toBe('fetched')
})

test('without such a file it does not: that is what the files are for', async () => {
  expect(await fetched('kind-registry:5000', join(folder, 'none'))).toContain('kind-registry')
})

/** Puts bytes into the registry as clients do (distribution-spec, "Pushing blobs"). */
async function pushBlob(repository: string, data: Buffer): Promise<{ digest: string; size: number }> {
  const digest = `sha256:${createHash('sha256').update(data).digest('hex')}`
  const begun = await fetch(`http://${base}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const place = new URL(begun.headers.get('location') ?? '', `http://${base}`)
  place.searchParams.set('digest', digest)
  const put = await fetch(place, { method: 'PUT', body: new Uint8Array(data) })
  expect(put.status).toBe(201)
  return { digest, size: data.length }
}

async function pushManifest(repository: string, tag: string, mediaType: string, parts: object) {
  const text = JSON.stringify({ schemaVersion: 2, mediaType, ...parts })
  const put = await fetch(`http://${base}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': mediaType },
    body: text,
  })
  expect([put.status, put.ok ? '' : await put.text()]).toEqual([201, ''])
  return { mediaType, digest: put.headers.get('docker-content-digest') ?? '', size: text.length }
}

const oci = 'application/vnd.oci.image'

test('sizes: what the real registry tells of an image of docker, and of one for two processors with layers of zstd and gzip', async () => {
  const sizes = (architecture: string) =>
    openRegistries({ auth: () => Promise.resolve(undefined), now: () => 0, architecture })
  // What docker pushed: one layer and its configuration, as they lie in the registry.
  const tiny = await sizes('amd64').size(`${base}/macula/tiny:1`)
  expect(tiny.kind === 'known' && tiny.bytes).toBeGreaterThan(300)

  const repository = 'macula/two'
  const one = async (architecture: string, bytes: number) => {
    const noise = createHash('shake256', { outputLength: bytes }).update(architecture).digest()
    const zstd = await pushBlob(repository, zstdCompressSync(noise))
    const gzip = await pushBlob(repository, gzipSync(Buffer.from(architecture)))
    const config = await pushBlob(
      repository,
      Buffer.from(JSON.stringify({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [] } })),
    )
    const manifest = await pushManifest(repository, architecture, `${oci}.manifest.v1+json`, {
      config: { mediaType: `${oci}.config.v1+json`, ...config },
      layers: [
        { mediaType: `${oci}.layer.v1.tar+zstd`, ...zstd },
        { mediaType: `${oci}.layer.v1.tar+gzip`, ...gzip },
      ],
    })
    return {
      sum: zstd.size + gzip.size + config.size,
      entry: { ...manifest, platform: { os: 'linux', architecture } },
    }
  }
  const amd = await one('amd64', 300_000)
  const arm = await one('arm64', 500_000)
  await pushManifest(repository, '1', `${oci}.index.v1+json`, { manifests: [arm.entry, amd.entry] })
  expect(await sizes('amd64').size(`${base}/${repository}:1`)).toEqual({ kind: 'known', bytes: amd.sum })
  expect(await sizes('arm64').size(`${base}/${repository}:1`)).toEqual({ kind: 'known', bytes: arm.sum })
  expect(await sizes('riscv64').size(`${base}/${repository}:1`)).toEqual({
    kind: 'unknown',
    why: 'the registry has none for this processor',
  })
  expect(await sizes('amd64').size(`${base}/${repository}:2`)).toEqual({
    kind: 'unknown',
    why: 'the registry does not have it',
  })
})

test('sizes: a registry that hangs is left at the deadline, one that is gone at once', async () => {
  const size = async (deadlineMs: number) =>
    await openRegistries({ auth: () => Promise.resolve(undefined), now: () => 0, deadlineMs }).size(
      `${base}/macula/tiny:1`,
    )
  const silent = { kind: 'unknown', why: 'the registry does not answer' }
  await run('docker', ['pause', NAME])
  expect(await size(500)).toEqual(silent)
  await run('docker', ['unpause', NAME])
  await run('docker', ['stop', '-t', '0', NAME])
  expect(await size(60_000)).toEqual(silent)
})
