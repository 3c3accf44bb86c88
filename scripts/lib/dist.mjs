import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { electronHere, pack, testElectron } from './pack.mjs'
import { root, say } from './process.mjs'

const USAGE = `Usage: npm run dist [-- --dir] [-- TARGET…]
  --dir    only the application's folder, out/linux-unpacked
  TARGET   deb, AppImage, rpm, dmg; all that electron-builder.yml names for this platform when none is given`

/** Packs what can be packed here: each target by itself, because each downloads tools of its own. */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const pinned = electronHere()
  if (args.includes('--dir')) {
    // Where the pinned Electron is not, the tests' older one gives the same layout.
    const electron =
      pinned === undefined && existsSync(join(testElectron.folder, 'version')) ? testElectron : undefined
    if (electron) say('Electron 45.4.1 is not here: packing with the one of the tests, for a look only')
    await pack({ dir: true, electron })
    say(`packed: ${join(root, 'out')}`)
    return 0
  }
  const targets =
    args.length > 0 ? args : process.platform === 'darwin' ? ['dmg'] : ['deb', 'AppImage', 'rpm']
  const failed = []
  for (const target of targets)
    try {
      for (const file of await pack({ targets: [target] })) say(`${target}: ${file}`)
    } catch (error) {
      failed.push(target)
      console.error(`${target}: not made. ${String(error.message ?? error).split('\n')[0]}`)
    }
  if (failed.length > 0)
    console.error(
      `\nNot made here: ${failed.join(', ')}. electron-builder downloads Electron and each target's tools from GitHub; ` +
        'on a machine that cannot reach it, npm run dist -- --dir packs with an Electron that is here.',
    )
  return failed.length === 0 ? 0 : 1
}
