import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, filesOf } from '../../scripts/lib/build.mjs'
import { pack, testElectron } from '../../scripts/lib/pack.mjs'
import { quietly, root } from '../../scripts/lib/process.mjs'

/** Where the plain user of the suite finds the packed application. */
export const packed = '/opt/macula-desktop-test-app'

/**
 * Packs the application as npm run dist does, with the suite's Electron. Two differences: it begins in launcher.cjs,
 * and the fuse for --inspect is open, which is how Playwright gets in. Quick when nothing changed.
 */
export async function packForTests() {
  if (!existsSync(join(testElectron.folder, 'version')))
    throw new Error('the Electron of the desktop suite is missing: test/machine/setup.sh fetches it')
  await ensureBuilt()
  const stamp = join(packed, '.made-of')
  const hash = createHash('sha256').update(readFileSync(join(root, 'dist', '.sources')))
  for (const file of [
    'electron-builder.yml',
    'test/desktop/launcher.cjs',
    'test/desktop/pack.mjs',
    'test/desktop/support/menu.py',
    'package.json',
  ])
    hash.update(readFileSync(join(root, file)))
  for (const file of filesOf(join(root, 'assets'))) hash.update(`${file}\0`).update(readFileSync(file))
  const wanted = hash.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const fresh = `${packed}.new`
  rmSync(fresh, { recursive: true, force: true })
  await pack({
    dir: true,
    electron: testElectron,
    change(config) {
      config.directories.output = fresh
      config.files.push('test/desktop/launcher.cjs')
      config.electronFuses.enableNodeCliInspectArguments = true
      config.extraMetadata = { main: 'test/desktop/launcher.cjs' }
    },
  })
  // The plain user reads the bus with this; a clone may lie where only root can read.
  cpSync(join(root, 'test', 'desktop', 'support', 'menu.py'), join(fresh, 'menu.py'))
  await quietly('chmod', ['-R', 'a+rX', fresh])
  rmSync(packed, { recursive: true, force: true })
  renameSync(fresh, packed)
  writeFileSync(stamp, wanted)
}

if (process.argv[1] === new URL(import.meta.url).pathname) await packForTests()
