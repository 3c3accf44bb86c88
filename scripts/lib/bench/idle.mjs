import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { say } from '../process.mjs'
import { cpuSeconds, familyOf, openPage, openWindow, pause, rendererOf } from './window.mjs'

const AIMS = { hidden: 0.15, shown: 0.25 }

/** Chromium clears up once, about a minute after a page was loaded: a blank page spends 0.07 s then, and nothing later (ms). */
const SETTLE_MS = 90_000

/**
 * CPU of `maculactl ui` (with what it starts) and of the page's renderer over a while in which nothing happens, hidden and
 * shown, against `docker ps` every three seconds, taking turns.
 */
export async function idle(actor, { seconds, rounds }) {
  const window = await openWindow(actor)
  const used = { shown: [], hidden: [], peer: [] }
  /** Of that, the page's. */
  const pages = { shown: [], hidden: [] }
  try {
    const page = await openPage(window)
    const renderer = await rendererOf(window.browser, page)
    const cover = await page.context().newPage()
    const own = () => familyOf(window.pid).reduce((sum, pid) => sum + cpuSeconds(pid), 0)
    const session = await page.context().newCDPSession(page)
    /** As a browser does for a tab in the background: the page is hidden, and frozen only later. */
    const hide = async (hidden) => {
      await (hidden ? cover : page).bringToFront()
      await session.send('Emulation.setFocusEmulationEnabled', { enabled: !hidden })
      const state = await page.evaluate(() => document.visibilityState)
      if ((state === 'hidden') !== hidden) await overlay(page, hidden)
    }
    for (let round = 1; round <= rounds; round++)
      for (const way of round % 2 === 1 ? ['shown', 'peer', 'hidden'] : ['hidden', 'peer', 'shown']) {
        // The peer runs beside a hidden page, whose work is not counted to it.
        await hide(way !== 'shown')
        // Until a page has cleared up what its loading left behind: that is not idleness yet.
        await pause(SETTLE_MS)
        const [engine, drawing] = [own(), cpuSeconds(renderer)]
        const spent = way === 'peer' ? await dockerPs(actor, seconds) : await pause(seconds * 1000)
        const page = cpuSeconds(renderer) - drawing
        used[way].push(way === 'peer' ? spent : own() - engine + page)
        pages[way]?.push(page)
        say(`${way}: ${used[way].at(-1).toFixed(2)} s of CPU in ${seconds} s`)
      }
  } finally {
    await window.close()
  }
  const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length
  const peer = mean(used.peer)
  console.log(`\nidle: CPU over ${seconds} s with all services running`)
  console.log(`docker ps every 3 s           ${peer.toFixed(2)} s`)
  for (const way of ['hidden', 'shown'])
    console.log(
      `window ${way.padEnd(6)}                 ${mean(used[way]).toFixed(2)} s, ratio ${(mean(used[way]) / peer).toFixed(2)}  (aim: at most ${AIMS[way]}); of it the page ${mean(pages[way]).toFixed(2)} s`,
    )
}

/** Where the browser does not hide pages behind others (headless), the page is told what it would be told. */
async function overlay(page, hidden) {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    hidden ? 'hidden' : 'visible',
  )
}

/** Seconds of CPU that `docker ps` every three seconds takes, of its processes alone. */
async function dockerPs(actor, seconds) {
  const [program, args, options] = actor.docker(['ps'])
  const end = Date.now() + seconds * 1000
  const before = childrenSeconds()
  while (Date.now() < end) {
    const next = Date.now() + 3000
    await new Promise((resolve, reject) =>
      execFile(program, args, { ...options, cwd: '/' }, (error) => (error ? reject(error) : resolve())),
    )
    await pause(Math.max(0, Math.min(next, end) - Date.now()))
  }
  return childrenSeconds() - before
}

/** CPU of our children that have ended (/proc/self/stat, cutime and cstime). */
function childrenSeconds() {
  const text = readFileSync('/proc/self/stat', 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}
