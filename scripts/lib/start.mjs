import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { root, run } from './process.mjs'

/** Starts the stack and shows its status. The window takes this place once it exists. */
export async function main(args) {
  await ensureBuilt()
  const maculactl = join(root, 'dist', 'maculactl.mjs')
  const up = await run(process.execPath, [maculactl, 'up', ...args], { cwd: process.cwd() })
  if (up === 130 || up === 2 || up === 4) return up
  const status = await run(process.execPath, [maculactl, 'status'], { cwd: process.cwd() })
  return up === 0 ? status : up
}
