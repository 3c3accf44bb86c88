import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from 'electron'
import { readIfThere, writeWhole } from '../system/files.ts'
import { homeOf } from '../system/home.ts'

/** Says that it was the sign-in that started us, not the person. */
export const AT_LOGIN = '--at-login'

/** A desktop entry that starts `command` at sign-in. Quoted as the Desktop Entry Specification asks. */
export function loginEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Macula Desktop',
    'Comment=Runs the local infrastructure of the Macula platform',
    `Exec=${command.map(quoted).join(' ')}`,
    'Icon=macula-desktop',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    'X-GNOME-Autostart-Delay=5',
    '',
  ].join('\n')
}

/** One argument of Exec: inside quotes, with what is special there escaped twice (once for the value, once for Exec). */
function quoted(argument: string): string {
  const escaped = argument.replaceAll(/["`$\\]/g, (char) => `\\${char}`).replaceAll('\\', '\\\\')
  return `"${escaped.replaceAll('%', '%%')}"`
}

/** Where a desktop looks for what to start at sign-in. */
export function loginFile(env: Readonly<Record<string, string | undefined>>): string {
  const config = env['XDG_CONFIG_HOME']
  const folder = config?.startsWith('/') === true ? config : join(homeOf(env), '.config')
  return join(folder, 'autostart', 'macula-desktop.desktop')
}

/** Makes the machine start us at sign-in, or not. Writes nothing when it is so already. */
export async function setAutostart(
  on: boolean,
  app: App,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: on })
    return
  }
  const file = loginFile(env)
  if (!on) {
    await rm(file, { force: true })
    return
  }
  // An AppImage's own program lies in a mount that is gone after the sign-out: the image itself is started.
  const program = env['APPIMAGE'] ?? app.getPath('exe')
  const text = loginEntry([program, ...(app.isPackaged ? [] : [app.getAppPath()]), AT_LOGIN])
  if ((await readIfThere(file)) !== text) await writeWhole(file, text)
}
