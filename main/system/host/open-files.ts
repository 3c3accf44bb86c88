import { readdir, readFile } from 'node:fs/promises'
import type { FilesSeen } from '../../model/open-files.ts'

/**
 * How many files this process has open and may open at once (`ulimit -n`), from /proc/self (proc(5)); undefined where
 * there is none. Node.js raises its soft limit to the hard one when it starts.
 */
export async function openFiles(): Promise<FilesSeen | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
  const open = await readdir('/proc/self/fd').catch(() => undefined)
  return most === undefined || open === undefined ? undefined : { open: open.length, most: Number(most) }
}
