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
 * would not know all of its containers, and no one command brings all of them back. Undefined: all are of one make. `uid`: of who
 * asks; what belongs to somebody else is named.
 */
export async function whyMixed(
  {
    project,
    sources,
  }: {
    readonly project: string
    readonly sources: readonly {
      readonly folder: string
      readonly files: readonly string[]
      readonly containers: readonly string[]
    }[]
  },
  uid: number,
): Promise<Left | undefined> {
  const [first, ...others] = sources
  if (first === undefined || others.length === 0) return undefined
  const isOneFolder = others.every(({ folder }) => folder === first.folder)
  const whose = await Promise.all(sources.map(async (source) => await whyLeft(source, uid)))
  const each = sources.map(({ folder, files, containers }, at) => {
    const where = isOneFolder ? sayList(files, 4) : folder || 'a folder that is not told'
    return `${sayList(containers, 4)} from ${where}${whose[at] === undefined ? '' : ` (${whose[at]})`}`
  })
  const why = `its containers were not made alike: ${each.join('; ')}`
  if (isOneFolder)
    return {
      why,
      todo: `Bring all of it up with the same files (docker compose --project-name ${project} --file … up -d), then maculactl migrate.`,
    }
  const foreign = sources.filter((_, at) => whose[at] !== undefined).map(({ folder }) => folder)
  const where =
    foreign.length === 0
      ? 'In the folder that is not to be taken over'
      : `In ${sayList(foreign)}, by its owner`
  return {
    why,
    todo: `Two projects have the name ${project}. ${where}: docker compose down, then docker compose --project-name OTHER up -d. After that, maculactl migrate takes over the rest.`,
  }
}
