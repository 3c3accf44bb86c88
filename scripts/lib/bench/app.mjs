import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quietly, root, say } from '../process.mjs'
import { testElectron } from '../pack.mjs'
import { median, SETTINGS } from './prepare.mjs'
import { pause } from './window.mjs'

const AIM = 1.3

/** From the icon to the click (ms). */
const SETTLE_MS = 5000

/** Where the plain user finds the peer. */
const PEER = '/opt/macula-desktop-bench-peer'

/**
 * The packed desktop application against the smallest Electron application with a tray icon and a window, both with the
 * Electron of the desktop suite, in a session with a real panel: from its start to the registered icon, and from the first
 * click on the icon to the window painted with what it shows. No service runs.
 */
export async function app({ rounds }) {
  const { packForTests } = await import(join(root, 'test', 'desktop', 'pack.mjs'))
  const { openSession } = await import(join(root, 'test', 'desktop', 'support', 'session.ts'))
  const { as } = await import(join(root, 'test', 'integration', 'support', 'actor.ts'))
  await packForTests()
  makePeer()
  const session = await openSession({ panel: true })
  try {
    const home = join(session.folder, 'home')
    mkdirSync(join(home, 'config'), { recursive: true })
    // Only the icon, as at sign-in; of an instance of its own, so that a stack that runs here is not even looked at.
    writeFileSync(
      join(home, 'config', 'settings.json'),
      JSON.stringify({ ...SETTINGS, project: `${SETTINGS.project}-app`, desktop: { startMinimised: true } }),
    )
    await quietly('chown', ['-R', session.who, home])
    const env = { ...session.env, MACULA_HOME: home }
    const program = '/opt/macula-desktop-test-app/linux-unpacked/macula-desktop'
    const ways = {
      ours: { words: as(session.who, [program, '--at-login'], env), painted: '.wiz, .list .row' },
      peer: { words: as(session.who, [join(PEER, 'electron')], env), painted: 'p' },
    }
    const took = { ours: { start: [], click: [] }, peer: { start: [], click: [] } }
    for (let round = 1; round <= rounds; round++)
      for (const name of round % 2 === 1 ? ['ours', 'peer'] : ['peer', 'ours']) {
        took[name].start.push(await coldStart(session, ways[name]))
        took[name].click.push(await firstClick(session, ways[name]))
        const [start, click] = [took[name].start.at(-1), took[name].click.at(-1)].map(Math.round)
        say(`round ${round}, ${name}: icon after ${start} ms, click to painted ${click} ms`)
      }
    console.log(`\napp: ${rounds} starts and first clicks each`)
    for (const [what, says] of Object.entries({ start: 'start to tray icon', click: 'click to painted' })) {
      const [ours, peer] = [median(took.ours[what]), median(took.peer[what])]
      console.log(
        `${says.padEnd(20)} ${ours.toFixed(0)} ms, a minimal Electron ${peer.toFixed(0)} ms, ratio ${(ours / peer).toFixed(2)}  (aim: at most ${AIM})`,
      )
    }
  } finally {
    await session.end()
    rmSync(PEER, { recursive: true, force: true })
  }
}

/** The smallest application with an icon in the tray and a window behind it. */
function makePeer() {
  rmSync(PEER, { recursive: true, force: true })
  cpSync(testElectron.folder, PEER, { recursive: true })
  const folder = join(PEER, 'resources', 'app')
  mkdirSync(folder, { recursive: true })
  cpSync(join(root, 'assets', 'icons', 'app', '256x256.png'), join(folder, 'icon.png'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'macula-bench-peer', main: 'main.js' }))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Peer</title><p>Peer</p>')
  writeFileSync(
    join(folder, 'main.js'),
    `const { app, BrowserWindow, Menu, Tray } = require('electron')
const { join } = require('node:path')
app.enableSandbox()
app.on('window-all-closed', () => undefined)
app.whenReady().then(() => {
  let window
  const show = () => {
    if (window) return window.show()
    window = new BrowserWindow({ width: 1100, height: 900, show: false })
    window.once('ready-to-show', () => window.show())
    window.loadFile(join(__dirname, 'index.html'))
  }
  globalThis.tray = new Tray(join(__dirname, 'icon.png'))
  globalThis.tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Open', click: show }]))
  globalThis.tray.on('click', show)
})
`,
  )
}

/** The icon of a process as the panel's bus has it; waits for it. */
async function iconOf(session, pid) {
  const end = Date.now() + 60_000
  for (;;) {
    const items = await session.bus.ask('items')
    const found = items.find(([service]) => service.includes(`-${pid}-`))
    if (found) return found
    if (Date.now() > end) throw new Error('there is no tray icon after 60 s')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function coldStart(session, { words: [program, ...args] }) {
  const began = performance.now()
  const child = spawn(program, args, { cwd: '/', stdio: 'ignore' })
  const ended = once(child, 'exit')
  try {
    await iconOf(session, child.pid)
    return performance.now() - began
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

/** By Playwright, which both carry alike: only it sees what a page has painted. */
async function firstClick(session, { words, painted }) {
  const { _electron } = await import('playwright-core')
  const wrapper = join(session.folder, 'start')
  const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${quoted} "$@"\n`)
  chmodSync(wrapper, 0o755)
  const electron = await _electron.launch({ executablePath: wrapper, args: [], chromiumSandbox: true })
  const ended = once(electron.process(), 'exit')
  const pid = await electron.evaluate(() => process.pid)
  try {
    const icon = await iconOf(session, pid)
    await electron.evaluate(watchPaint, painted)
    // Whoever clicks does so long after signing in: the first look has been taken.
    await pause(SETTLE_MS)
    const clicked = Date.now()
    await session.bus.ask('activate', ...icon)
    return (await electron.evaluate(() => globalThis.painted)) - clicked
  } finally {
    process.kill(pid, 'SIGTERM')
    await ended
  }
}

/**
 * Runs in the application's own process: keeps when its window, which is there already or made by the click, has been shown
 * and has painted `selector` since (epoch ms).
 */
function watchPaint({ app, BrowserWindow }, selector) {
  const painted = `new Promise((done) => {
    const look = () => document.querySelector(${JSON.stringify(selector)}) === null
      ? setTimeout(look, 1)
      : requestAnimationFrame(() => setTimeout(() => done(Date.now())))
    look()
  })`
  globalThis.painted = new Promise((resolve) => {
    const follow = (window) => {
      const { webContents } = window
      const shown = new Promise((tell) => window.once('show', tell))
      const read =
        webContents.getURL() !== '' && !webContents.isLoading()
          ? undefined
          : new Promise((tell) => webContents.once('dom-ready', tell))
      void Promise.all([shown, read])
        .then(async () => await webContents.executeJavaScript(painted))
        .then(resolve)
    }
    const [there] = BrowserWindow.getAllWindows()
    if (there) follow(there)
    else app.once('browser-window-created', (_event, window) => follow(window))
  })
}
