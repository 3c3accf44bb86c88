import { randomUUID } from 'node:crypto'
import { access, constants, open, stat, statfs, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RoomSeen } from '../engine/adapters.ts'
import { sayObstacle } from './obstacle.ts'
import type { Paths } from './paths.ts'

/** As much as is written at once by a start: the rendered stack, records, logs (bytes). */
const TRIED_BYTES = 256 * 1024

/** Whether each folder of ours takes what is written into it, found by writing; what was written is taken away. */
export async function seeRoom({ config, state, data }: Paths): Promise<readonly RoomSeen[]> {
  return await Promise.all([config, state, data].map(seeOne))
}

async function seeOne(folder: string): Promise<RoomSeen> {
  try {
    const there = await nearest(folder)
    const { bavail, bsize } = await statfs(there)
    // A folder that is not there yet is not made for a look.
    await (there === folder ? tryIn(folder) : access(there, constants.W_OK | constants.X_OK))
    return { folder, free: bavail * bsize }
  } catch (error) {
    return { folder, trouble: sayObstacle(error, folder) }
  }
}

/** The folder, or the first above it that is there; throws ENOTDIR when a file stands in its place. */
async function nearest(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    const info = await stat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (info?.isDirectory() === true) return at
    if (info) throw Object.assign(new Error(`${at} is not a folder`), { code: 'ENOTDIR' })
  }
}

async function tryIn(folder: string): Promise<void> {
  const file = join(folder, `.room-${randomUUID()}`)
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(Buffer.alloc(TRIED_BYTES))
    await handle.sync()
  } finally {
    await handle.close()
    await unlink(file)
  }
}
