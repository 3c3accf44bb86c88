import { existsSync } from 'node:fs'
import { readdir, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { BackupListed, BackupsAdapter } from '../../engine/adapters.ts'
import { BACKUP_END, backupNameTrouble, backupTaken, isBackupName } from '../../model/backup.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { sweepKilled } from '../keep/sweep.ts'
import type { Paths } from '../paths.ts'
import { productVersion } from '../product.ts'
import { openHalfMade } from './half-made.ts'

// What most commands never need is read when it is needed.
const packing = async () => await import('./files-part.ts')
const putting = async () => await import('./put-own.ts')
const reading = async () => await import('./read.ts')
const sealing = async () => await import('./sealed.ts')
const writing = async () => await import('./write.ts')

/** Snapshots in a folder of our own (0700); each is one file. */
export function openBackups(paths: Paths): BackupsAdapter {
  const folder = join(paths.data, 'snapshots')
  const halfMade = openHalfMade(paths, folder)
  const fileOf = (name: string): string => join(folder, `${name}${BACKUP_END}`)
  function needName(name: string): void {
    if (isBackupName(name)) return
    throw new MaculaError({ kind: 'usage', ...backupNameTrouble(name) })
  }
  async function look(name: string): Promise<BackupListed> {
    const path = fileOf(name)
    const size = (await stat(path).catch(() => undefined))?.size ?? 0
    try {
      const opened = await (await reading()).openBackup(path)
      await opened.close()
      return { name, path, size, manifest: opened.manifest }
    } catch (error) {
      return { name, path, size, trouble: troubleOf(error) }
    }
  }
  return {
    product: productVersion(),
    folder,
    pathOf: (word) => (word.includes('/') || word.endsWith(BACKUP_END) ? resolve(word) : fileOf(word)),
    async list() {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      const own = names
        .filter((name) => name.endsWith(BACKUP_END))
        .map((name) => name.slice(0, -BACKUP_END.length))
        .filter(isBackupName)
      const left = await halfMade.list(names, fileOf)
      const all = [...(await Promise.all(own.map(look))), ...left.filter(({ name }) => !own.includes(name))]
      return all.toSorted((one, two) => (one.name < two.name ? -1 : 1))
    },
    open: async (path) => await (await reading()).openBackup(path),
    async create(name) {
      needName(name)
      if (existsSync(fileOf(name))) throw new MaculaError(backupTaken(name))
      // What a killed run left here; whoever creates one holds the lock.
      await sweepKilled(folder, 'lock', Date.now())
      return await (await writing()).writeBackup(fileOf(name))
    },
    async remove(name) {
      needName(name)
      const hadHalf = await halfMade.remove(name)
      if (!hadHalf && !existsSync(fileOf(name)))
        throw new MaculaError({
          kind: 'usage',
          what: `There is no snapshot "${name}".`,
          todo: 'maculactl snapshot list names them.',
        })
      await rm(fileOf(name), { force: true })
    },
    async free() {
      let at = folder
      while (!existsSync(at) && at !== dirname(at)) at = dirname(at)
      const found = await statfs(at).catch(() => undefined)
      return found && found.bavail * found.bsize
    },
    seal: async (secrets, passphrase) =>
      await (await sealing()).seal(Buffer.from(JSON.stringify(secrets)), passphrase),
    async unseal(sealed, passphrase) {
      const { secretsIn, unseal } = await sealing()
      return secretsIn(await unseal(sealed, passphrase))
    },
    own: async () => await (await packing()).packOwn(paths),
    putOwn: async (...input) => await (await putting()).putOwn(paths)(...input),
    backOwn: async (at) => await (await putting()).backOwn(paths)(at),
  }
}
