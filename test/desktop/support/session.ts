import { execa } from 'execa'
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { as, here, run, user as tester } from '../../integration/support/actor.ts'

/** A graphical session of the plain user: a screen, a message bus, a window manager and, when wanted, a panel. */
export interface Session {
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** Whose session it is. */
  readonly who: string
  readonly bus: Bus
  /** Starts the panel, which is a tray host from then on. */
  panel(): Promise<void>
  endPanel(): Promise<void>
  /** What programs asked the desktop to tell the person, each as "title: text". */
  notices(): readonly string[]
  /** The window of the newest bubble of the desktop's notifications, once there is one. */
  bubble(): Promise<string>
  /** Clicks the newest bubble. */
  clickNotice(): Promise<void>
  /** The whole screen as a PNG. */
  screenshot(file: string): Promise<void>
  /** Runs a program in the session, as the plain user. */
  run(...words: readonly string[]): ReturnType<typeof run>
  end(): Promise<void>
}

/** An item of a tray menu as D-Bus gives it. */
export interface MenuNode {
  readonly id: number
  readonly label: string
  readonly type: string
  readonly enabled: boolean
  /** 1: checked, 0: not, -1: cannot be. */
  readonly toggle: number
  readonly icon: boolean
  readonly children: readonly MenuNode[]
}

/** Asks the session's bus as a panel would. */
export interface Bus {
  ask<T>(...words: readonly unknown[]): Promise<T>
  close(): void
}

const folder = '/tmp/macula-desktop-session'
const screen = '1280x1000x24'

/** Waits until `good` answers something, with a deadline; throws `what` after it. */
export async function eventually<T>(
  what: string,
  good: () => Promise<T | undefined | false>,
  deadline = 300_000,
): Promise<T> {
  const end = Date.now() + deadline
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    const found = await good()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`${what}: not within ${deadline / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

/** Starts a program of the session, as the plain user. */
function start(who: string, words: readonly string[], env: Readonly<Record<string, string>>) {
  const [program = '', ...args] = as(who, words, env)
  return execa(program, args, { reject: false, stdin: 'ignore', cleanup: true })
}

type Started = ReturnType<typeof start>

/** The first line that a program says. */
async function firstLine(child: Started): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error(`a program of the session ended at once: ${(await child).stderr}`)
}

export async function openSession(options: {
  readonly panel: boolean
  readonly who?: string
}): Promise<Session> {
  const user = options.who ?? tester
  await rm(folder, { recursive: true, force: true })
  const config = join(folder, 'config', 'xfce4', 'xfconf', 'xfce-perchannel-xml')
  await mkdir(config, { recursive: true })
  await mkdir(join(folder, 'run'), { mode: 0o700 })
  // Without a panel file of its own the panel asks at its first start.
  await copyFile('/etc/xdg/xfce4/panel/default.xml', join(config, 'xfce4-panel.xml'))
  await run('chown', ['-R', user, folder])

  const started: Started[] = []
  const keep = (child: Started): Started => {
    started.push(child)
    return child
  }
  const base = { XDG_RUNTIME_DIR: join(folder, 'run'), XDG_CURRENT_DESKTOP: 'XFCE' }
  const number = await firstLine(
    keep(start(user, ['Xvfb', '-displayfd', '1', '-screen', '0', screen, '-nolisten', 'tcp'], base)),
  )
  const shown = { ...base, DISPLAY: `:${number}` }
  // The desktop's own settings lie apart from the person's, where ours are.
  const desktop = { ...shown, XDG_CONFIG_HOME: join(folder, 'config'), NO_AT_BRIDGE: '1' }
  const address = await firstLine(
    keep(start(user, ['dbus-daemon', '--session', '--nofork', '--print-address=1'], desktop)),
  )
  const env = { ...shown, DBUS_SESSION_BUS_ADDRESS: address }
  const inDesktop = { ...desktop, DBUS_SESSION_BUS_ADDRESS: address }
  void keep(start(user, ['xfwm4', '--compositor=off'], inDesktop))
  const bus = openBus(user, env)
  const watch = "interface='org.freedesktop.Notifications',member='Notify'"
  const monitor = keep(start(user, ['dbus-monitor', '--session', watch], inDesktop))
  const calls: string[] = []
  createInterface({ input: monitor.stdout }).on('line', (line) => {
    if (line.startsWith('method call')) calls.push('')
    else if (calls.length > 0) calls.push(`${calls.pop() ?? ''}${line.trim()}\n`)
  })
  let panel: Started | undefined

  const session: Session = {
    env,
    folder,
    who: user,
    bus,
    async panel() {
      panel = keep(start(user, ['xfce4-panel', '--disable-wm-check'], inDesktop))
      await eventually('a tray host', async () => await bus.ask<boolean>('host'))
    },
    async endPanel() {
      panel?.kill('SIGKILL')
      await panel
      // The tray lives in a process of the panel's own.
      await run('pkill', [...here, '-KILL', '-u', user, '-f', 'xfce4/panel/wrapper'])
      await eventually('no tray host', async () => !(await bus.ask<boolean>('host')))
    },
    notices: () =>
      calls.flatMap((call) => {
        // In order: the program's name, its icon, the title, the text.
        const [, , title, text] = [...call.matchAll(/^string "(.*)"$/gm)].map(([, value = '']) => value)
        return title !== undefined && text !== undefined ? [`${title}: ${text}`] : []
      }),
    bubble: async () =>
      await eventually('a bubble of the desktop', async () => {
        const { out } = await session.run('xdotool', 'search', '--onlyvisible', '--class', 'xfce4-notifyd')
        return out.trim().split('\n').at(-1) || undefined
      }),
    async clickNotice() {
      const bubble = await session.bubble()
      const { out } = await session.run('xdotool', 'getwindowgeometry', '--shell', bubble)
      const size = new Map(out.split('\n').map((line) => line.split('=') as [string, string]))
      // The notifier of this desktop has a button for what a click does elsewhere, in the lower right corner.
      const at = [Number(size.get('WIDTH')) - 57, Number(size.get('HEIGHT')) - 33].map(String)
      await session.run('xdotool', 'mousemove', '--window', bubble, ...at, 'click', '1')
    },
    async screenshot(file) {
      const { code, err } = await session.run('import', '-window', 'root', join(folder, 'screen.png'))
      if (code !== 0) throw new Error(`no screenshot: ${err}`)
      await copyFile(join(folder, 'screen.png'), file)
    },
    async run(...words) {
      const [program = '', ...args] = as(user, words, env)
      return await run(program, args)
    },
    async end() {
      bus.close()
      for (const child of started.toReversed()) {
        child.kill('SIGKILL')
        await child
      }
    },
  }
  if (options.panel) await session.panel()
  return session
}

function openBus(user: string, env: Readonly<Record<string, string>>): Bus {
  const script = '/opt/macula-desktop-test-app/menu.py'
  const [program = '', ...args] = as(user, ['/usr/bin/python3', script], env)
  const child = execa(program, args, { reject: false, stdin: 'pipe' })
  const waiting: ((line: string) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line))
  return {
    async ask<T>(...words: readonly unknown[]): Promise<T> {
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push(resolve)
        child.stdin.write(`${JSON.stringify(words)}\n`)
        void child.then(({ stderr }) => reject(new Error(`the bus' reader ended: ${stderr}`)))
      })
      const answer = JSON.parse(line) as { ok: T } | { error: string }
      if ('error' in answer) throw new Error(`${words.map(String).join(' ')}: ${answer.error}`)
      return answer.ok
    },
    close: () => void child.kill(),
  }
}

/** The text of a file that may not be there yet. */
export async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '')
}
