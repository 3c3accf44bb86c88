import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusSchema } from '../../../main/cli/json/status.ts'
import {
  docker,
  home,
  maculactl as maculactlOf,
  removeInstance,
  run,
  user,
  type Ran,
} from '../support/actor.ts'

/**
 * A real Docker that answers nothing about one container, and about all others as ever: a socket before it keeps that one question,
 * as 26.1 does where a container was paused while its health check was being started.
 */

const instance = {
  project: 'macula-silent',
  suffix: 'silent.test',
  subnet: '172.31.246.0/24',
  addresses: '127.0.46.0/24',
  dnsPort: 5391,
}
const place = `${home}/.local/${instance.project}`
const folder = mkdtempSync(join(tmpdir(), 'macula-silent-'))
const socket = join(folder, 'docker.sock')
const real = { socketPath: '/var/run/docker.sock' }

/** Part of the path that is not answered; undefined: all is. */
let silent: string | undefined
let kept = 0

function pass(from: IncomingMessage, to: ServerResponse): void {
  const { url = '', method = 'GET', headers } = from
  if (silent !== undefined && url.includes(silent)) {
    kept += 1
    return
  }
  const through = ask({ ...real, path: url, method, headers }, (answer) => {
    to.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(to)
  })
  through.on('error', () => to.destroy())
  to.on('close', () => through.destroy())
  from.pipe(through)
}

const server = createServer(pass)
// What a program in a container is run by becomes a plain connection.
server.on('upgrade', (from, near, head) => {
  const far = connect(real.socketPath)
  const lines = Object.entries(from.headers).map(([name, value]) => `${name}: ${String(value)}`)
  far.write([`${from.method} ${from.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  far.write(head)
  for (const one of [near, far]) one.on('error', () => undefined)
  near.pipe(far).pipe(near)
})

const maculactl = async (...words: readonly string[]): Promise<Ran> =>
  await maculactlOf(words, user, { MACULA_HOME: place })
const flat = ({ err, out }: Ran): string => `${err} ${out}`.replaceAll(/\s+/g, ' ')

/** A run with the time that it took (ms). */
async function timed(...words: readonly string[]): Promise<Ran & { readonly ms: number }> {
  const began = performance.now()
  return { ...(await maculactl(...words)), ms: performance.now() - began }
}

async function rows(): Promise<Readonly<Record<string, { readonly state: string; readonly says: string }>>> {
  const { services } = statusSchema.parse(JSON.parse((await maculactl('status', '--json')).out))
  return Object.fromEntries(services.map((one) => [one.id, { state: one.state, says: JSON.stringify(one) }]))
}

const idOf = async (service: string): Promise<string> =>
  (await docker('inspect', '--format', '{{.Id}}', `${instance.project}-${service}-1`)).out.trim()

beforeAll(async () => {
  await removeInstance(instance.project)
  rmSync(place, { recursive: true, force: true })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  chmodSync(folder, 0o755)
  chmodSync(socket, 0o666)
  await run('install', ['-d', '-o', user, '-g', user, place, `${place}/config`])
  const file = `${place}/config/settings.json`
  await writeFile(file, JSON.stringify({ ...instance, dockerHost: socket }), { mode: 0o600 })
  await run('chown', [`${user}:`, file])
  const up = await maculactl('up', 'excalidraw', 'registry')
  if (up.code !== 0) throw new Error(flat(up))
}, 200_000)
afterAll(async () => {
  silent = undefined
  await maculactl('down', '--remove', '--also')
  await removeInstance(instance.project)
  server.closeAllConnections()
  server.close()
  for (const one of [place, folder]) rmSync(one, { recursive: true, force: true })
}, 100_000)

const NAME = `${instance.project}-excalidraw-1`
const SAYS = `Docker has not answered about ${NAME} for`

test('it alone is told so, with what helps; the other one works', async () => {
  // Names of this instance lead nowhere, so that both work by their addresses only.
  expect(await rows()).toMatchObject({ excalidraw: { state: 'degraded' }, registry: { state: 'degraded' } })
  silent = `/containers/${await idOf('excalidraw')}/`
  const { excalidraw, registry } = await rows()
  expect(kept).toBeGreaterThan(0)
  expect(registry).toMatchObject({ state: 'degraded' })
  expect(registry?.says).not.toContain(SAYS)
  expect(excalidraw?.says).toContain(SAYS)
  expect(excalidraw?.says).toContain('Restart Docker: sudo systemctl restart docker')
})

test('up and down of it end with the reason long before minutes, and do not keep the other one', async () => {
  const made = await idOf('excalidraw')
  const up = await timed('up', 'excalidraw', 'registry')
  expect(up.code, flat(up)).toBe(1)
  expect(flat(up)).toContain(SAYS)
  expect(up.ms).toBeLessThan(60_000)
  const down = await timed('down', 'excalidraw', 'registry', '--also')
  expect(down.code, flat(down)).toBe(1)
  expect(flat(down)).toContain(SAYS)
  expect(down.ms).toBeLessThan(60_000)
  const running = (
    await docker(
      'ps',
      '--filter',
      `label=com.docker.compose.project=${instance.project}`,
      '--format',
      '{{.Names}}',
    )
  ).out
  expect(running.trim()).toBe(NAME)
  // Neither was anything of it made anew.
  expect(await idOf('excalidraw')).toBe(made)
})

test('once Docker answers again all is as ever', async () => {
  silent = undefined
  const up = await maculactl('up', 'excalidraw', 'registry')
  expect(up.code, flat(up)).toBe(0)
  const { excalidraw, registry } = await rows()
  for (const one of [excalidraw, registry]) {
    expect(one).toMatchObject({ state: 'degraded' })
    expect(one?.says).not.toContain(SAYS)
  }
})
