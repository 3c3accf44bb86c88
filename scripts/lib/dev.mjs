import { join } from 'node:path'
import { parts } from './build.mjs'
import { root, run } from './process.mjs'

/** Builds every part of dist/ again on each change of its sources, until it is interrupted. */
export async function main() {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const codes = await Promise.all(
    parts.map((part) => run(process.execPath, [vite, 'build', '--watch', '--mode', part])),
  )
  return Math.max(...codes)
}
