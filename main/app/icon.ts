import type { createTray } from './tray.ts'
import type { TrayAct } from './tray-items.ts'
import type { TrayHost } from './tray-host.ts'

/** A bus that does not answer keeps the rest of the shell waiting so long at most (ms). */
const PATIENCE_MS = 200

/** An icon that the tray does not tell of keeps the rest of the shell waiting so long at most (ms). */
const ICON_MS = 300

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
 * icon is made, and only when it has come to the tray the rest of the shell is read: Chromium hands it over in several turns of
 * the loop that reading would hold up. Resolves when the icon is there, or need not be waited for: `ready` is when icons can be
 * made.
 */
export async function openIcon(options: {
  readonly host: (on: { readonly tell: (has: boolean | null) => void; readonly came: () => void }) => TrayHost
  readonly tray: (on: { readonly act: (act: TrayAct) => void; readonly show: () => void }) => Icon['tray']
  readonly ready: Promise<unknown>
}): Promise<Icon> {
  let user: IconUse | undefined
  /** What was pressed before anybody could do it. */
  let early: ((by: IconUse) => void) | undefined
  let known: { readonly has: boolean | null } | undefined
  const [heard, hear] = awaited()
  const [come, came] = awaited()
  let tray: Icon['tray'] | undefined

  const lead = (what: (by: IconUse) => void): void => {
    if (user) what(user)
    else early = what
  }
  const host = options.host({
    tell(has) {
      known = { has }
      tray?.setShown(has === true)
      user?.host(has)
      hear()
    },
    came() {
      // Those of others, which come at sign-in all at once, say nothing before ours was made.
      if (tray && known?.has === true) came()
    },
  })
  await options.ready
  tray = options.tray({ act: (act) => lead((by) => by.act(act)), show: () => lead((by) => by.show()) })
  if (known) tray.setShown(known.has === true)
  await atMost(PATIENCE_MS, heard)
  if (host.has() === true && host.tellsIcons) await atMost(ICON_MS, come)
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

/** A promise with what resolves it. */
function awaited(): readonly [Promise<void>, () => void] {
  let done: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    done = resolve
  })
  return [promise, () => done()]
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    }),
  ])
  clearTimeout(timer)
}
