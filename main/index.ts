/** The desktop application: one instance, a shell around the engine's process. */
import { app } from 'electron'
import { join } from 'node:path'
import { openDesktop } from './app/desktop.ts'
import { createFaults } from './app/faults.ts'
import { shownByArguments, shownByLink, type Shown } from './app/links.ts'
import { lockContents } from './app/lock-down.ts'
import { createLog } from './app/log.ts'
import { announceScheme } from './app/page.ts'
import { withoutLongArguments } from './app/single.ts'
import { pathsOf } from './system/paths.ts'

const { state } = pathsOf(process.env, '')
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
  // Whatever the other was started with: it brings us to the front, and a link leads to its place.
  app.on('second-instance', (_event, args) => desktop?.show(shownByArguments(args)))
  app.on('activate', () => desktop?.show())
  // macOS hands links over this way, also before we are ready.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    if (desktop) desktop.show(shownByLink(url))
    else early = shownByLink(url)
  })
  // Without a window the tray goes on.
  app.on('window-all-closed', () => undefined)
  const begin = async (): Promise<void> => {
    await app.whenReady()
    desktop = openDesktop(log, early)
  }
  void begin()
}
