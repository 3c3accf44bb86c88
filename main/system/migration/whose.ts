import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { sayList } from '../../model/say.ts'
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

/** Why a project is left, and what its person can do about it. */
export interface Left {
  readonly why: string
  readonly todo: string
}

/**
 * Why a project cannot be taken over as one: `docker compose down` in another folder of the same name (or with other files)
 * would not know all of its containers, and no one command brings all of them back. Undefined: all are of one make.
 */
export function whyMixed({
  project,
  sources,
}: {
  readonly project: string
  readonly sources: readonly {
    readonly folder: string
    readonly files: readonly string[]
    readonly containers: readonly string[]
  }[]
}): Left | undefined {
  const [first, ...others] = sources
  if (first === undefined || others.length === 0) return undefined
  const isOneFolder = others.every(({ folder }) => folder === first.folder)
  const each = sources.map(
    ({ folder, files, containers }) =>
      `${sayList(containers, 4)} from ${isOneFolder ? sayList(files, 4) : folder || 'a folder that is not told'}`,
  )
  return {
    why: `its containers were not made alike: ${each.join('; ')}`,
    todo: isOneFolder
      ? `Bring all of it up with the same files (docker compose --project-name ${project} --file … up -d), then maculactl migrate.`
      : `Two projects have the name ${project}: bring one of them up by another name (docker compose --project-name …) after its docker compose down, then maculactl migrate.`,
  }
}
