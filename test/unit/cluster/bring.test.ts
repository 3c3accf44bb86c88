import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { oldestKind } from '../../../main/model/node-image.ts'
import { troubleOf } from '../../../main/model/errors.ts'
import { bringKind, type KindRelease } from '../../../main/system/kind/bring.ts'
import { kindVersion } from '../../../main/system/kind/commands.ts'
import { kindRelease } from '../../../main/system/kind/release.ts'
import { openTools } from '../../../main/system/kind/tool.ts'

/** kind from its release: the server is one of ours on loopback, the program a script that tells a version. */

const program = Buffer.from(`#!/bin/sh\necho 0.33.0\n#${'x'.repeat(3_000_000)}\n`)
const sha256 = createHash('sha256').update(program).digest('hex')
const signal = new AbortController().signal

let server: Server
let folder: string
let answers: ((response: ServerResponse, path: string) => void)[] = []
let asked: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-bring-'))
  asked = []
  server = createServer(({ url = '' }, response) => {
    asked.push(url)
    const answer = answers.shift()
    if (answer) answer(response, url)
    else response.writeHead(500).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

const release = (): KindRelease => ({
  version: '0.33.0',
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dl/kind`,
  sha256,
})
const whole = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-length': program.length }).end(program)

async function bring(part: { readonly silenceMs?: number; readonly signal?: AbortSignal } = {}) {
  const told: string[] = []
  const path = await bringKind({
    folder,
    release: release(),
    env: {},
    onStep: (says) => void told.push(says),
    signal,
    ...part,
  })
  return { path, told }
}

describe('a published kind', () => {
  test('comes whole, may run, over a redirect, and tells how far it is', async () => {
    answers = [(response) => void response.writeHead(302, { location: '/elsewhere' }).end(), whole]
    const { path, told } = await bring()
    expect(asked).toEqual(['/dl/kind', '/elsewhere'])
    expect(await readFile(path)).toEqual(program)
    expect((await stat(path)).mode & 0o777).toBe(0o755)
    expect(told[0]).toBe('Downloading kind 0.33.0')
    expect(told.at(-1)).toMatch(/^Downloading kind 0\.33\.0, [\d.]+ MB of 3 MB$/)
    expect(await readdir(folder)).toEqual(['kind-0.33.0'])
  })

  test('is not downloaded again; one that was damaged is', async () => {
    answers = [whole]
    const { path } = await bring()
    expect((await bring()).path).toBe(path)
    expect(asked).toHaveLength(1)
    await writeFile(path, 'half')
    answers = [whole]
    await bring()
    expect(await readFile(path)).toEqual(program)
  })

  test('that is another file than was published is thrown away, both sums told', async () => {
    answers = [(response) => void response.writeHead(200).end('<html>Sign in</html>')]
    expect(await bring().catch(troubleOf)).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining(`${sha256} is the right one`),
    })
    expect(await readdir(folder)).toEqual([])
  })

  const cuts: readonly (readonly [string, (response: ServerResponse) => void, RegExp])[] = [
    [
      'ends early',
      (response) => {
        response.writeHead(200, { 'content-length': program.length })
        response.write(program.subarray(0, 1_000_000), () => response.destroy())
      },
      /aborted|hang up|reset/i,
    ],
    ['falls silent', (response) => void response.writeHead(200).write('#!'), /no byte for 0\.2 s/],
    ['never answers', () => undefined, /no byte for 0\.2 s/],
    ['is not there', (response) => void response.writeHead(404).end(), /HTTP 404/],
    [
      'goes round in circles',
      (response) => void response.writeHead(302, { location: '/dl/kind' }).end(),
      /more than 5 redirects/,
    ],
  ]
  test.each(cuts)('that %s: told, nothing is left', async (_, answer, why) => {
    answers = Array.from({ length: 10 }, () => answer)
    expect(await bring({ silenceMs: 200 }).catch(troubleOf)).toMatchObject({
      kind: 'outside',
      what: 'No suitable kind is installed, and 0.33.0 cannot be downloaded.',
      why: expect.stringMatching(why),
    })
    expect(await readdir(folder)).toEqual([])
  })

  test('that has nowhere to go: the folder is told, not the network', async () => {
    await writeFile(join(folder, 'file'), '')
    const nowhere = join(folder, 'file', 'bin')
    const told = await bringKind({
      folder: nowhere,
      release: release(),
      env: {},
      onStep: () => undefined,
      signal,
    }).catch(troubleOf)
    expect(told).toMatchObject({ kind: 'failed', what: `kind 0.33.0 cannot be kept in ${nowhere}.` })
    expect(asked).toEqual([])
  })

  test('interrupted: says so, nothing is left', async () => {
    const abort = new AbortController()
    answers = [
      (response) => {
        response.writeHead(200, { 'content-length': program.length })
        response.write(program.subarray(0, 1_000_000), () => abort.abort())
      },
    ]
    expect(await bring({ signal: abort.signal }).catch(troubleOf)).toMatchObject({ kind: 'refused' })
    expect(await readdir(folder)).toEqual([])
  })

  test('there is one for each platform that Macula runs on, and none for others', () => {
    for (const platform of ['linux', 'darwin'] as const)
      for (const arch of ['x64', 'arm64'])
        expect(kindRelease(platform, arch)).toMatchObject({
          url: expect.stringMatching(/^https:\/\/kind\.sigs\.k8s\.io\/dl\/v[\d.]+\/kind-/),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        })
    expect(kindRelease('linux', 'riscv64')).toBeUndefined()
  })
})

describe('which kind is run', () => {
  const image = 'kindest/node:v1.37.0@sha256:00'

  /** Folders of a PATH, each with a kind that tells a version. */
  async function machine(...versions: readonly string[]): Promise<ReturnType<typeof openTools>> {
    const folders: string[] = []
    for (const version of versions) {
      const place = await mkdtemp(join(folder, 'path-'))
      await writeFile(join(place, 'kind'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 })
      folders.push(place)
    }
    return openTools({
      env: {},
      folder: join(folder, 'ours'),
      release: release(),
      versionOf: kindVersion,
      // Only these: the machine that runs this test may have a kind of its own.
      find: (name) => Promise.resolve(folders.map((place) => join(place, name))),
    })
  }

  test('Kubernetes from 1.36 on asks for a kind that writes its configuration; a name without a version for any', () => {
    expect(oldestKind('kindest/node:v1.37.0@sha256:00')).toEqual([0, 32])
    expect(oldestKind('kindest/node:v1.36.4')).toEqual([0, 32])
    expect(oldestKind('kindest/node:v1.35.8')).toEqual([0, 27])
    expect(oldestKind('registry.macula.local/node:mine')).toEqual([0, 27])
  })

  test('of several the first that fits; old ones are named', async () => {
    const tools = await machine('0.20.0', '0.32.0', '0.34.1')
    const seen = await tools.look(image)
    expect(seen.used?.version).toBe('0.32.0')
    expect(seen.old.map(({ version }) => version)).toEqual(['0.20.0'])
    expect((await (await machine('0.30.0')).look('kindest/node:v1.35.8')).used?.version).toBe('0.30.0')
  })

  test('none fits: the published one is brought, and run from then on', async () => {
    const tools = await machine('0.31.0')
    const told: string[] = []
    answers = [whole]
    const path = await tools.have(image, (says) => void told.push(says), signal)
    expect(told[0]).toBe('kind 0.31.0 is too old for this node image')
    expect(path).toBe(join(folder, 'ours', 'kind-0.33.0'))
    expect((await tools.look(image)).used).toEqual({ path, version: '0.33.0' })
    expect(asked).toHaveLength(1)
  })

  test('one that fits is on the machine: nothing is asked of the network', async () => {
    await (await machine('0.33.0')).have(image, () => undefined, signal)
    expect(asked).toEqual([])
  })
})
