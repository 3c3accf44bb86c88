import { join } from 'node:path'
import { pathsOf } from '../system/paths.ts'

/** Where the desktop's files lie; absolute. */
export interface Folders {
  /** What was built. */
  readonly dist: string
  /** The same of what other programs read, which lies outside the archive. */
  readonly unpacked: string
  readonly icons: string
  /** The person's: what we keep of how things stand. */
  readonly state: string
}

/** The folders, as seen from `here`, the bundle's own (dist/app). */
export function foldersOf(env: Readonly<Record<string, string | undefined>>, here: string): Folders {
  const dist = join(here, '..')
  const unpacked = dist.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
  const assets = join(unpacked, '..', 'assets')
  return { dist, unpacked, icons: join(assets, 'icons'), state: pathsOf(env, assets).state }
}
