import { app, powerMonitor, session } from 'electron'
import { join } from 'node:path'
import type { Shown } from '../../preload/contract.ts'
import type { DesktopSettings, Sets, Settings } from '../model/service.ts'
import { MaculaError } from '../model/errors.ts'
import { meantToLeave } from '../model/may.ts'
import { ranBefore } from '../model/ran-before.ts'
import { databaseLink } from '../model/connect.ts'
import { createActs, openOutside } from './act.ts'
import { AT_LOGIN, setAutostart } from './autostart.ts'
import { createClientLinks } from './client-link.ts'
import { createEngineClient, runName } from './engine-client.ts'
import { createEngineLink } from './engine-link.ts'
import { forkEngine } from './fork-engine.ts'
import type { Folders } from './folders.ts'
import type { Icon } from './icon.ts'
import { openIpc } from './ipc.ts'
import { lockSession } from './lock-down.ts'
import { createNotifier } from './notify.ts'
import { servePage } from './page.ts'
import { createPlaceFile } from './place.ts'
import { specials } from './specials.ts'
import type { TrayDeed } from './tray-items.ts'
import { followWake } from './wake.ts'
import { createWindow } from './window.ts'

/** Quitting waits so long for the engine's process to end tidily (ms). Services do not depend on it. */
const END_MS = 1500

/** The window is made ready this long after the engine has answered at the latest (ms). */
const PREPARE_MS = 1000

/**
 * Puts the desktop face together, once Electron is ready and the tray's icon is there; `first`: what it was started to show,
 * `folders`: where its files lie. Returns what the process' own events need of it.
 */
export function openDesktop(
  log: (says: string) => void,
  first: Shown | undefined,
  icon: Icon,
  { dist, unpacked, icons, state }: Folders,
): { show(at?: Shown): void; quit(): void } {
  const { env } = process
  const { tray, host } = icon
  let leaving = false
  /** The settings are known: from now on the window is shown when there is no tray. */
  let ready = false

  lockSession(session.defaultSession)
  servePage(session.defaultSession, join(dist, 'renderer'))

  const clients = createClientLinks(env)
  const link = createEngineLink({
    start: (events) => forkEngine(join(unpacked, 'engine.mjs'), events),
    log,
  })
  const ipc = openIpc({
    link,
    log,
    onHung: () => window.revive(),
    specials: specials({
      tray: () => host.has(),
      notes: () => window.notes(),
      open: async (url) => await openOutside(url, engine),
      client: async () => {
        const found = await clients.find()
        return found ? { title: found.title } : null
      },
      openClient: async (service) =>
        await clients.open(databaseLink(await engine.ask('variables', { services: [service] }))?.value ?? ''),
      hide: () => window.hide(),
      quit,
      stopAndQuit,
    }),
  })
  const window = createWindow({
    preload: join(dist, 'app', 'preload.cjs'),
    icon: join(icons, 'app', '256x256.png'),
    ipc,
    file: createPlaceFile(state),
    log,
    hasTray: () => host.has() === true,
    onShown: (shown) => engine.watch(shown),
    onQuit: quit,
  })
  const notifier = createNotifier({
    icon: join(icons, 'app', '256x256.png'),
    // What happened is told by its entry, which leads on to the service and its logs; that all is ready is seen at home.
    onClick: (kind, service, at) =>
      window.show(
        kind === 'ready'
          ? { view: 'services' }
          : kind === 'alert' && service !== undefined
            ? // Its page has the way to the dashboard.
              { view: 'services', service }
            : { view: 'activity', at, ...(service === undefined ? {} : { service }) },
      ),
  })
  let settings: DesktopSettings | undefined
  let sets: Sets = {}
  const engine = createEngineClient(link, { changed: see, settings: apply })
  let deed: TrayDeed | undefined
  const act = createActs({
    engine,
    window,
    quit,
    deed(now) {
      deed = now
      see()
    },
  })
  icon.use({
    act: (what) => void act(what).then(() => tray.redraw()),
    show: () => window.show(),
    host(has) {
      // What cannot be seen in a tray must be seen as a window.
      if (has !== true && ready) window.show()
    },
  })
  const unfollow = followWake(powerMonitor, (why) => {
    log(`looking again: ${why}`)
    link.wake()
  })

  function see(): void {
    const snapshot = engine.snapshot()
    tray.see({
      snapshot,
      runs: engine.runs(),
      connected: engine.connected(),
      deed,
      sets,
      now: Date.now(),
    })
    if (!snapshot || !settings || !engine.connected()) return
    notifier.see({
      snapshot,
      busy: new Set(engine.runs().flatMap(({ services }) => services)),
      notify: settings.notify,
      looking: window.isLooking(),
      now: Date.now(),
    })
  }

  function apply({ desktop: next, sets: named }: Settings): void {
    sets = named
    const before = settings
    settings = next
    window.setTheme(next.theme)
    if (before?.startAtLogin !== next.startAtLogin)
      setAutostart(next.startAtLogin, app, env).catch((error: unknown) => log(String(error)))
  }

  async function begin(): Promise<void> {
    engine.watch(false)
    const view = await engine.ask('settings', {}).catch(() => undefined)
    if (view) apply(view.settings)
    const hidden = process.argv.includes(AT_LOGIN) && settings?.startMinimised === true
    ready = true
    if (!hidden || host.has() !== true || first !== undefined) window.show(first)
    else void makeReady()
    if (settings?.startServices === true && process.argv.includes(AT_LOGIN)) await startServices()
  }

  /**
   * A click on the icon then finds the window drawn. After the first look, which is more urgent at sign-in, but not for long:
   * where names are slow it takes several seconds.
   */
  async function makeReady(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const looked = engine.ask('look', {}).catch(() => undefined)
    await Promise.race([
      looked,
      new Promise((resolve) => {
        timer = setTimeout(resolve, PREPARE_MS)
      }),
    ])
    clearTimeout(timer)
    if (!leaving) window.prepare()
  }

  async function startServices(): Promise<void> {
    // The first look comes before the decision: until then nothing is known to have ended.
    await engine.ask('look', {})
    const services = [...ranBefore(engine.snapshot()?.services ?? [])]
    if (services.length > 0) await engine.ask('start', { run: runName(), services })
  }

  async function stopAndQuit(): Promise<void> {
    const services = [...meantToLeave(engine.snapshot()?.services ?? [])]
    if (services.length > 0) {
      const result = await engine.ask('stop', { run: runName(), services, also: true, remove: false })
      const [first] = result.failed
      if (first) throw new MaculaError(first.trouble)
    }
    quit()
  }

  function quit(): void {
    if (leaving) return
    leaving = true
    window.release()
    unfollow()
    notifier.close()
    tray.close()
    host.close()
    void link.close(END_MS).finally(() => app.quit())
  }

  app.on('before-quit', (event) => {
    // The system's own ways to quit (a menu, the end of the session) end as tidily as ours.
    if (leaving) return
    event.preventDefault()
    quit()
  })
  // With a menu from now on: before the engine has said anything it can be quit.
  see()
  void begin().catch((error: unknown) => log(`the start failed: ${String(error)}`))
  return { show: (at) => window.show(at), quit }
}
