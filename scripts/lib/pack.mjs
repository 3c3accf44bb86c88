import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ensureBuilt } from './build.mjs'
import { fetchNode } from './node.mjs'
import { cache, root, say } from './process.mjs'

/** The Electron of the desktop tests (test/machine/electron.sh), where it has been unpacked. */
export const testElectron = {
  version: '22.3.25',
  folder: join(cache, 'electron-22.3.25'),
  // Fuses that this version does not have yet.
  lacks: ['grantFileProtocolExtraPrivileges'],
}

/** Folder of the Electron that package.json pins, when its binary is here. */
export function electronHere() {
  const folder = join(createRequire(import.meta.url).resolve('electron'), '..', 'dist')
  return existsSync(join(folder, 'version')) ? folder : undefined
}

/**
 * Packs the desktop application with electron-builder. `electron`: an unpacked runtime to take instead of downloading
 * the pinned one. `change` may change what electron-builder.yml says. Returns the paths of what was made.
 */
export async function pack({ dir = false, electron, targets = [], change = () => undefined }) {
  await ensureBuilt()
  const node = join(root, 'out', 'node', 'bin')
  rmSync(node, { recursive: true, force: true })
  mkdirSync(node, { recursive: true })
  cpSync(await fetchNode(), join(node, 'node'))
  const { build, Platform } = await import('electron-builder')
  const platform = process.platform === 'darwin' ? Platform.MAC : Platform.LINUX
  say(`packing${electron ? ` with the Electron ${electron.version} that is here` : ''}`)
  const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))
  if (electron) {
    Object.assign(config, { electronVersion: electron.version, electronDist: electron.folder })
    for (const fuse of electron.lacks) delete config.electronFuses[fuse]
  }
  change(config)
  // Given as a file: an object would be merged with electron-builder.yml, and what was taken out would be back.
  const file = join(root, 'out', 'electron-builder.json')
  writeFileSync(file, JSON.stringify(config))
  return await build({
    projectDir: root,
    targets: platform.createTarget(dir ? 'dir' : targets),
    config: file,
  })
}
