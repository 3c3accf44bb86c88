import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The ticks of a second in /proc/PID/stat (Linux on all its platforms). */
const TICKS = 100

/** `maculactl ui` of the actor and a Chromium that has not opened it yet. */
export async function openWindow(actor) {
  const executablePath = process.env['MACULA_CHROMIUM'] ?? places.find((path) => existsSync(path))
  if (executablePath === undefined)
    throw new Error('there is no Chromium here. On Debian: apt-get install chromium')
  const { chromium } = await import('playwright-core')
  const [program, args, options] = actor.maculactl(['ui', '--no-open'])
  const ui = spawn(program, args, { ...options, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => ui.once('exit', resolve))
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: ui.stdout }).once('line', resolve)
    void ended.then((code) => reject(new Error(`maculactl ui ended with ${code}`)))
  })
  const browser = await chromium.launch({
    executablePath,
    args: [
      ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return {
    url,
    browser,
    pid: ui.pid,
    async close() {
      await browser.close()
      ui.kill('SIGINT')
      await ended
    },
  }
}

/** Opens the window's page and waits until home shows that every service works. */
export async function openPage(window) {
  const context = await window.browser.newContext({ viewport: { width: 1100, height: 900 } })
  const page = await context.newPage()
  await page.goto(window.url)
  await page.locator('.wiz, .list .row').first().waitFor()
  // Where nobody was through set-up, it opens by itself.
  await page.addLocatorHandler(page.locator('.wiz'), async () => {
    await page.getByRole('button', { name: 'Leave set-up' }).click()
  })
  await page.locator('.list .row .state svg[aria-label^="works"]').nth(13).waitFor({ timeout: 60_000 })
  return page
}

/** As `openPage`, with nothing in the page that is not its own: asked by the browser's own protocol alone. */
export async function openQuietly(window) {
  const context = await window.browser.newContext({ viewport: { width: 1100, height: 900 } })
  const page = await context.newPage()
  await page.goto(window.url)
  const session = await context.newCDPSession(page)
  const expression = `
    [...document.querySelectorAll('.wiz button')].find(({ textContent }) => textContent === 'Leave set-up')?.click();
    document.querySelectorAll('.list .row .state svg[aria-label^="works"]').length`
  const end = Date.now() + 60_000
  for (let count = 0; count < 14; await pause(100)) {
    if (Date.now() > end) throw new Error(`only ${count} services work in the window after a minute`)
    count = (await session.send('Runtime.evaluate', { expression })).result.value ?? 0
  }
  return page
}

/** The process that draws a page; a browser has one for each site. */
export async function rendererOf(browser, page) {
  const session = await browser.newBrowserCDPSession()
  const renderers = async () =>
    (await session.send('SystemInfo.getProcessInfo')).processInfo.filter(({ type }) => type === 'renderer')
  const before = new Map((await renderers()).map(({ id, cpuTime }) => [id, cpuTime]))
  // The one that works while this page works.
  const of = await page.context().newCDPSession(page)
  await of.send('Runtime.evaluate', {
    expression: 'for (const end = performance.now() + 400; performance.now() < end;);',
  })
  await of.detach()
  const grown = (await renderers()).map(({ id, cpuTime }) => ({ id, by: cpuTime - (before.get(id) ?? 0) }))
  await session.detach()
  return grown.toSorted((one, two) => two.by - one.by)[0].id
}

/** Seconds of CPU that a process, its threads and its children that have ended have used so far. */
export function cpuSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS
}

/** A process and all that come from it. */
export function familyOf(pid) {
  const children = new Map()
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)))
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // It ended while the list was read.
    }
  const family = [pid]
  for (const one of family) family.push(...(children.get(one) ?? []))
  return family
}

/** Memory of a process in MB: `Pss` counts shared pages by their share, `Rss` whole. */
export function memoryOf(pid, figure = 'Pss') {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(new RegExp(`^${figure}:\\s+(\\d+) kB`, 'm').exec(text)[1]) / 1024
}

export async function pause(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
