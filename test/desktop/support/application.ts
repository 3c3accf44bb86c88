import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { as, home, run, user } from '../../integration/support/actor.ts'
import { eventually, type MenuNode, type Session } from './session.ts'

const program = '/opt/macula-desktop-test-app/linux-unpacked/macula-desktop'
export const state = `${home}/.local/state/macula-desktop`

/** The packed application, running as the plain user in a session. */
export interface Application {
  readonly app: ElectronApplication
  readonly pid: number
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
  end(): Promise<void>
}

export async function startApplication(session: Session, args: readonly string[] = []): Promise<Application> {
  // Playwright starts a program; this one becomes the plain user first. Chromium's sandbox is on.
  const wrapper = join(session.folder, 'start')
  const words = as(user, [program], { ...session.env, HOME: home })
  await writeFile(
    wrapper,
    `#!/bin/sh\nexec ${words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')} "$@"\n`,
  )
  await chmod(wrapper, 0o755)
  const app = await _electron.launch({ executablePath: wrapper, args: [...args], chromiumSandbox: true })
  const pid = await app.evaluate(() => process.pid)
  let running = true
  app.process().once('exit', () => {
    running = false
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
    page: async () => await app.firstWindow(),
    menu,
    icon,
    async press(...path) {
      const found = await eventually(`an item ${path.join(' > ')} that can be pressed`, async () => {
        const node = itemOf(await menu(), path)
        return node?.enabled === true ? node : undefined
      })
      await bus.ask('press', ...(await icon()), found.id)
    },
    async activate() {
      await bus.ask('activate', ...(await icon()))
    },
    async again(...more) {
      const [first = '', ...rest] = as(user, [program, ...more], { ...session.env, HOME: home })
      return (await run(first, rest, { timeout: 20_000 })).code
    },
    isRunning: () => running,
    async end() {
      if (!running) return
      const gone = new Promise<void>((resolve) => app.process().once('exit', () => resolve()))
      // The way a session ends it; what does not go is killed.
      process.kill(pid, 'SIGTERM')
      const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), 10_000)
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

/** The shell's own files and log, as before its first start. */
export async function freshShell(): Promise<void> {
  for (const name of ['shell', 'shell.log', 'window.json'])
    await rm(join(state, name), { recursive: true, force: true })
}
