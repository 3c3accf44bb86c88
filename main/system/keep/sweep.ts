import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startOf } from '../process/record.ts'

/** Longer than a write takes; a plan for root is only ever there while its maker holds the lock (ms). */
const OLD_MS = 60_000

/**
 * What a run that was killed in the middle left in a folder of ours, told by its name: half a lock (`lock.PID.N`), half
 * of a file that is written whole (`wanted.json.NNN`), a plan for root that was never taken away (`root-plan-UUID`).
 */
const halves = [
  /^[a-z-]+(?:\.json)?(?:\.lock)?\.(\d+)\.\d+(?:\.stale)?$/,
  /^[A-Za-z0-9._-]+\.json\.\d+$/,
  /^root-plan-[0-9a-f-]{36}$/,
]

/**
 * Removes what killed runs left, never what one that lives may still need. For whoever holds the lock of the folder. Failures
 * are of no consequence.
 */
export async function sweepKilled(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const match = halves.map((half) => half.exec(name)).find((one) => one !== null)
    if (!match) continue
    const path = join(folder, name)
    const info = await lstat(path).catch(() => undefined)
    if (!info?.isFile()) continue
    const isOld = now - info.mtimeMs > OLD_MS
    if (isOld || (match[1] !== undefined && (await startOf(Number(match[1]))) === undefined))
      await rm(path, { force: true }).catch(() => undefined)
  }
}
