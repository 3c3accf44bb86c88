import { execa } from 'execa'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { argv, as, run, user } from '../support/actor.ts'

/** The installed `maculactl ui` of one user, and another user of the same machine who wants in. */

const foreign = 'nobody'
const home = mkdtempSync(join(tmpdir(), 'macula-users-'))
const opened = join(home, 'opened')
let ui: ReturnType<typeof serve>
let out = ''

const addresses = (text: string): readonly URL[] =>
  (text.match(/http:\/\/127\.0\.0\.1:\d+\/#enter=[\w-]+/g) ?? []).map((one) => new URL(one))
const printed = (): URL => addresses(out)[0] ?? new URL('http://127.0.0.1:1/')
const tokenOf = (url: URL): string => url.hash.replace('#enter=', '')

/** What a user of this machine is answered; the token goes by stdin, so that the test itself shows it to nobody. */
async function ask(who: string, path: string, body?: unknown): Promise<string> {
  const command = [
    'curl',
    '--silent',
    '--output',
    '/dev/null',
    '--write-out',
    '%{http_code}',
    ...(body === undefined ? [] : ['--header', 'content-type: application/json', '--data', '@-']),
    new URL(path, printed()).href,
  ]
  const [program = '', ...args] =
    who === user
      ? as(who, command)
      : ['setpriv', '--reuid', who, '--regid', 'nogroup', '--clear-groups', ...command]
  return (await run(program, args, body === undefined ? {} : { input: JSON.stringify(body) })).out
}

function serve() {
  const [program = '', ...args] = argv(['ui'], user, {
    MACULA_HOME: join(home, 'macula'),
    DOCKER_HOST: `unix://${home}/no-docker.sock`,
    DISPLAY: ':99',
    PATH: `${home}:/usr/local/bin:/usr/bin:/bin`,
  })
  return execa(program, args, { reject: false, stdin: 'ignore' })
}

beforeAll(async () => {
  await run('chown', ['-R', user, home])
  // Stands in for the desktop: writes down what it is given, where only its user can read it.
  writeFileSync(join(home, 'xdg-open'), `#!/bin/sh\numask 077\nprintf '%s\\n' "$1" >${opened}\n`)
  chmodSync(join(home, 'xdg-open'), 0o755)
  ui = serve()
  ui.stdout.on('data', (chunk: Buffer) => {
    out += String(chunk)
  })
  await vi.waitFor(() => expect(readFileSync(opened, 'utf8')).toContain('#enter='))
})
afterAll(() => {
  ui.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

describe('fault 45: another local user and the browser face', () => {
  test('sees a page without content, and comes no further without a token', async () => {
    expect(await ask(foreign, '/')).toBe('200')
    expect(await ask(foreign, '/events')).toBe('401')
    expect(await ask(foreign, '/request/start', { run: 'r', services: ['grafana'] })).toBe('401')
    expect(await ask(foreign, '/enter', { token: 'x'.repeat(43) })).toBe('401')
  })

  test('may read the opened address in the list of processes, and it is of no use to him', async () => {
    const [url] = addresses(readFileSync(opened, 'utf8'))
    if (!url) throw new Error('no address was opened')
    expect(await ask(foreign, '/enter', { token: tokenOf(url) })).toBe('403')
    expect(await ask(user, '/enter', { token: tokenOf(url) })).toBe('200')
    expect(await ask(user, '/enter', { token: tokenOf(url) })).toBe('401')
  })

  test('finds the printed token in no argv, no environment and no file', async () => {
    const token = tokenOf(printed())
    expect(token.length).toBe(43)
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      for (const part of ['cmdline', 'environ']) {
        let text = ''
        try {
          text = readFileSync(`/proc/${pid}/${part}`, 'latin1')
        } catch {
          // It ended meanwhile.
        }
        expect(text.includes(token), `/proc/${pid}/${part}`).toBe(false)
      }
    const found = await run('grep', ['--recursive', '--files-with-matches', '--fixed-strings', token, home])
    expect(found.out).toBe('')
    // Files come and go while it searches; any other that it could not read would be one where nobody looked.
    const unread = found.err
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith('No such file or directory'))
    expect(unread).toEqual([])
  })

  test('can read no file of it, and it listens on loopback only', async () => {
    const { out: readable } = await run('setpriv', [
      '--reuid',
      foreign,
      '--regid',
      'nogroup',
      '--clear-groups',
      '--',
      'find',
      join(home, 'macula'),
      '-type',
      'f',
      '-readable',
    ])
    expect(readable).toBe('')
    const { out: listening } = await run('ss', [
      '--listening',
      '--tcp',
      '--numeric',
      '--no-header',
      'sport',
      '=',
      `:${printed().port}`,
    ])
    expect(listening.split('\n').map((line) => line.split(/\s+/)[3])).toEqual([`127.0.0.1:${printed().port}`])
  })

  test('fault 43: gone when the command ends', async () => {
    // Each program of the line replaced itself by the next. Another suite may have one of this user too.
    const pid = ui.pid ?? 0
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('maculactl.mjs\0ui')
    process.kill(pid, 'SIGTERM')
    expect((await ui).exitCode).toBe(0)
    expect(await ask(user, '/')).toBe('000')
  })
})
