import { join } from 'node:path'
import { root, run } from './process.mjs'

/** Builds dist/maculactl.mjs again on every change of its sources. */
export async function main() {
  return await run(process.execPath, [
    join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--watch',
  ])
}
