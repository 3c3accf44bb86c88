import { basename, dirname } from 'node:path'
import { lockIn } from './lock.ts'

/** A save takes milliseconds; whoever takes longer is not waited for (ms). */
const DEADLINE_MS = 10_000

/**
 * Reads, changes and writes a file of ours while nobody else does, in this process or another: each reads what the one before it
 * wrote. Throws MaculaError `busy` where another one does not end.
 */
export async function changingFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  const name = basename(file)
  // Not swept: what of others lies in that folder is known to whoever holds the one lock of all changes.
  const lock = lockIn(dirname(file), `${name}.lock`, Date.now, { isSwept: false })
  return await lock.alone(`saving ${name}`, DEADLINE_MS, work)
}
