import type { createTray } from './tray.ts'
import type { TrayAct } from './tray-items.ts'
import type { TrayHost } from './tray-host.ts'

/** A bus that does not answer keeps the rest of the shell waiting so long at most (ms). */
const PATIENCE_MS = 200

/** What the icon leads to, once the rest of the shell is there. */
export interface IconUse {
  readonly act: (act: TrayAct) => void
  readonly show: () => void
  /** Whether the desktop shows tray icons (null: not known): told what is known, then whenever it changes. */
  readonly host: (has: boolean | null) => void
}

export interface Icon {
  readonly tray: ReturnType<typeof createTray>
  readonly host: TrayHost
  /** From now on presses lead there; one that came before is done now. */
  use(by: IconUse): void
}

/**
 * The icon in the tray before everything else. Whether the desktop shows icons is asked while Electron gets ready; then the
 * icon is made, and only after that the rest of the shell is read. Resolves when the icon is there, or need not be waited
 * for: `ready` is when icons can be made.
 */
export async function openIcon(options: {
  readonly host: (tell: (has: boolean | null) => void) => TrayHost
  readonly tray: (on: { readonly act: (act: TrayAct) => void; readonly show: () => void }) => Icon['tray']
  readonly ready: Promise<unknown>
}): Promise<Icon> {
  let user: IconUse | undefined
  /** What was pressed before anybody could do it. */
  let early: ((by: IconUse) => void) | undefined
  let known: { readonly has: boolean | null } | undefined
  let hear: () => void = () => undefined
  const heard = new Promise<void>((resolve) => {
    hear = resolve
  })
  let tray: Icon['tray'] | undefined

  const lead = (what: (by: IconUse) => void): void => {
    if (user) what(user)
    else early = what
  }
  const host = options.host((has) => {
    known = { has }
    tray?.setShown(has === true)
    user?.host(has)
    hear()
  })
  await options.ready
  tray = options.tray({ act: (act) => lead((by) => by.act(act)), show: () => lead((by) => by.show()) })
  if (known) tray.setShown(known.has === true)
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    heard,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS)
    }),
  ])
  clearTimeout(timer)
  return {
    tray,
    host,
    use(by) {
      user = by
      if (known) by.host(known.has)
      early?.(by)
      early = undefined
    },
  }
}
