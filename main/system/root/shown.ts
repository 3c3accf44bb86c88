import { createHash } from 'node:crypto'
import { lstat, readlink } from 'node:fs/promises'
import { readBytes } from '../files.ts'

/**
 * What stands for a file that a person was shown, as root's program says it (look_any): SHA-256 of its bytes, or "link-" and
 * that of where a link leads. Root takes away only what still has it.
 */
export const shownFile = (bytes: Buffer): string => sum(bytes)
export const shownLink = (leads: string): string => `link-${sum(`${leads}\n`)}`

/** The same of what is at `path`; undefined where nothing is. Throws where it may not be read. */
export async function shownAt(path: string): Promise<string | undefined> {
  const info = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (info?.isSymbolicLink() === true) return shownLink(await readlink(path))
  const bytes = info && (await readBytes(path))
  return bytes && shownFile(bytes)
}

function sum(of: Buffer | string): string {
  return createHash('sha256').update(of).digest('hex')
}
