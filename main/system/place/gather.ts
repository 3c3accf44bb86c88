import { realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { readBytes } from '../files.ts'

/** Files of an application as they are read: which, how many, and from where. */

/** What kustomize looks for in a folder, in its order. */
export const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const
/** A ConfigMap holds at most 1 MiB; larger than this is no file of a kustomization (bytes). */
const MOST_BYTES = 4 * 1024 * 1024
/** Files of one application; an honest one has some dozens. */
export const MOST_FILES = 2000

/** What one reading gathers. */
export interface Gathered {
  /** Every file that belongs to it, by its absolute path. */
  readonly files: Map<string, Buffer>
  readonly folders: Set<string>
  readonly notes: string[]
  /** How often a kustomization was read. */
  readings: number
  /** Some of what it does is only run when it is put in: names may be others then. */
  unsure?: true
  /** It has more files than are read: no single one of them is wrong. */
  tooMany?: true
  /** Known variables of ours filled in; what else looks like one is left as it is. */
  readonly filled: (text: string) => string
}

/** The kustomization file of a folder; undefined: it has none. */
export async function kustomizationOf(folder: string): Promise<string | undefined> {
  for (const name of KUSTOMIZATIONS) {
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found?.isFile() === true) return join(folder, name)
  }
  return undefined
}

/** Where a path really lies, links followed; itself where nothing is there. */
export const realOf = async (path: string): Promise<string> => await realpath(path).catch(() => path)

/** Reads a file into what was gathered; a text why it cannot be read. */
export async function gather(into: Gathered, file: string): Promise<Buffer | string> {
  const known = into.files.get(file)
  if (known) return known
  if (into.files.size >= MOST_FILES) {
    into.tooMany = true
    return `there are more than ${MOST_FILES} files`
  }
  try {
    const bytes = await readBytes(file, MOST_BYTES)
    if (bytes === undefined) return 'it is not there'
    into.files.set(file, bytes)
    into.folders.add(dirname(file))
    return bytes
  } catch (error) {
    const { what, why } = troubleOf(error)
    return `it cannot be read: ${(error instanceof MaculaError ? what : (why ?? what)).replace(/\.$/, '')}`
  }
}

/**
 * The same of a file of a kustomization. Only what lies in its folder or below, links followed, is taken, as by kustomize: a link
 * in somebody's repository must not put a key of the person's into a cluster.
 */
export async function gatherBelow(into: Gathered, folder: string, file: string): Promise<Buffer | string> {
  const real = await realOf(file)
  return real.startsWith(folder === '/' ? folder : `${folder}/`)
    ? await gather(into, file)
    : `it leads to ${real}, outside of ${folder}, which kustomize refuses`
}
