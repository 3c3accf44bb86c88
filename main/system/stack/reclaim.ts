import { constants } from 'node:fs'
import { access, lstat, rename, rmdir } from 'node:fs/promises'
import { MaculaError } from '../../model/errors.ts'

/**
 * Takes a folder out of the way that this user may not write to: Docker, which is root, makes one in place of a mount
 * whose source is missing. An empty one goes; another is renamed beside itself, which only its parent must allow, and its
 * new path returned. Nothing happens where there is none, or ours. Throws MaculaError `failed` where the parent is
 * another's too.
 */
export async function reclaim(folder: string, now: number): Promise<string | undefined> {
  const info = await lstat(folder).catch(() => undefined)
  if (info?.isDirectory() !== true) return undefined
  const isOurs = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (isOurs) return undefined
  if (
    await rmdir(folder).then(
      () => true,
      () => false,
    )
  )
    return undefined
  const aside = `${folder}.not-ours-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`
  try {
    await rename(folder, aside)
    return aside
  } catch (error) {
    throw new MaculaError(
      {
        kind: 'failed',
        what: `${folder} belongs to another user (uid ${info.uid}), so nothing can be written there.`,
        why: 'Docker makes such folders as root in place of a mount that is missing.',
        todo: `Make it yours again: sudo chown -R "$(id -un)" ${folder}`,
      },
      { cause: error },
    )
  }
}
