import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { userName } from '../process/user.ts'

/**
 * Why a Compose project is not ours to take over: its folder or a file of it is another person's, or may not be read by us,
 * so that nobody could bring it back. Undefined: it is ours. Root's own folders are nobody's in particular, and what is gone
 * tells nothing. On a Docker that several people use, labels alone do not say whose a project is.
 */
export async function whyLeft(
  project: { readonly folder: string; readonly files: readonly string[] },
  uid: number,
): Promise<string | undefined> {
  if (uid === 0) return undefined
  for (const path of [project.folder, ...project.files].filter((one) => one !== '')) {
    const info = await stat(path).catch((error: NodeJS.ErrnoException) => error.code)
    if (typeof info === 'object' && info.uid !== uid && info.uid !== 0)
      return `${path} belongs to ${(await userName(info.uid)) ?? `uid ${info.uid}`}`
    const code =
      typeof info === 'object'
        ? await access(path, constants.R_OK).then(
            () => undefined,
            (error: NodeJS.ErrnoException) => error.code,
          )
        : info
    if (code === 'EACCES' || code === 'EPERM') return `${path} may not be read by you`
  }
  return undefined
}
