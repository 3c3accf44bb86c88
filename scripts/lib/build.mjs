import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quietly, root, say } from './process.mjs'

/** Every file under a folder, in a stable order. */
export function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** The parts of dist/, as vite.config.ts names them. */
export const parts = ['cli', 'forward', 'engine', 'app', 'preload', 'renderer']

const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')

/** Builds one part, or all. */
export async function build(only = parts) {
  // Their parts have another name with each content.
  const parted = [
    ['cli', join(root, 'dist'), 'maculactl-'],
    ['app', join(root, 'dist', 'app'), 'main-'],
  ]
  for (const [part, folder, begin] of parted)
    if (only.includes(part) && existsSync(folder))
      for (const file of readdirSync(folder)) if (file.startsWith(begin)) rmSync(join(folder, file))
  for (const part of only) await quietly(process.execPath, [vite, 'build', '--mode', part])
}

/** Builds dist/ when its sources changed since the last build. */
export async function ensureBuilt() {
  const hash = createHash('sha256')
  for (const file of [
    // The window shows the documentation; our own descriptions are read by the build.
    ...['main', 'preload', 'renderer', 'docs', 'assets'].flatMap((folder) => filesOf(join(root, folder))),
    ...['package.json', 'package-lock.json', 'vite.config.ts', 'vite.plugins.ts', 'CHANGELOG.md'].map(
      (name) => join(root, name),
    ),
  ])
    hash.update(`${file}\0`).update(readFileSync(file))
  const wanted = hash.digest('hex')
  const stamp = join(root, 'dist', '.sources')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('building')
  await build()
  writeFileSync(stamp, wanted)
}
