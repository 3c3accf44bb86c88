import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { artefacts, itemOf, startApplication, type Application } from './support/application.ts'
import { eventually, openSession, textOf, type Session } from './support/session.ts'
import { as, here, run, user } from '../integration/support/actor.ts'

/** The shell on a desktop with a tray: window, icon, menu, closing, second starts, crashes. No service has to run. */

let session: Session
let macula: Application
const errors: string[] = []

beforeAll(async () => {
  session = await openSession({ panel: true })
  macula = await startApplication(session)
  const page = await macula.page()
  page.on('pageerror', (error) => void errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await macula.request('endWizard', {})
  await page.reload()
})

afterAll(async () => {
  await macula?.end()
  await session?.end()
})

const drawn = async (): Promise<boolean> => (await macula.text()).includes('TimescaleDB')

describe('window and tray', () => {
  test('the window appears and draws the services, without an error in its page', async () => {
    await eventually('the services', drawn)
    await eventually('a window on the screen', async () => await macula.isVisible())
    await session.screenshot(`${await artefacts()}/window.png`)
    expect((await macula.page()).url()).toMatch(/^macula:\/\/app\/index\.html#\/(services|setup)$/)
    expect(errors).toEqual([])
  })

  test('Chromium’s sandbox is on, and the page has a process of its own', async () => {
    const [window, main] = await macula.app.evaluate(({ BrowserWindow, app }) => [
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
      app.getAppMetrics().map(({ type, sandboxed }) => `${type}:${String(sandboxed)}`),
    ])
    expect(window).not.toBe(macula.pid)
    // Seccomp filters the page's system calls (2), and it sees no file system of its own.
    const { out } = await run('grep', ['-E', '^(Seccomp|NoNewPrivs):', `/proc/${String(window)}/status`])
    expect(out.replaceAll(/\s+/g, ' ')).toBe('NoNewPrivs: 1 Seccomp: 2')
    expect(main).not.toEqual([])
  })

  test('the tray icon registers with the real tray host, and its menu says how things stand', async () => {
    const menu = await macula.menu()
    const about = await session.bus.ask<{ tip: [string, string]; pixmaps: [number, number][] }>(
      'about',
      ...(await macula.icon()),
    )
    expect(menu.children[0]?.label).not.toBe('')
    expect(about.pixmaps.length).toBeGreaterThan(0)
    for (const label of ['Host', 'Applications', 'Observability', 'Tools', 'Data'])
      expect(itemOf(menu, [`${label}: `])?.icon, label).toBe(true)
    const toggle = itemOf(menu, ['Data', 'Data is'])
    expect(toggle?.label).toBe(toggle?.toggle === 1 ? 'Data is on' : 'Data is off')
    expect(itemOf(menu, ['Quit, services keep running'])?.enabled).toBe(true)
    expect(itemOf(menu, ['Stop all services and quit…'])?.enabled).toBe(true)
  })

  test('with a tray, closing hides the window; a click on the icon brings it back', async () => {
    await macula.closeWindow()
    await eventually('no window', async () => !(await macula.isVisible()))
    expect(macula.isRunning()).toBe(true)
    await macula.activate()
    await eventually('the window again', async () => await macula.isVisible())
  })

  test('an item of the menu opens the window there', async () => {
    await macula.closeWindow()
    await eventually('no window', async () => !(await macula.isVisible()))
    await macula.press('Settings…')
    await eventually('the window again', async () => await macula.isVisible())
    await eventually('the settings', async () =>
      /start at login|startAtLogin|Settings/i.test(await macula.text()),
    )
    await macula.press('Open Macula Desktop')
    await eventually('the services', drawn)
  })
})

describe('fault 40: a second start', () => {
  const hostile = [
    ['nothing', []],
    [
      'switches and a deep link',
      ['--gpu-launcher=touch /tmp/macula-pwned', '--inspect=0', 'macula://app/../../x'],
    ],
    ['text for a shell', ['$(touch /tmp/macula-pwned)', '`id`', ';reboot', '--load-extension=/tmp']],
    // One argument may have 128 KB; eight of them are a megabyte.
    ['a deep link of 1 MB', Array.from({ length: 9 }, () => `macula://${'a'.repeat(120_000)}`)],
  ] as const

  test.each(hostile)('with %s brings the window to the front and does nothing else', async (_name, args) => {
    await macula.closeWindow()
    await eventually('no window', async () => !(await macula.isVisible()))
    const page = await macula.page()
    const before = page.url()
    expect(await macula.again(...args)).toBe(0)
    await eventually('the window', async () => await macula.isVisible())
    expect(macula.isRunning()).toBe(true)
    expect(page.url()).toBe(before)
    const { out } = await run('pgrep', [
      ...here,
      '-u',
      user,
      '-fa',
      '^/opt/[^ ]*/linux-unpacked/macula-desktop( |$)',
    ])
    // Chromium's own processes have a type.
    expect(out.split('\n').filter((line) => !line.includes('--type='))).toEqual([
      expect.stringContaining(`${macula.pid} `),
    ])
    expect((await run('test', ['-e', '/tmp/macula-pwned'])).code).toBe(1)
  })
})

test('a link that another program opens shows its place in the window that is there; one of nowhere says so', async () => {
  const page = await macula.page()
  expect(await macula.again('macula://app/settings')).toBe(0)
  await eventually('the settings', () => Promise.resolve(page.url().endsWith('#/settings')))
  await eventually('its title', async () => (await page.title()) === 'Settings · Macula Desktop')
  expect(await macula.again('macula://app/services/grafana/stop')).toBe(0)
  await eventually('the note', async () => (await macula.text()).includes('The link cannot be opened'))
  await expect.poll(() => page.url()).toMatch(/#\/services$/)
})

describe('fault 41: what breaks is brought back', () => {
  test('the page’s process is killed: the window is drawn anew and says so, the tray goes on', async () => {
    const renderer = await macula.app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
    )
    process.kill(renderer, 'SIGKILL')
    await eventually('another process', async () => {
      const now = await macula.app.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
      )
      return now !== 0 && now !== renderer
    })
    await eventually('the services', drawn)
    const about = await macula.request('about', {})
    expect(JSON.stringify(about)).toMatch(/reloaded at \d\d:\d\d/)
    await eventually('the whole menu', async () => (await macula.menu()).children.length > 10)
  })

  test('a page that hangs is ended and drawn anew', async () => {
    const process = async (): Promise<number> =>
      await macula.app.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
      )
    const before = await process()
    await macula.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      void window?.webContents.executeJavaScript('setTimeout(() => { for (;;); })')
    })
    await eventually('another process', async () => {
      // Something is told to the page, which it does not take.
      await macula.press('Open Macula Desktop')
      const now = await process()
      return now !== 0 && now !== before
    })
    await eventually('the services', drawn)
  })

  test('a fault in the shell is written down, and the shell goes on', async () => {
    await macula.app.evaluate(() => {
      setTimeout(() => {
        throw new Error('a fault on purpose')
      }, 0)
    })
    await eventually('the log', async () =>
      (await textOf(`${macula.state}/shell.log`)).includes('a fault on purpose'),
    )
    await eventually('the services', drawn)
    await eventually('the whole menu', async () => (await macula.menu()).children.length > 10)
  })

  test('the engine’s process is killed: another takes its place, and the window shows the services again', async () => {
    const engines = async (): Promise<string> =>
      (await run('pgrep', [...here, '-u', user, '-f', 'dist/engine.mjs'])).out
    const before = await engines()
    expect(before).toMatch(/^\d+$/)
    process.kill(Number(before), 'SIGKILL')
    await eventually(
      'another engine',
      async () => /^\d+$/.test(await engines()) && (await engines()) !== before,
    )
    await eventually('an answer', async () => (await macula.request('about', {})).ok)
    await eventually('the services', drawn)
    await eventually('the menu', async () => itemOf(await macula.menu(), ['Data', 'Data is'])?.enabled)
  })
})

describe('the packed program', () => {
  test('brings a Node of its own, with which maculactl runs', async () => {
    const resources = '/opt/macula-desktop-test-app/linux-unpacked/resources'
    const { out } = await session.run(
      `${resources}/node/bin/node`,
      `${resources}/app.asar.unpacked/dist/maculactl.mjs`,
      'version',
    )
    expect(out).toMatch(/\d+\.\d+\.\d+/)
  })

  test('fault 12: is no Node itself, whatever the environment says', async () => {
    const words = as(user, ['/opt/macula-desktop-test-app/linux-unpacked/macula-desktop', '-p', '40+2'], {
      ELECTRON_RUN_AS_NODE: '1',
    })
    const { out, code } = await run(words[0] ?? '', words.slice(1), { timeout: 120_000 })
    expect(out).not.toContain('42')
    // There is no display for it, and it is nothing else than a desktop application.
    expect(code).not.toBe(0)
  })
})

test('started out of sight it has its window ready and resting; a click on the icon shows it', async () => {
  expect(await macula.request('saveSettings', { desktop: { startMinimised: true } })).toMatchObject({
    ok: true,
  })
  await macula.end()
  macula = await startApplication(session, { args: ['--at-login'] })
  const process = async (): Promise<number> =>
    await macula.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      return window?.webContents.getOSProcessId() ?? 0
    })
  // Whether its page counts as hidden cannot be asked here: Playwright's emulation of focus lets every page count as visible.
  const isShown = async (): Promise<boolean | undefined> =>
    await macula.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await eventually('the services', drawn)
  expect(await isShown()).toBe(false)
  expect(await macula.isVisible()).toBe(false)
  const before = await process()
  await macula.activate()
  await eventually('a window on the screen', async () => await macula.isVisible())
  // It is the one that was ready.
  expect(await process()).toBe(before)
})

test('leaving by the menu is fast, and ends the engine’s process too', async () => {
  const began = Date.now()
  await macula.press('Quit, services keep running')
  await macula.gone
  expect(Date.now() - began).toBeLessThan(30_000)
  await eventually(
    'no engine',
    async () => (await run('pgrep', [...here, '-u', user, '-f', 'dist/engine.mjs'])).code === 1,
  )
})
