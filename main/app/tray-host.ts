import { openBus, textsOf, type Bus } from './bus.ts'

/** Who has this name shows tray icons: KDE, XFCE and others by themselves, GNOME with the AppIndicator extension. */
const WATCHER = 'org.kde.StatusNotifierWatcher'
const CHANGED = 'NameOwnerChanged'
const REGISTERED = 'StatusNotifierItemRegistered'
/** After the bus is lost it is tried again so much later (ms). */
const AGAIN_MS = 30_000

export interface TrayHost {
  /** Whether the desktop shows tray icons; null: not known. */
  has(): boolean | null
  /** Whether it is told when an icon has come to the tray. */
  readonly tellsIcons: boolean
  close(): void
}

/**
 * Follows whether the desktop shows tray icons. `tell` is called when that becomes known and whenever it changes, `came` whenever
 * an icon, of whichever program, has come to the tray. On macOS there is always a menu bar, and nobody tells of icons.
 */
export function followTrayHost(options: {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (says: string) => void
  readonly tell: (has: boolean | null) => void
  readonly came: () => void
}): TrayHost {
  if (options.platform !== 'linux') {
    options.tell(true)
    return { has: () => true, tellsIcons: false, close: () => undefined }
  }
  let has: boolean | null = null
  let bus: Bus | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let known = false

  function set(next: boolean | null): void {
    if (known && next === has) return
    known = true
    has = next
    options.tell(next)
  }

  async function follow(): Promise<void> {
    const runtime = options.env['XDG_RUNTIME_DIR']
    const address =
      options.env['DBUS_SESSION_BUS_ADDRESS'] ?? (runtime === undefined ? '' : `unix:path=${runtime}/bus`)
    bus = openBus(
      address,
      ({ member, body }) => {
        if (member === REGISTERED) options.came()
        const [name, , owner] = textsOf(body)
        if (member === CHANGED && name === WATCHER) set(owner !== '')
      },
      () => {
        if (closed) return
        set(null)
        again()
      },
    )
    // Heard first, asked then: nothing that changes in between is missed.
    const heard = bus.call(
      'AddMatch',
      `type='signal',sender='org.freedesktop.DBus',member='${CHANGED}',arg0='${WATCHER}'`,
    )
    const owns = bus.call('NameHasOwner', WATCHER)
    // Nothing waits for this one: without it the shell only goes on a little later.
    bus.call('AddMatch', `type='signal',sender='${WATCHER}',member='${REGISTERED}'`).catch(() => undefined)
    const [owned] = await Promise.all([owns, heard])
    set(owned.readUInt32LE(0) === 1)
  }

  function again(): void {
    clearTimeout(timer)
    timer = setTimeout(begin, AGAIN_MS)
    timer.unref()
  }

  function begin(): void {
    follow().catch((error: unknown) => {
      options.log(`whether there is a tray is not known: ${String(error)}`)
      set(null)
      if (!closed) again()
    })
  }

  begin()
  return {
    has: () => has,
    tellsIcons: true,
    close() {
      closed = true
      clearTimeout(timer)
      bus?.close()
    },
  }
}
