import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { uiSchema } from '../../../main/cli/json/ui.ts'
import { deferred } from '../../deferred.ts'
import { runCommand, type RunOptions } from './run-command.ts'
import { dockerDownWorld } from './worlds.ts'

const window = mkdtempSync(join(tmpdir(), 'macula-window-'))
writeFileSync(join(window, 'index.html'), '<!doctype html><html><head></head></html>')

const addresses = (text: string): readonly string[] =>
  text.match(/http:\/\/127\.0\.0\.1:\d+\/#enter=[\w-]{43}/g) ?? []

/** Runs `maculactl ui` until its address is out. */
async function served(argv: readonly string[], options: RunOptions = {}) {
  const one = runCommand({ window, ...options })
  const ended = one.run('ui', ...argv)
  await vi.waitFor(() => expect(one.err()).toContain('Ctrl-C ends it'))
  return { one, ended, url: new URL(addresses(one.out())[0] ?? '') }
}

const enter = async (url: URL): Promise<number> =>
  (
    await fetch(new URL('/enter', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: url.hash.replace('#enter=', '') }),
    })
  ).status

describe('maculactl ui', () => {
  test('without a display it prints the address, serves it, and is gone after Ctrl-C', async () => {
    const { one, ended, url } = await served([])
    expect(one.out()).toBe(`${url.href}\n`)
    expect(one.err()).toContain(
      'There is no display here. Nothing was opened: open the address in a browser of this machine.',
    )
    expect(one.err()).toContain(
      `From your own machine: ssh -N -L ${url.port}:127.0.0.1:${url.port} THIS-MACHINE, then open the same address there.`,
    )
    expect((await fetch(url)).status).toBe(200)
    expect(await enter(url)).toBe(200)
    expect(await enter(url)).toBe(401)
    one.interrupt()
    expect((await ended).code).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    expect(one.standIn.asked).toEqual(['close'])
    expect(one.opened).toEqual([])
  })

  test('without Docker it says so, and what leads on', async () => {
    const { one, ended } = await served([], { world: dockerDownWorld() })
    await vi.waitFor(() => expect(one.err()).toContain('Docker does not answer'))
    expect(one.err()).toMatch(/Docker does not answer: .+ The window and maculactl doctor say what to do\./)
    one.interrupt()
    expect((await ended).code).toBe(0)
  })

  test.each([
    [{ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22', DISPLAY: ':10' }, true],
    [{ DISPLAY: ':0' }, false],
  ])('no browser opens, with %j: whether the way from another machine is said: %s', async (env, says) => {
    const launched = { kind: 'failed', says: 'it is not installed' } as const
    const { one, ended, url } = await served([], { env, launched })
    expect(one.err()).toContain('xdg-open did not open it (it is not installed). Nothing was opened')
    expect(one.err().includes(`ssh -N -L ${url.port}:127.0.0.1:${url.port} THIS-MACHINE`)).toBe(says)
    one.interrupt()
    await ended
  })

  test('with a display it opens an address of its own; the printed one opens another tab', async () => {
    const { one, ended, url } = await served([], { env: { DISPLAY: ':0' } })
    const [opened = ''] = one.opened
    expect(opened).toMatch(/^xdg-open http:\/\/127\.0\.0\.1:\d+\/#enter=/)
    expect(opened).not.toContain(url.hash)
    expect(one.err()).toContain('Opened in your browser.')
    // The test is a program of the same user.
    expect(await enter(new URL(opened.replace('xdg-open ', '')))).toBe(200)
    expect(await enter(url)).toBe(200)
    one.interrupt()
    await ended
  })

  test('fault 45: on macOS the address goes by a private file, never as an argument', async () => {
    const { one, ended } = await served([], { platform: 'darwin' })
    expect(one.opened).toEqual(['open /private/macula-desktop.html'])
    expect(addresses(one.kept.join(''))).toHaveLength(1)
    one.interrupt()
    await ended
    expect(one.kept).toEqual([])
  })

  test('--no-open opens nothing', async () => {
    const { one, ended } = await served(['--no-open'], { env: { DISPLAY: ':0' } })
    one.interrupt()
    await ended
    expect(one.opened).toEqual([])
  })

  test('Enter prints a fresh address in a terminal', async () => {
    const { one, ended } = await served(['--no-open'], { columns: 100 })
    one.type('\n\n')
    await vi.waitFor(() => expect(addresses(one.out())).toHaveLength(3))
    expect(new Set(addresses(one.out())).size).toBe(3)
    for (const address of addresses(one.out())) expect(await enter(new URL(address))).toBe(200)
    one.interrupt()
    await ended
  })

  test('--json prints the address as the schema says', async () => {
    const { one, ended, url } = await served(['--json', '--no-open'])
    expect(uiSchema.parse(JSON.parse(one.out()))).toEqual({ version: 1, url: url.href })
    one.interrupt()
    await ended
  })

  test('a second Ctrl-C ends at once', async () => {
    const closing = deferred<void>()
    const { one, ended } = await served(['--no-open'], { over: { close: () => closing.promise } })
    one.interrupt()
    one.interrupt()
    expect(one.ends).toEqual([130])
    closing.resolve(undefined)
    await ended
  })

  test('a port that is taken: exit 1 with what to do; the engine is closed', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const one = runCommand({ window })
    const ended = await one.run('ui', '--no-open', '--port', String(port))
    other.close()
    expect(ended).toMatchObject({ code: 1, out: '' })
    expect(ended.err).toContain(`Another program listens on 127.0.0.1:${port}.`)
    expect(one.standIn.asked).toEqual(['close'])
  })

  test('a window that is not there: exit 1 with what to do', async () => {
    const ended = await runCommand({ window: '/nowhere' }).run('ui')
    expect(ended.code).toBe(1)
    expect(ended.err).toContain('npm run build')
  })

  test.each(['0', '65536', 'x', '-1'])('--port %s is a usage error', async (port) => {
    expect((await runCommand({ window }).run('ui', '--port', port)).code).toBe(2)
  })
})
