import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  argv,
  docker,
  done,
  everythingUp,
  fresh,
  processes,
  run,
  states,
  status,
  until,
  user,
  type Status,
} from '../support/actor.ts'

/** What changes things finishes whoever listens, and the person's environment changes nothing of what is made. */

beforeAll(async () => {
  await fresh()
  await everythingUp()
})
afterAll(fresh, 120_000)

const isGreen = (seen: Status): boolean => Object.keys(states(seen)).join() === 'works'

/** Runs a command of the plain user in a pipe whose reader takes one line and leaves; its own exit code. */
async function headed(...words: readonly string[]): Promise<number> {
  const line = '{ "$@"; echo "code $?" >&3; } 2>&1 3>"$0" | head -1'
  const folder = await mkdtemp('/tmp/macula-unheard-')
  const file = join(folder, 'code')
  await run('sh', ['-c', line, file, ...argv(words)])
  const { out } = await run('cat', [file])
  await rm(folder, { recursive: true })
  return Number(out.trim().replace('code ', ''))
}

const running = async (): Promise<number> =>
  (await docker('ps', '--format', '{{.Names}}', '--filter', 'label=dev.macula.project=macula')).out
    .split('\n')
    .filter(Boolean).length
const socats = async (): Promise<number> => (await processes('socat')).length

describe('a reader that goes away after one line', () => {
  test('down 2>&1 | head -1 stops all: no container and no forwarder is left', async () => {
    expect(await headed('down')).toBe(0)
    // A process that was ended may take a moment to be gone.
    await expect.poll(async () => [await running(), await socats()]).toEqual([0, 0])
  })

  test('up 2>&1 | head -1 starts all', async () => {
    expect(await headed('up')).toBe(0)
    expect(isGreen(await until(isGreen))).toBe(true)
  })

  test('down --remove and up, in which containers are made too', async () => {
    expect(await headed('down', '--remove')).toBe(0)
    expect(await headed('up')).toBe(0)
    expect(isGreen(await until(isGreen))).toBe(true)
  })
})

test('a terminal that is closed while containers are made: all is made and started', async () => {
  await done(['down', '--remove'])
  // A session with a terminal of its own, which script holds open until it is killed.
  const [program = '', ...words] = argv(['up'])
  const terminal = spawn('script', ['-qec', [program, ...words].join(' '), '/dev/null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let seen = ''
  terminal.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  await expect.poll(() => seen, { timeout: 120_000 }).toMatch(/Creating 14 containers/)
  terminal.kill('SIGKILL')
  await once(terminal, 'exit')
  await expect.poll(async () => isGreen(await status()), { timeout: 300_000 }).toBe(true)
})

test('proxies, platform and API version of a shell and of ~/.docker/config.json change nothing of what is made', async () => {
  const config = await mkdtemp('/tmp/macula-config-')
  const proxies = { default: { httpProxy: 'http://proxy.test:3128', httpsProxy: 'http://proxy.test:3128' } }
  await writeFile(join(config, 'config.json'), JSON.stringify({ proxies }))
  await run('chmod', ['-R', 'a+rX', config])
  const ids = async (): Promise<string> =>
    (await docker('ps', '-aq', '--no-trunc', '--filter', 'label=dev.macula.project=macula')).out
      .split('\n')
      .sort((one, two) => one.localeCompare(two))
      .join()
  const before = await ids()
  const env = {
    DOCKER_CONFIG: config,
    DOCKER_DEFAULT_PLATFORM: 'linux/s390x',
    DOCKER_API_VERSION: '1.12',
    HTTP_PROXY: 'http://proxy.test:3128',
    ALL_PROXY: 'socks5://proxy.test:1',
    NODE_OPTIONS: '--max-http-header-size=80 --use-env-proxy',
    COMPOSE_PROJECT_NAME: 'other',
  }
  const ran = async (...words: readonly string[]) => {
    const [program = '', ...rest] = argv(words, user, env)
    return await run(program, rest)
  }
  try {
    // The same is wanted: nothing is made anew.
    expect((await ran('up')).code).toBe(0)
    expect(await ids()).toBe(before)
    await docker('rm', '-f', 'macula-grafana-1')
    expect(await ran('up', 'grafana')).toMatchObject({ code: 0 })
    const made = await docker('inspect', 'macula-grafana-1', '--format', '{{json .Config.Env}}')
    expect(made.out).not.toMatch(/proxy/i)
    expect(isGreen(await until(isGreen))).toBe(true)
  } finally {
    await rm(config, { recursive: true })
  }
})
