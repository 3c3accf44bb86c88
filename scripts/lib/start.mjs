import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { electronHere } from './pack.mjs'
import { root, run, say } from './process.mjs'

/** Why the desktop application cannot be opened here, as a sentence; undefined: it can. */
export function whyNoDesktop(env = process.env) {
  if (process.platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'])
    return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)'
  if (process.platform === 'linux' && process.getuid() === 0)
    return 'Chromium’s sandbox does not run as root; as a plain user the application opens'
  if (electronHere() === undefined)
    return 'the Electron binary is not here; npx install-electron fetches it (about 100 MB)'
  return undefined
}

/** Opens the application, or its window in a browser where that cannot be. Arguments go to what is opened. */
export async function main(args) {
  await ensureBuilt()
  const why = whyNoDesktop()
  if (why === undefined) {
    const folder = electronHere()
    const program = join(folder, readFileSync(join(folder, '..', 'path.txt'), 'utf8').trim())
    if (existsSync(program)) {
      say('opening the desktop application: there is a display, and Electron is here')
      return await run(program, [root, ...args], { cwd: process.cwd() })
    }
  }
  say(`serving the window for a browser: ${why ?? 'the Electron binary is not whole'}`)
  return await run(process.execPath, [join(root, 'dist', 'maculactl.mjs'), 'ui', ...args], {
    cwd: process.cwd(),
  })
}
