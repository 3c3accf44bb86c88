import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A log larger than this is put aside once, so that two of them are the most there is (bytes). */
const MOST = 512 * 1024

/** What the shell writes down for whoever looks for a reason later: `shell.log` in the state folder. Never throws. */
export function createLog(state: string): (says: string) => void {
  const file = join(state, 'shell.log')
  return (says) => {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST) renameSync(file, `${file}.old`)
      appendFileSync(file, `${new Date().toISOString()} ${says}\n`, { mode: 0o600 })
    } catch {
      // A full disk must not end the shell; there is no better place to say it.
    }
  }
}
