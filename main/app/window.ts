import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { Shown } from '../../preload/contract.ts'
import { sayClock } from '../model/say.ts'
import { isOurs, placeUrl } from './page-files.ts'
import { placeOn, smallest, type createPlaceFile, type Place } from './place.ts'
import { createRebuilds } from './rebuild.ts'
import type { openIpc } from './ipc.ts'

/** The page's own background (renderer tokens --bg), so that nothing flashes before it is drawn. */
const backgrounds = { light: '#f3f3f5', dark: '#1b1c1f' } as const
/** A window being moved or sized is written down when it has come to rest (ms). */
const REST_MS = 500
/** Closing again so soon after the page was asked means that the page gives no answer: the desktop asks (ms). */
const INSIST_MS = 3000

export interface Window {
  /** Brings the window to the front, made anew if need be; `at`: what it shows. */
  show(at?: Shown): void
  /** Makes it ready without showing it, so that the first click on the icon finds it drawn. */
  prepare(): void
  hide(): void
  /** Somebody can see it. */
  isShown(): boolean
  /** Somebody works in it. */
  isLooking(): boolean
  setTheme(theme: Place['theme']): void
  /** What a person should know of how the window fared ("drawn anew at 10:42 …"). */
  notes(): readonly string[]
  /** The page hangs: its process is ended, and it is drawn anew. */
  revive(): void
  /** From now on closing closes. */
  release(): void
}

export interface WindowOptions {
  readonly preload: string
  readonly icon: string
  readonly ipc: ReturnType<typeof openIpc>
  readonly file: ReturnType<typeof createPlaceFile>
  readonly log: (says: string) => void
  /** There is a tray to come back from: closing only hides. */
  readonly hasTray: () => boolean
  readonly onShown: (shown: boolean) => void
  readonly onQuit: () => void
}

/** The one window. Its page may crash, hang or be closed; this brings it back. */
export function createWindow(options: WindowOptions): Window {
  const { ipc, log } = options
  const rebuilds = createRebuilds()
  let place = placeOn(
    screen.getAllDisplays().map(({ workArea }) => workArea),
    options.file.read(),
  )
  nativeTheme.themeSource = place.theme
  let window: BrowserWindow | undefined
  let drawn = false
  /** Somebody asked for it; until then it is only made ready. */
  let wished = false
  /** What to show once the page listens. */
  let pending: Shown | undefined
  let released = false
  /** When the page was last asked about closing (epoch ms). */
  let asked = 0
  let notes: readonly string[] = []
  let rest: NodeJS.Timeout | undefined

  function build(): BrowserWindow {
    const made = new BrowserWindow({
      title: 'Macula Desktop',
      icon: options.icon,
      width: place.width,
      height: place.height,
      ...(place.x === undefined || place.y === undefined ? {} : { x: place.x, y: place.y }),
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      // Only made ready it counts as hidden from the beginning: drawn it would be watched for, and hold what it is painted on.
      paintWhenInitiallyHidden: wished,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
      webPreferences: {
        preload: options.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        enableWebSQL: false,
        backgroundThrottling: true,
      },
    })
    made.removeMenu()
    // Maximising shows it.
    if (place.maximised && wished) made.maximize()
    ipc.attach(made.webContents)
    const ready = (): void => {
      if (drawn || made.isDestroyed()) return
      drawn = true
      if (wished) reveal(made)
    }
    // What is not painted while it is hidden is ready when its page is.
    if (wished) made.once('ready-to-show', ready)
    else made.webContents.once('did-finish-load', ready)
    for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const)
      made.on(event as 'resize', () => remember(made))
    // The buttons of a mouse or a keyboard that browsers go Back and Forward with.
    made.on('app-command', (_event, command) => {
      if (command === 'browser-backward') made.webContents.navigationHistory.goBack()
      if (command === 'browser-forward') made.webContents.navigationHistory.goForward()
    })
    for (const event of ['show', 'hide', 'minimize', 'restore'] as const)
      made.on(event as 'show', () => options.onShown(isShown()))
    made.on('close', (event) => {
      if (released) return
      event.preventDefault()
      close(made)
    })
    made.on('closed', () => {
      window = undefined
      drawn = false
      options.onShown(false)
    })
    watchOver(made)
    load(made)
    return made
  }

  function reveal(made: BrowserWindow): void {
    if (made.isMinimized()) made.restore()
    else if (place.maximised && !made.isVisible() && !made.isMaximized()) made.maximize()
    made.show()
  }

  function load(made: BrowserWindow, at = ''): void {
    made.loadURL(placeUrl(at)).catch((error: unknown) => log(`the page cannot be loaded: ${String(error)}`))
  }

  function remember(made: BrowserWindow): void {
    clearTimeout(rest)
    rest = setTimeout(() => {
      if (made.isDestroyed() || made.isMinimized() || !made.isVisible()) return
      place = { ...place, ...made.getNormalBounds(), maximised: made.isMaximized() }
      options.file.write(place).catch((error: unknown) => log(String(error)))
    }, REST_MS)
  }

  /** A page that crashed or hangs is drawn anew; one that keeps failing is asked about. */
  function watchOver(made: BrowserWindow): void {
    const { webContents } = made
    webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit' || released) return
      log(`the window's process ended: ${reason}, exit code ${exitCode}`)
      if (!wished) {
        // Nobody has seen it: it is made when it is asked for.
        made.destroy()
        return
      }
      notes = [
        `The window was reloaded at ${sayClock(Date.now())}: its process had ended (${reason}). Services were not touched.`,
      ]
      const rebuild = rebuilds.fail(Date.now())
      if (rebuild.kind === 'again') setTimeout(() => redraw(made), rebuild.afterMs)
      else void ask(made)
    })
    // A page can leave for about:blank without asking; everything else is prevented before.
    webContents.on('did-navigate', (_event, url) => {
      if (isOurs(url)) return
      log(`the window had gone to ${url.slice(0, 100)}`)
      load(made)
    })
  }

  /** At the place where it was: the address of the page is that of the place. */
  function redraw(made: BrowserWindow): void {
    if (!made.isDestroyed()) load(made, made.webContents.getURL())
  }

  async function ask(made: BrowserWindow): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      message: 'The window keeps failing.',
      detail:
        'Its process ended several times within minutes. Your services are not touched by it, and the tray and maculactl go on working. The reason is in shell.log in the state folder.',
      buttons: ['Reload the window', 'Quit, services keep running'],
      defaultId: 0,
      cancelId: 0,
    })
    if (response === 1) options.onQuit()
    else redraw(made)
  }

  /** With a tray the window hides; without one the page asks what to do, or we do when the page cannot. */
  function close(made: BrowserWindow): void {
    if (options.hasTray()) {
      made.hide()
      return
    }
    if (drawn && !made.webContents.isCrashed() && Date.now() - asked > INSIST_MS) {
      asked = Date.now()
      ipc.tell({ event: 'closing', payload: null })
      return
    }
    void askToClose(made)
  }

  async function askToClose(made: BrowserWindow): Promise<void> {
    const { response } = await dialog.showMessageBox(made, {
      type: 'question',
      message: 'Close the window?',
      detail:
        'There is no tray to come back from. Your services keep running; starting Macula Desktop again opens this window.',
      buttons: ['Close', 'Keep open', 'Quit, services keep running'],
      defaultId: 0,
      cancelId: 1,
    })
    if (response === 0) made.hide()
    if (response === 2) options.onQuit()
  }

  function isShown(): boolean {
    return window !== undefined && !window.isDestroyed() && window.isVisible() && !window.isMinimized()
  }

  nativeTheme.on('updated', () => {
    window?.setBackgroundColor(nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light)
  })
  app.on('before-quit', () => clearTimeout(rest))

  return {
    show(at) {
      pending = at
      wished = true
      window ??= build()
      if (drawn) {
        reveal(window)
        window.focus()
      }
      if (pending) {
        // A page that is still being read hears it from the connection's begin on; the last wish counts.
        const wish = pending
        if (window.webContents.isLoading())
          window.webContents.once('did-finish-load', () => ipc.tell({ event: 'show', payload: wish }))
        else ipc.tell({ event: 'show', payload: wish })
        pending = undefined
      }
    },
    prepare() {
      window ??= build()
    },
    hide() {
      window?.hide()
    },
    isShown,
    isLooking: () => isShown() && window?.isFocused() === true,
    setTheme(theme) {
      if (place.theme === theme) return
      place = { ...place, theme }
      nativeTheme.themeSource = theme
      options.file.write(place).catch((error: unknown) => log(String(error)))
    },
    notes: () => notes,
    revive() {
      // Whoever has its tools open has stopped it on purpose.
      if (!window || window.webContents.isDevToolsOpened()) return
      log('the window does not answer; its process is ended')
      window.webContents.forcefullyCrashRenderer()
    },
    release() {
      released = true
    },
  }
}
