import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import type { Reply } from '../../../preload/contract.ts'
import { as, run } from '../../integration/support/actor.ts'
import { eventually, type MenuNode, type Session } from './session.ts'

const program = '/opt/macula-desktop-test-app/linux-unpacked/macula-desktop'

/** The packed application, running as the plain user in a session. */
export interface Application {
  readonly app: ElectronApplication
  readonly pid: number
  /** Its state folder. */
  readonly state: string
  page(): Promise<Page>
  /** The tray icon's menu, read over D-Bus; waits for the icon. */
  menu(): Promise<MenuNode>
  /** Presses the item with these labels on the way to it (each the beginning of one). */
  press(...path: readonly string[]): Promise<void>
  activate(): Promise<void>
  icon(): Promise<readonly [string, string]>
  /** Starts it once more with these arguments, as a person does who clicks twice; its exit code. */
  again(...args: readonly string[]): Promise<number>
  isRunning(): boolean
  /** Resolves when it has ended by itself. */
  readonly gone: Promise<void>
  /** The window can be seen on the screen. */
  isVisible(): Promise<boolean>
  /** Closes the window as the window manager does. */
  closeWindow(): Promise<void>
  /** The text that the window shows, read through the shell: works after a crash too. */
  text(): Promise<string>
  /** What the page gets for a request through the bridge. */
  request(name: unknown, input: unknown): Promise<Reply>
  end(): Promise<void>
}

/**
 * Starts it. `own`: with the person's own folders (for suites with the real stack); otherwise in a folder of the
 * session, so that nothing of a person's is touched.
 */
export async function startApplication(
  session: Session,
  options: { readonly args?: readonly string[]; readonly own?: boolean } = {},
): Promise<Application> {
  const whole = join(session.folder, 'home')
  const env = options.own === true ? session.env : { ...session.env, MACULA_HOME: whole }
  // Playwright starts a program; this one becomes the plain user first. Chromium's sandbox is on.
  const wrapper = join(session.folder, 'start')
  const words = as(session.who, [program], env)
  await writeFile(
    wrapper,
    `#!/bin/sh\nexec ${words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')} "$@"\n`,
  )
  await chmod(wrapper, 0o755)
  const app = await _electron.launch({
    executablePath: wrapper,
    args: [...(options.args ?? [])],
    chromiumSandbox: true,
  })
  const pid = await app.evaluate(() => process.pid)
  let running = true
  const gone = new Promise<void>((resolve) => {
    app.process().once('exit', () => {
      running = false
      resolve()
    })
  })
  const { bus } = session

  const icon = async (): Promise<readonly [string, string]> =>
    await eventually('a tray icon', async () => {
      const items = await bus.ask<readonly (readonly [string, string])[]>('items')
      return items.find(([service]) => service.includes(`-${pid}-`))
    })
  const menu = async (): Promise<MenuNode> => await bus.ask<MenuNode>('read', ...(await icon()))

  return {
    app,
    pid,
    state: options.own === true ? `/home/${session.who}/.local/state/macula-desktop` : join(whole, 'state'),
    page: async () => await app.firstWindow(),
    menu,
    icon,
    async press(...path) {
      await eventually(`an item ${path.join(' > ')} that can be pressed`, async () => {
        const found = itemOf(await menu(), path)
        if (found?.enabled !== true) return false
        try {
          await bus.ask('press', ...(await icon()), found.id)
        } catch (error) {
          // An item that ends the application is not answered any more; one of a menu that has been replaced since it
          // was read is read again, as a panel does.
          if (String(error).includes('error occurred in Event')) return false
          if (!String(error).includes('NoReply')) throw error
        }
        return true
      })
    },
    async activate() {
      await bus.ask('activate', ...(await icon()))
    },
    async again(...more) {
      const [first = '', ...rest] = as(session.who, [program, ...more], env)
      return (await run(first, rest, { timeout: 120_000 })).code
    },
    isRunning: () => running,
    gone,
    async isVisible() {
      return (await session.run('xdotool', 'search', '--onlyvisible', '--name', 'Macula Desktop$')).code === 0
    },
    async closeWindow() {
      const { out } = await session.run('xdotool', 'search', '--onlyvisible', '--name', 'Macula Desktop$')
      await session.run('xdotool', 'windowactivate', '--sync', out.split('\n').at(-1) ?? '', 'key', 'alt+F4')
    },
    text: async () =>
      await app.evaluate(async ({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows()
        if (!window || window.webContents.isCrashed()) return ''
        return String(await window.webContents.executeJavaScript('document.body.innerText'))
      }),
    async request(name, input) {
      const words = JSON.stringify([name, input]).slice(1, -1)
      return await app.evaluate(async ({ BrowserWindow }, call) => {
        const [window] = BrowserWindow.getAllWindows()
        return (await window?.webContents.executeJavaScript(`window.macula.request(${call})`)) as Reply
      }, words)
    },
    async end() {
      if (!running) return
      // The way a session ends it; what does not go is killed.
      process.kill(pid, 'SIGTERM')
      const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), 60_000)
      await gone
      clearTimeout(timer)
    },
  }
}

/** The item at the end of a path of labels, each the beginning of one. */
export function itemOf(menu: MenuNode, path: readonly string[]): MenuNode | undefined {
  return path.reduce<MenuNode | undefined>(
    (node, label) => node?.children.find((child) => child.label.startsWith(label)),
    menu,
  )
}

/** Where screenshots of the suite are kept. */
export async function artefacts(): Promise<string> {
  const folder = new URL('../../artefacts/desktop/', import.meta.url).pathname
  await mkdir(folder, { recursive: true })
  return folder
}
