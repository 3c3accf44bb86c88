import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MaculaError } from '../../model/errors.ts'
import { sayPerson } from '../../model/owner.ts'
import { ownUid } from '../docker/container.ts'
import type { Paths } from '../paths.ts'
import { userName } from '../process/user.ts'

interface Found {
  readonly path: string
  readonly uid: number
}

async function look(path: string): Promise<Found | undefined> {
  return await stat(path).then(
    ({ uid }) => ({ path, uid }),
    () => undefined,
  )
}

/** The folder itself, or the nearest one above it that is there. */
async function nearest(path: string): Promise<Found | undefined> {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    const found = await look(folder)
    if (found) return found
  }
  return undefined
}

/**
 * Refuses to work in another person's folders, as root does by sudo when HOME is kept: what root writes there is closed to
 * the person from then on, and what root starts is not theirs. Throws MaculaError `refused`; only looks.
 */
export async function refuseForeignFolders(
  paths: Paths,
  env: Readonly<Record<string, string | undefined>>,
  own: number = ownUid(),
): Promise<void> {
  // Docker itself makes folders of root's below our data when a mounted one is missing: that tells nobody's.
  const folders = [paths.config, paths.state]
  const there = (await Promise.all(folders.map(look))).filter((found) => found !== undefined)
  // Where none was made yet, root would make them in that person's home. Whoever is not root may not.
  const home = there.length === 0 && own === 0 ? await nearest(paths.config) : undefined
  const other = there.find(({ uid }) => uid !== own) ?? (home && home.uid !== own ? home : undefined)
  if (!other) return
  const name = await userName(other.uid)
  const person = sayPerson({ uid: other.uid, ...(name === undefined ? {} : { user: name }) })
  const me = own === 0 ? 'root' : sayPerson({ uid: own })
  throw new MaculaError({
    kind: 'refused',
    what: `The folders of Macula here belong to ${person}, and you are ${me}. Nothing was done.`,
    why: `${other.path} is that person’s; what ${me} wrote there would be closed to them.`,
    todo:
      own === 0
        ? `${env['SUDO_UID'] === String(other.uid) ? 'Run the same without sudo' : `Run the same as ${name ?? person}`}. For a Macula of root’s own: sudo -H.`
        : other.uid === 0
          ? `Make it yours again: sudo chown -R ${own} ${other.path}`
          : 'Run the same as that person, or set HOME to your own home.',
  })
}
