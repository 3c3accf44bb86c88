import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { honest, standIn } from '../docker/stand-in.ts'

/**
 * The command line as a process: what its streams, its terminal and its environment do to it. Started by a shell, as people
 * do, over the real program as it is built, or over it with an engine that is stood in for (child.ts).
 */

const root = fileURLToPath(new URL('../../..', import.meta.url))
const built = join(root, '.cache', 'process-cli')
const child = join(built, 'child.mjs')
const cli = join(built, 'maculactl.mjs')

beforeAll(async () => {
  const parts = { 'maculactl.mjs': 'main/cli.ts', 'child.mjs': 'test/unit/cli/child.ts' }
  for (const [name, entry] of Object.entries(parts))
    await build({
      root,
      mode: 'cli',
      logLevel: 'error',
      build: { ssr: entry, outDir: built, rollupOptions: { output: { entryFileNames: name } } },
    })
})

let folder: string
let diary: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-process-'))
  diary = join(folder, 'diary')
})
afterEach(() => rmSync(folder, { recursive: true }))

const env = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: folder,
  MACULA_HOME: folder,
  LANG: 'C.UTF-8',
  // It is started some hundred times: what Node compiled once is read.
  NODE_COMPILE_CACHE: join(built, 'compiled'),
})
const written = (): string => (existsSync(diary) ? readFileSync(diary, 'utf8') : '')

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a line of sh in which $M is maculactl over the stand-in; the code is what the line leaves in $C. */
function sh(line: string): Ended {
  const text = `M() { ${quote(process.execPath)} ${quote(child)} ${quote(diary)} "$@"; }\nC=99\n${line}\nexit $C`
  const { status, stdout, stderr } = spawnSync('sh', ['-c', text], { env: env(), encoding: 'utf8' })
  return { code: status ?? -1, out: stdout, err: stderr }
}

const quote = (text: string): string => `'${text}'`

function started(argv: readonly string[], more: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [child, diary, ...argv], {
    env: { ...env(), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

const commands = [
  'status --json',
  'doctor',
  'env',
  'env --json',
  'logs loki',
  'open grafana --print',
  'setup --print',
  'undo',
  'cluster kubeconfig',
  'completion bash',
  '--help',
  'help up',
  '',
] as const
const changes = ['up', 'up --json', 'down', 'reset grafana --name grafana', 'setup --yes'] as const

describe('a result that cannot be written', () => {
  test.each(commands)('%s >/dev/full: one sentence, exit code 1', (command) => {
    const { code, out, err } = sh(`M ${command} >/dev/full; C=$?`)
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toContain('✖ The result could not be written (ENOSPC).')
    expect(err).not.toMatch(/^\s+at /m)
    expect(err.split('✖').length).toBe(2)
  })

  test.each(changes)('%s >/dev/full: it is done nevertheless, and told so', (command) => {
    const { code, err } = sh(`M ${command} >/dev/full; C=$?`)
    expect(code).toBe(1)
    expect(err).toContain('What the command did stays done.')
    expect(written()).toMatch(/ ends\n$/)
  })

  test.each(['up', 'status', 'env'])(
    '%s with stdout closed: one sentence, exit code 1, nothing is done',
    (command) => {
      const { code, err } = sh(`M ${command} >&-; C=$?`)
      expect(code).toBe(1)
      expect(err).toContain('✖ The standard output is closed, so nothing was done.')
      expect(written()).toBe('')
    },
  )

  test('>/dev/null, and a program that gives its children one, are no closed output', () => {
    expect(sh('M up >/dev/null; C=$?').code).toBe(0)
    const quiet = spawnSync(
      'sh',
      ['-c', `${quote(process.execPath)} ${quote(child)} ${quote(diary)} up; exit $?`],
      {
        env: env(),
        stdio: 'ignore',
      },
    )
    expect(quiet.status).toBe(0)
    expect(written()).toBe('up begins\nup ends\nup begins\nup ends\n')
  })

  test('stderr closed or full: the result stands; what could not be said of the way is told', () => {
    expect(sh('M up 2>&-; C=$?')).toMatchObject({ code: 0, out: expect.stringContaining('services work') })
    const full = sh('M up 2>/dev/full; C=$?')
    expect(full.code).toBe(1)
    expect(full.out).toContain('✖ The progress could not be written (ENOSPC).')
    const machine = sh('M up --json 2>/dev/full; C=$?')
    expect(machine.code).toBe(1)
    expect(JSON.parse(machine.out)).toMatchObject({ ok: true })
  })

  test('stdin closed: nobody is asked', () => {
    expect(sh('M status <&-; C=$?').code).toBe(0)
    expect(sh('M setup <&-; C=$?')).toMatchObject({
      code: 2,
      err: expect.stringContaining('this is not a terminal'),
    })
  })

  test('a long result reaches a slow reader whole', () => {
    const { code, out } = sh(
      '{ M status --json; echo $? >"$HOME/code"; } | { sleep 0.3; tail -c 3; }; C=$(cat "$HOME/code")',
    )
    expect([code, out]).toEqual([0, '\n}\n'])
    expect(sh('M doctor | { sleep 0.5; tail -n 1; }; C=0').out).toContain('the finding of check 1999')
  })
})

describe('what changes things finishes whoever listens', () => {
  test.each(['up', 'down', 'restart loki', 'pull', 'setup --yes'])('%s 2>&1 | head -1', (command) => {
    const { code, out } = sh(`{ M ${command}; echo $? >"$HOME/code"; } 2>&1 | head -1; C=$(cat "$HOME/code")`)
    expect(code).toBe(0)
    expect(out.split('\n')).toHaveLength(2)
    expect(written()).toMatch(/ ends\n$/)
  })

  test('a killed pager', () => {
    const { code } = sh(
      `{ M up; echo $? >"$HOME/code"; } 2>&1 | sh -c 'read -r one; kill -9 $$'; C=$(cat "$HOME/code")`,
    )
    expect(code).toBe(0)
    expect(written()).toBe('up begins\nup ends\n')
  })

  test.each(['up', 'down', 'setup --yes', 'undo --all --even-if-drifted'])(
    '%s: a closed terminal (SIGHUP)',
    async (command) => {
      const one = started(command.split(' '))
      const exit = once(one, 'exit')
      await vi.waitFor(() => expect(written()).toContain('begins'))
      one.kill('SIGHUP')
      one.stdout?.destroy()
      one.stderr?.destroy()
      expect(await exit).toEqual([0, null])
      expect(written()).toMatch(/ ends\n$/)
    },
  )

  const hasScript = spawnSync('script', ['--version']).status === 0
  test.skipIf(!hasScript)('a terminal that is gone, not only its signal', async () => {
    // script holds the terminal; with it the kernel takes it away, and each line is EIO from then on.
    const line = [process.execPath, child, diary, 'up'].map(quote).join(' ')
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: env(), stdio: 'ignore' })
    await vi.waitFor(() => expect(written()).toContain('begins'))
    terminal.kill('SIGKILL')
    await vi.waitFor(() => expect(written()).toBe('up begins\nup ends\n'))
  })

  test.each([
    ['SIGINT', 'Ctrl-C'],
    ['SIGTERM', 'SIGTERM'],
  ] as const)(
    '%s keeps meaning: stop in order, and say what was left and which signal it was',
    async (signal, name) => {
      // As many steps as it takes until the signal is there, however busy the machine is.
      const one = started(['up'], { STEPS: '3000' })
      let err = ''
      one.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
      await vi.waitFor(() => expect(err).toContain('step 1'))
      one.kill(signal)
      expect(await once(one, 'close')).toEqual([130, null])
      expect(written()).toBe('up begins\nup is interrupted\n')
      expect(err).toContain(`Stopped by ${name}`)
      expect(err).toContain('Continue with maculactl up')
    },
  )

  test.each([
    ['status --watch', 0],
    ['status --watch --json', 0],
    ['ui --no-open', 0],
  ])('what only shows ends with its terminal: %s', async (command, code) => {
    const one = started(command.split(' '))
    await once(one.stdout ?? one, 'data')
    one.kill('SIGHUP')
    expect(await once(one, 'exit')).toEqual([code, null])
  })

  test.each(['status --watch --json', 'status --watch', 'logs -f loki'])(
    '%s | head -1 ends by itself',
    (command) => {
      const { code, out } = sh(`M ${command} | head -1; C=0`)
      expect(code).toBe(0)
      expect(out).not.toBe('')
    },
  )
})

describe('an environment that steers Node', () => {
  test.each([
    ['NODE_OPTIONS', '--max-http-header-size=80'],
    ['NODE_OPTIONS', '--use-env-proxy'],
    ['NODE_USE_ENV_PROXY', '1'],
    ['NODE_DEBUG', 'http,net'],
    ['UV_THREADPOOL_SIZE', '1'],
    ['DOCKER_API_VERSION', '1.12'],
    ['DOCKER_CERT_PATH', '/nowhere'],
  ])('%s=%s has no effect', async (name, value) => {
    const docker = await standIn((request, response) => {
      const path = request.url?.replace(/^\/v[\d.]+/, '').split('?')[0] ?? ''
      response.setHeader('x-long', 'x'.repeat(400))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(honest[path] ?? {}))
    })
    try {
      const proxies = { HTTP_PROXY: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' }
      const ask = async () => {
        const one = spawn(process.execPath, [cli, 'version', '--json'], {
          env: { ...env(), ...proxies, DOCKER_HOST: `unix://${docker.socket}`, [name]: value },
        })
        let [out, err] = ['', '']
        one.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
        one.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
        expect(await once(one, 'close')).toEqual([0, null])
        return { err, told: JSON.parse(out) as unknown }
      }
      // On a loaded machine Docker may be given up for once; what an environment does to it, it does each time.
      await expect
        .poll(ask)
        .toEqual({ err: '', told: expect.objectContaining({ docker: expect.stringMatching(/^\d/) }) })
    } finally {
      await docker.close()
    }
  })
})
