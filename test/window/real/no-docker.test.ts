import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { key, onTerminal } from '../../integration/support/terminal.ts'
import { openChromium, visit } from '../browser.ts'
import { axe } from '../page.ts'
import { openRoom, type Room } from './support/room.ts'
import { press } from './support/said.ts'
import { patience, untilSaid } from './support/waiting.ts'
import { drawn, strip } from './support/window.ts'

/**
 * A machine that has no Docker: set-up installs it, goes on when it answers, and the window starts it when it went away. What is
 * stood in for is told in inside/room.sh (the distribution's archive); systemd does not run there, so the init script starts it.
 */

let room: Room
let browser: Browser
let page: Page

beforeAll(async () => {
  room = await openRoom()
  browser = await openChromium()
  page = await (await browser.newContext({ viewport: { width: 1100, height: 900 } })).newPage()
  page.setDefaultTimeout(patience.timeout)
  await visit(page, room.url)
  await drawn(page).waitFor()
})
afterAll(async () => {
  await browser.close()
  await room.close()
})

async function picture(name: string): Promise<void> {
  const folder = join(import.meta.dirname, '..', '..', 'artefacts')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `real-${name}.png`) })
}

/** The pid of the dockerd in the room; empty: none runs. */
const dockerd = async (): Promise<string> => (await room.inside('pgrep', '-x', 'dockerd')).out.trim()

/** Stands in for a registry: it tells one image's manifest (two layers, 42 MB), and has nothing else. */
const REGISTRY = `
import http.server, json
layer = lambda digit, size: {"digest": "sha256:" + digit * 64, "size": size}
told = json.dumps({"schemaVersion": 2, "config": {"size": 1000}, "layers": [layer("1", 30000000), layer("2", 12000000)]}).encode()
class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        there = self.path == "/v2/shop/app/manifests/1"
        self.send_response(200 if there else 404)
        self.end_headers()
        self.wfile.write(told if there else b"{}")
http.server.ThreadingHTTPServer(("127.0.0.1", 5055), Registry).serve_forever()
`

const SHOP = `services:
  shop:
    image: 127.0.0.1:5055/shop/app:1
    networks: { macula: {} }
    x-macula:
      tier: tools
      title: Shop
      purpose: A test
      endpoints: [{ id: web, scheme: http, target: 80, listen: 8080 }]
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
`

test('what a download takes is told before there is a Docker, by the registries that answer', async () => {
  const folder = '/tmp/home/.config/macula-desktop/services/shop'
  const put = `mkdir -p ${folder}; printf %s "$1" >${folder}/compose.yaml; chown -R macula-test: /tmp/home/.config`
  expect(await room.inside('sh', '-c', put, 'sh', SHOP)).toMatchObject({ code: 0 })
  const serve = 'setsid python3 -c "$1" >/dev/null 2>&1 & echo $!'
  const registry = (await room.inside('sh', '-c', serve, 'sh', REGISTRY)).out.trim()
  try {
    await expect
      .poll(async () => (await room.inside('ss', '-Hltn')).out, patience)
      .toContain('127.0.0.1:5055 ')
    const terminal = onTerminal(['setup'], room.maculactl('setup'))
    await terminal.told('At least 42 MB to download (about 105 MB on disk), about 1 min at 50 Mbit/s.')
    await terminal.told('The size of 14 more images is unknown: ')
    await terminal.told('Everything: 15 services (42 MB to download, about 1 min)')
    terminal.type(key.ctrlC)
    expect(await terminal.ended, terminal.shown()).toBe(130)
  } finally {
    await room.inside('kill', registry)
    await room.inside('rm', '-rf', folder)
  }
})

test('set-up installs Docker as one change of the plan, says what membership means, and goes on when it answers', async () => {
  expect((await room.inside('which', 'dockerd', 'docker')).out).toBe('')
  await page.getByRole('heading', { name: 'Set up this machine' }).waitFor()
  const steps = page.getByRole('navigation', { name: 'Set-up steps' })
  await expect.poll(async () => await steps.innerText()).toContain('not installed, the changes bring it')
  await steps.getByRole('button', { name: /^Docker/ }).click()
  await untilSaid(page, 'Docker is not installed')
  await picture('no-docker-step')
  expect(await axe(page)).toEqual([])

  await steps.getByRole('button', { name: /^Review/ }).click()
  await untilSaid(page, 'Install Docker and Compose')
  const review = await page.locator('main.wmain').innerText()
  expect(review).toContain('docker.io, docker-cli, docker-compose')
  expect(review).toContain('whoever is in it can do on this machine what root can')
  await page.getByRole('button', { name: /^Apply \d changes/ }).click()
  await untilSaid(page, 'The changes are made')
  await picture('no-docker-changed')
  expect(await dockerd()).toMatch(/^\d+$/)
  expect((await room.inside('id', '-nG', 'macula-test')).out.split(' ')).toContain('docker')
  // The window's own session began before: it is let in by the socket until the next sign-in.
  expect((await room.inside('stat', '-c', '%U:%G', '/run/docker.sock')).out).toBe('macula-test:docker')
  await expect
    .poll(async () => await steps.getByRole('button', { name: /^Docker/ }).innerText(), patience)
    .toMatch(/\d+\.\d+\.\d+\S*, you may use it/)
})

test('Docker is gone: Start Docker is heard, says what it does and for how long, and that Docker answers', async () => {
  const before = await dockerd()
  expect((await room.inside('/etc/init.d/docker', 'stop')).code).toBe(0)
  await page.getByRole('button', { name: 'Leave set-up' }).click()
  await expect.poll(async () => await page.locator('.summary h1').innerText(), patience).toContain('Docker')
  await expect
    .poll(async () => await strip(page).innerText(), patience)
    .toContain('Docker is installed and does not run')
  await picture('no-docker-down')

  const button = strip(page).getByRole('button', { name: 'Start Docker…' })
  const said = await press(page, button, 'Start Docker')
  console.log(
    `heard after ${said.heardMs.toFixed(0)} ms, ${said.seconds} s counted; ${said.sentences.join(' | ')}`,
  )
  expect(said.sentences.slice(0, 3)).toEqual([
    'Start Docker: asked for',
    'Start Docker: Asking root to start Docker',
    'Start Docker: Waiting until Docker answers',
  ])
  expect(said.sentences.at(-1)).toMatch(
    /^Start Docker, at \d\d:\d\d:\d\d after [\d.]+ (?:ms|s): Docker \d+\.\d+\.\d+\S* answers\.$/,
  )
  await picture('no-docker-started')
  const after = await dockerd()
  expect(after).toMatch(/^\d+$/)
  expect(after).not.toBe(before)
  // Its socket came anew with it.
  expect((await room.inside('stat', '-c', '%U:%G', '/run/docker.sock')).out).toBe('macula-test:docker')
})
