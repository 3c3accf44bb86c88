import {
  Menu,
  nativeImage,
  nativeTheme,
  Tray,
  type MenuItemConstructorOptions,
  type NativeImage,
} from 'electron'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { State } from '../model/snapshot.ts'
import type { TrayAct, TrayItem, TraySeen } from './tray-items.ts'
import { shapeOf, sentenceOf, TICK_MS, trayMenu, type TrayShape } from './tray-menu.ts'

/** Desktops whose panel is dark whatever their theme says. */
const darkPanels = /GNOME|Unity|Cinnamon|XFCE|Pantheon/i
/** Panels that draw at 22 px; the others at 24. */
const smallPanels = /KDE|LXQt/i

/**
 * The tray icon with its menu: a render of what was seen, drawn only when it differs from what is there. Made when the
 * desktop can show it, taken away when it cannot any more.
 */
export function createTray(options: {
  readonly icons: string
  readonly desktop: string
  readonly act: (act: TrayAct) => void
  readonly show: () => void
}): {
  see(seen: TraySeen): void
  /** Draws again whatever was drawn: the desktop has changed a check mark by itself. */
  redraw(): void
  setShown(shown: boolean): void
  close(): void
} {
  let tray: Tray | undefined
  let seen: TraySeen | undefined
  let drawnMenu = ''
  let drawnIcon = ''
  /** The menu that the desktop shows; kept, or its items stop answering. */
  let menu: Menu | undefined
  let ticking: NodeJS.Timeout | undefined

  function icon(shape: TrayShape): string {
    if (process.platform === 'darwin') return join(options.icons, 'tray', `${shape}Template.png`)
    const tone = darkPanels.test(options.desktop) || nativeTheme.shouldUseDarkColors ? 'dark' : 'light'
    return join(options.icons, 'tray', `${shape}-${tone}-${smallPanels.test(options.desktop) ? 22 : 24}.png`)
  }

  function render(): void {
    if (!tray || !seen) return
    const now = { ...seen, now: Date.now() }
    const file = icon(shapeOf(now))
    if (file !== drawnIcon) {
      drawnIcon = file
      tray.setImage(file)
    }
    const items = trayMenu(now)
    const text = JSON.stringify(items)
    if (text !== drawnMenu) {
      drawnMenu = text
      menu = Menu.buildFromTemplate(items.map(template))
      tray.setContextMenu(menu)
      tray.setToolTip(`Macula Desktop: ${sentenceOf(now)}`)
    }
    clearTimeout(ticking)
    const moves = shapeOf(now) === 'starting' || (now.deed !== undefined && now.deed.end === undefined)
    ticking = moves ? setTimeout(render, TICK_MS) : undefined
  }

  const images = new Map<State, NativeImage | undefined>()
  function stateImage(state: State): NativeImage | undefined {
    if (!images.has(state)) {
      const file = join(options.icons, 'menu', `${state.replaceAll(' ', '-')}.png`)
      images.set(state, existsSync(file) ? nativeImage.createFromPath(file) : undefined)
    }
    return images.get(state)
  }

  function template(item: TrayItem): MenuItemConstructorOptions {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' }
      case 'says':
        return { label: escaped(item.label), enabled: false }
      case 'item':
        return { label: escaped(item.label), enabled: item.enabled, click: () => options.act(item.act) }
      case 'toggle':
        return {
          label: escaped(item.label),
          type: 'checkbox',
          checked: item.on,
          enabled: item.enabled,
          click: () => options.act(item.act),
        }
      case 'menu': {
        const image = stateImage(item.state)
        return {
          label: escaped(item.label),
          submenu: item.items.map(template),
          ...(image === undefined ? {} : { icon: image }),
        }
      }
    }
  }

  const themed = (): void => render()
  nativeTheme.on('updated', themed)

  return {
    see(next) {
      seen = next
      render()
    },
    redraw() {
      drawnMenu = ''
      render()
    },
    setShown(shown) {
      if (shown === (tray !== undefined)) return
      if (!shown) {
        tray?.destroy()
        tray = undefined
        clearTimeout(ticking)
        return
      }
      drawnIcon = icon(seen ? shapeOf(seen) : 'unknown')
      drawnMenu = ''
      tray = new Tray(drawnIcon)
      tray.setToolTip('Macula Desktop')
      tray.on('click', options.show)
      render()
    },
    close() {
      nativeTheme.off('updated', themed)
      clearTimeout(ticking)
      tray?.destroy()
      tray = undefined
    },
  }
}

/** An "&" in a label would be taken for a mark of the key to press. */
function escaped(label: string): string {
  return label.replaceAll('&', '&&')
}
