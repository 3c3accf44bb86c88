import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { poll } from '../../../main/engine/wait.ts'
import { registryReferences } from '../../../main/model/registry.ts'
import { hostsFile, hostsToml } from '../../../main/system/kind/registries.ts'

/**
 * The real containerd (a daemon of its own, which runs nothing) reads the files that nodes are given and fetches from the real
 * registry. Nodes of the cluster suite stand in for it.
 */

const run = promisify(execFile)
const NAME = 'macula-it-registry'
const references = registryReferences('macula.test')

let folder = ''
let daemon: ChildProcess | undefined
const socket = (): string => join(folder, 'containerd.sock')
const fetched = async (reference: string, hosts: string): Promise<string> =>
  await run('ctr', ['-a', socket(), 'content', 'fetch', '--hosts-dir', hosts, `${reference}/macula/tiny:1`], {
    timeout: 20_000,
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
    { deadline: 20_000, first: 100, longest: 1000 },
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
