import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { sayList } from '../../model/say.ts'
import { userName } from '../process/user.ts'
import { downOf, quoted } from './words.ts'

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

interface Source {
  readonly folder: string
  readonly files: readonly string[]
  readonly containers: readonly string[]
}

/**
 * Why a project cannot be taken over as one: it is two projects that have one name, because their folders have. `platform` tells the
 * platform's own containers. Undefined: all are of one folder. Files that only some were made with (an overlay) are no reason:
 * each container is kept as Docker was told to make it. `uid`: of who asks; what belongs to somebody else is named.
 */
export async function whyMixed(
  { project, sources }: { readonly project: string; readonly sources: readonly Source[] },
  uid: number,
  platform: (name: string) => boolean,
): Promise<Left | undefined> {
  const folders = new Map<string, Source>()
  for (const one of sources) {
    const { files = [], containers = [] } = folders.get(one.folder) ?? {}
    folders.set(one.folder, {
      folder: one.folder,
      files: [...new Set([...files, ...one.files])],
      containers: [...containers, ...one.containers],
    })
  }
  if (folders.size < 2) return undefined
  const all = await Promise.all(
    [...folders.values()].map(async (one) => ({ ...one, whose: await whyLeft(one, uid) })),
  )
  const each = all.map(
    ({ folder, containers, whose }) =>
      `${sayList(containers, 4)} from ${folder || 'an unknown folder'}${whose === undefined ? '' : ` (${whose})`}`,
  )
  // Another person's gives way, then the one that has least of the platform.
  const stays = ({ containers, whose }: (typeof all)[number]): number =>
    containers.filter(platform).length + (whose === undefined ? 1000 : 0)
  const [, ...others] = all.toSorted((one, two) => stays(two) - stays(one))
  return {
    why: `two Compose projects have the name ${project}, because their folders have: ${each.join('; ')}`,
    todo: [
      ...others.map((one) => {
        const ends =
          one.folder === ''
            ? `docker rm --force ${one.containers.map(quoted).join(' ')}`
            : downOf(project, one)
        return `${one.whose === undefined ? '' : 'By its owner: '}${ends} ends that one.`
      }),
      'Then maculactl migrate.',
    ].join(' '),
  }
}
