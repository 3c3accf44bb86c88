import { spawn, type ChildProcess } from 'node:child_process'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { docker, everythingUp, maculactl, run } from '../../integration/support/actor.ts'
import { patience, untilGreen, untilRow } from './support/waiting.ts'
import { openRealWindow, rows, strip, type RealWindow } from './support/window.ts'

/** Docker, the network, the page and the command that serves it: each goes away and comes back. */

/** The machine's Docker behind a socket of ours, which can be closed without harm to anybody else. */
const socket = '/run/macula-test-docker.sock'
let relay: ChildProcess | undefined
let session: CDPSession | undefined
let face: RealWindow
let close = async (): Promise<void> => undefined

async function openRelay(): Promise<void> {
  const listen = `UNIX-LISTEN:${socket},fork,unlink-early,mode=666`
  relay = spawn('socat', [listen, 'UNIX-CONNECT:/run/docker.sock'], { stdio: 'ignore', detached: true })
  await expect.poll(async () => (await run('test', ['-S', socket])).code, patience).toBe(0)
}

async function closeRelay(): Promise<void> {
  const pid = relay?.pid
  relay = undefined
  // The group: connections that are open have processes of their own.
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  await run('rm', ['-f', socket])
}

beforeAll(async () => {
  await everythingUp()
})
afterAll(async () => {
  await close()
  await closeRelay()
})

describe('fault 26: the engine', () => {
  test('goes away: rows are unknown, never stopped; names and forwarders are still told; and comes back', async () => {
    await openRelay()
    face = await openRealWindow({ env: { DOCKER_HOST: `unix://${socket}` } })
    close = face.close
    const { page } = face
    await untilGreen(page)
    const before = await rows(page)

    await closeRelay()
    await untilRow(page, 'Grafana', { state: 'unknown' })
    const lost = await rows(page)
    expect(Object.keys(lost)).toEqual(Object.keys(before))
    expect(Object.values(lost).map(({ state }) => state)).not.toContain('stopped')
    expect(lost['Grafana']?.rungs).toMatch(/^name ok, address ok, forwarder ok, container unknown/)
    await expect.poll(async () => await page.locator('.summary h1').innerText(), patience).toContain('Docker')
    await expect.poll(async () => await strip(page).innerText(), patience).toContain(socket)
    await face.picture('engine-down')

    // Longer than what comes and goes while something starts: it is worth an entry.
    await expect
      .poll(
        async () => (await activity()).filter(({ title }) => title.startsWith('Docker does not')).length,
        patience,
      )
      .toBe(1)
    await keepHeadings(page)
    const began = new Date().toISOString()
    await openRelay()
    await untilGreen(page)
    // Nothing failed meanwhile: nobody is told so, and the timeline has one entry, of Docker.
    expect((await headings(page)).filter((text) => /fail|0 of/.test(text))).toEqual([])
    await expect
      .poll(async () => (await activity()).filter(({ at }) => at > began).map(({ title }) => title), patience)
      .toEqual([expect.stringMatching(/^Docker answers again after \S+ s$/)])
  })
})

/** The timeline as a terminal reads it, from the folder that the window's command writes to. */
async function activity(): Promise<readonly { readonly at: string; readonly title: string }[]> {
  const { out } = await maculactl(['activity', '--json'])
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { at: string; title: string })
}

describe('fault 24: the network of the machine changes', () => {
  test('the browser gives up what it just asked; nothing is said of it, and nothing is missed', async () => {
    const { page } = face
    const cut: string[] = []
    page.on('requestfailed', (request) => cut.push(request.failure()?.errorText ?? ''))
    await keepHeadings(page)
    const { context } = face
    for (let round = 0; round < 4; round += 1)
      for (const change of ['create', 'rm']) {
        const changed = docker('network', change, 'macula-test-change')
        // Whether such a change meets a request is chance: here the browser itself gives up what is under way.
        const before = cut.length
        // The look before has come to its end: while it goes on, its button says so.
        await strip(page).getByRole('button', { name: 'Check again' }).waitFor()
        await context.setOffline(true)
        // A person asks meanwhile; what the browser gives up is asked again by itself.
        await strip(page).getByRole('button', { name: 'Check again' }).click()
        await expect.poll(() => cut.length).toBeGreaterThan(before)
        await context.setOffline(false)
        await changed
      }
    // A stop that happens meanwhile is drawn.
    await docker('stop', 'macula-excalidraw-1')
    await untilRow(page, 'Excalidraw', { state: 'failed' })
    await docker('start', 'macula-excalidraw-1')
    await untilGreen(page)
    const said = await headings(page)
    expect(said.join('\n')).not.toContain('does not answer')
    expect(await strip(page).innerText()).not.toContain('Not done')
  })

  test('the clock jumps by a day: everything is looked at again at once', async () => {
    const { page } = face
    const requests: string[] = []
    page.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await page.clock.install()
    await page.clock.fastForward(24 * 3_600_000)
    await page.clock.resume()
    await untilGreen(page)
    // No storm: what was due many times is asked for once.
    expect(requests.length).toBeLessThan(20)
  })
})

describe('fault 41: the page', () => {
  test('crashes: services are untouched, a reload brings it back in its session', async () => {
    const { page, context } = face
    session = await context.newCDPSession(page)
    const crashed = page.waitForEvent('crash')
    // Its answer never comes: who would give it is gone.
    session.send('Page.crash').catch(() => undefined)
    await crashed
    expect(await containers()).toHaveLength(14)
    await session.send('Page.reload')
    await expect
      .poll(async () => await evaluate("document.querySelectorAll('.list .row .si-ok').length"), patience)
      .toBe(14)
  })
})

test('the command that serves the window ends: the window says so, and services go on', async () => {
  await face.ui.end()
  await expect
    .poll(async () => await evaluate("document.querySelector('.summary h1')?.textContent"), patience)
    .toBe('The engine does not answer')
  expect(await containers()).toHaveLength(14)
})

/** Keeps each heading of the summary that is drawn from now on. */
async function keepHeadings(page: Page): Promise<void> {
  await page.evaluate(() => {
    const said: string[] = []
    Object.assign(globalThis, { said })
    const look = (): void => {
      const text = document.querySelector('.summary h1')?.textContent ?? ''
      if (text !== said.at(-1)) said.push(text)
    }
    look()
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    })
  })
}

const headings = async (page: Page): Promise<readonly string[]> =>
  await page.evaluate(() => (globalThis as unknown as { said: string[] }).said)

async function containers(): Promise<readonly string[]> {
  const { out } = await docker('ps', '-q', '--filter', 'label=dev.macula.project=macula')
  return out.split('\n').filter(Boolean)
}

/** Asks the page itself: after a crash the tools of the tests have lost it, the browser has not. */
async function evaluate(expression: string): Promise<unknown> {
  return (await session?.send('Runtime.evaluate', { expression }))?.result.value
}
