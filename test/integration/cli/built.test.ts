import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusSchema } from '../../../main/cli/json/status.ts'

/**
 * The one file that is installed, run by plain node as people run it: real catalog, real folders, no Docker
 * (its socket is one that cannot be there).
 */

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = join(root, '.cache', 'built-cli')
const script = join(folder, 'maculactl.mjs')
const home = mkdtempSync(join(tmpdir(), 'macula-cli-'))
const env = {
  PATH: process.env['PATH'],
  HOME: home,
  MACULA_HOME: home,
  DOCKER_HOST: `unix://${join(home, 'no-docker.sock')}`,
  LANG: 'C.UTF-8',
}

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function maculactl(...argv: string[]): Promise<Ended> {
  return await new Promise((resolve) => {
    execFile(process.execPath, [script, ...argv], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

beforeAll(async () => {
  await build({ root, mode: 'cli', logLevel: 'error', build: { outDir: folder, emptyOutDir: true } })
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('dist/maculactl.mjs', () => {
  test('--help opens nothing: no file of ours is made', async () => {
    const before = readdirSync(home, { recursive: true })
    expect((await maculactl('--help')).code).toBe(0)
    expect(readdirSync(home, { recursive: true })).toEqual(before)
  })

  test('status without Docker: every row of the real catalog, one cause, exit 4', async () => {
    const { code, out } = await maculactl('status', '--json')
    const value = statusSchema.parse(JSON.parse(out))
    expect(code).toBe(4)
    expect(value.docker.kind).toBe('down')
    expect(value.services.map((service) => service.id)).toContain('grafana')
    expect(value.causes.filter((cause) => cause.id === 'docker')).toHaveLength(1)
  })

  test('up without Docker: says so, exit 4', async () => {
    const { code, err } = await maculactl('up')
    expect(code).toBe(4)
    expect(err).toContain('Docker does not answer')
  })

  test('version tells the product without a package.json beside it', async () => {
    const { code, out } = await maculactl('version')
    expect(code).toBe(0)
    expect(out).toMatch(/^Macula Desktop {2}\d+\.\d+\.\d+$/m)
  })

  test('--watch ends on SIGINT with its last state', async () => {
    const child = spawn(process.execPath, [script, 'status', '--watch', '--json'], { env })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8')
      // At least one whole line is there: it watches.
      if (out.includes('\n')) child.kill('SIGINT')
    })
    const code = await new Promise((resolve) => {
      child.on('exit', resolve)
    })
    expect(code).toBe(4)
    expect(() => statusSchema.parse(JSON.parse(out.split('\n')[0] ?? ''))).not.toThrow()
  })

  test('a reader that goes away is no failure', async () => {
    const child = spawn(
      'sh',
      ['-c', `"$0" "$1" status --json | head -c 1; exit 0`, process.execPath, script],
      {
        env,
      },
    )
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8')
    })
    await new Promise((resolve) => {
      child.on('exit', resolve)
    })
    expect(err).toBe('')
  })

  test('the hidden forwarder refuses what is no address', async () => {
    const { code, err } = await maculactl('__forward', '0.0.0.0', '80', 'EXEC:sh', '1')
    expect(code).toBe(2)
    expect(err).not.toBe('')
  })
})
