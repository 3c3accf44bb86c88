import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Paths } from '../paths.ts'
import { foldersIn } from './folders.ts'

/** What is read of each folder of a person's own, the one that makes it first. */
const READ = {
  services: ['compose.yaml', '.env'],
  apps: ['app.yaml'],
  clusters: ['cluster.yaml', 'kind.yaml', 'base'],
} as const

/**
 * The files and folders whose changes may make another catalog of what a person describes: the folders in which each has one
 * of its own, and the files that are read of it. Not the whole of such a folder: a service may write its data there. One
 * without the file that makes it is named as a whole, for that file is about to come, or has another name.
 */
export async function ownPlaces(paths: Pick<Paths, 'config'>): Promise<readonly string[]> {
  const places: string[] = []
  for (const [parent, [first, ...rest]] of Object.entries(READ)) {
    places.push(join(paths.config, parent))
    for (const { folder } of await foldersIn(join(paths.config, parent), 'user')) {
      const isThere = await stat(join(folder, first)).catch(() => undefined)
      if (!isThere) places.push(folder)
      places.push(...[first, ...rest].map((name) => join(folder, name)))
    }
  }
  return places
}
