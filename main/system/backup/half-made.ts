import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupListed } from '../../engine/adapters.ts'
import { BACKUP_END, cutTrouble, isBackupName, isTakingOver } from '../../model/backup.ts'
import { HALF } from '../files.ts'
import type { Paths } from '../paths.ts'
import { openTaking } from './cut-file.ts'

interface Half {
  readonly name: string
  readonly path: string
}

/** What is left of snapshots whose making was killed: half a file, or only the mark that one was begun. */
export function openHalfMade(paths: Pick<Paths, 'state'>, folder: string) {
  const making = openTaking(paths)

  /** Half files that nobody writes to any more; `entries`: names in the folder. */
  async function halves(entries: readonly string[]): Promise<readonly Half[]> {
    const found: (Half & { readonly pid: number })[] = []
    for (const entry of entries) {
      const pid = HALF.exec(entry)?.[1]
      const [name = '', ...rest] = entry.split(`${BACKUP_END}.macula-half.`)
      if (pid !== undefined && rest.length === 1 && isBackupName(name))
        found.push({ name, path: join(folder, entry), pid: Number(pid) })
    }
    if (found.length === 0) return found
    // Whoever makes one has its mark from before the file until after it; a pid alone may be another program's by now.
    const holder = await making.holder()
    return found.filter(({ pid }) => pid !== holder && pid !== process.pid)
  }

  return {
    /** Those that are left, a name once. Path and size are of half the file, where there is one; `pathOf`: else. */
    async list(
      entries: readonly string[],
      pathOf: (name: string) => string,
    ): Promise<readonly BackupListed[]> {
      const left = new Map<string, BackupListed>()
      const mark = await making.left()
      if (mark?.making === true) {
        const { name, at } = mark
        left.set(name, { name, path: pathOf(name), size: 0, trouble: cutTrouble(name), cut: { at } })
      }
      for (const { name, path } of await halves(entries)) {
        const info = await stat(path).catch(() => undefined)
        if (!info) continue
        const before = left.get(name)
        left.set(name, {
          name,
          path,
          size: info.size + (before?.size ?? 0),
          trouble: cutTrouble(name),
          cut: before?.cut ?? { at: info.mtimeMs },
        })
      }
      return [...left.values()]
    },
    /** Removes what is left of one; what it stopped or started for it stays known. Whether anything was. */
    async remove(name: string): Promise<boolean> {
      const mark = await making.left()
      const isMarked = mark?.making === true && mark.name === name
      const own = (await halves(await readdir(folder).catch(() => []))).filter((one) => one.name === name)
      for (const { path } of own) await rm(path, { force: true })
      if (isMarked) {
        const rest = { ...mark, making: undefined }
        await making.keep(isTakingOver(rest) ? undefined : rest, 'over')
      }
      return isMarked || own.length > 0
    },
  }
}
