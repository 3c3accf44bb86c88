/** The desktop application: one instance, a shell around the engine's process. */
import { app } from 'electron'
import { join } from 'node:path'
import type { openDesktop } from './app/desktop.ts'
import { createFaults } from './app/faults.ts'
import { foldersOf } from './app/folders.ts'
import { openIcon } from './app/icon.ts'
import { shownByArguments, shownByLink, type Shown } from './app/links.ts'
import { lockContents } from './app/lock-down.ts'
import { createLog } from './app/log.ts'
import { announceScheme } from './app/page.ts'
import { withoutLongArguments } from './app/single.ts'
import { createTray } from './app/tray.ts'
import { followTrayHost } from './app/tray-host.ts'

const { env } = process
const folders = foldersOf(env, __dirname)
const { state } = folders
const log = createLog(state)
createFaults(app, log)
// Chromium's own files lie with our state: one folder less to leave behind, and a lock of its own for every MACULA_HOME.
app.setPath('userData', join(state, 'shell'))
app.setAppLogsPath(state)
announceScheme()
lockContents(app)
app.enableSandbox()

if (!withoutLongArguments(app)) app.exit(0)
else if (!app.requestSingleInstanceLock()) app.exit(0)
else {
  let desktop: ReturnType<typeof openDesktop> | undefined
  let early: Shown | undefined = shownByArguments(process.argv)
  /** Before we are ready it is what we begin with. */
  const show = (at?: Shown): void => {
    if (desktop) desktop.show(at)
    else early = at ?? early ?? { view: 'services' }
  }
  // Whatever the other was started with: it brings us to the front, and a link leads to its place.
  app.on('second-instance', (_event, args) => show(shownByArguments(args)))
  app.on('activate', () => desktop?.show())
  // macOS hands links over this way, also before we are ready.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    show(shownByLink(url))
  })
  // Without a window the tray goes on.
  app.on('window-all-closed', () => undefined)
  const begin = async (): Promise<void> => {
    const icon = await openIcon({
      host: (on) => followTrayHost({ platform: process.platform, env, log, ...on }),
      tray: (on) => createTray({ icons: folders.icons, desktop: env['XDG_CURRENT_DESKTOP'] ?? '', ...on }),
      ready: app.whenReady(),
    })
    // The rest is read when the icon is there: it is most of the start's work.
    const rest = await import('./app/desktop.ts')
    desktop = rest.openDesktop(log, early, icon, folders)
  }
  void begin()
}
