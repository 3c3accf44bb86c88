import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HALF } from '../files.ts'
import { startOf } from '../process/record.ts'

/** Longer than a write takes; a plan for root is only ever there while its maker holds the lock (ms). */
const OLD_MS = 60_000

/**
 * What a run that was killed in the middle left in a folder of ours, told by names that only we give: half a lock
 * (`NAME.PID.N`), half of a file that is written whole, a plan for root that was never taken away (`root-plan-UUID`).
 * People keep copies beside our files (`secrets.json.1`): a pattern that one of them fits would lose it.
 */
const halves = (lock: string): readonly RegExp[] => [
  new RegExp(`^${lock.replaceAll('.', '\\.')}\\.(\\d+)\\.\\d+(?:\\.stale)?$`),
  HALF,
  /^root-plan-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
]

/**
 * Removes what killed runs left, never what one that lives may still need. For whoever holds `lock` in that folder. Failures
 * are of no consequence.
 */
export async function sweepKilled(folder: string, lock: string, now: number): Promise<void> {
  const patterns = halves(lock)
  for (const name of await readdir(folder).catch(() => [])) {
    const match = patterns.map((half) => half.exec(name)).find((one) => one !== null)
    if (!match) continue
    const path = join(folder, name)
    const info = await lstat(path).catch(() => undefined)
    if (!info?.isFile()) continue
    const isOld = now - info.mtimeMs > OLD_MS
    if (isOld || (match[1] !== undefined && (await startOf(Number(match[1]))) === undefined))
      await rm(path, { force: true }).catch(() => undefined)
  }
}
