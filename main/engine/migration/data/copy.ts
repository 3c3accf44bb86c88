import type { OpenVolume, TreeEntry } from '../../adapters.ts'
import type { Work } from './kind.ts'

/** Less than this is copied in one go: what an interruption costs is seconds (bytes). */
const SMALL_BYTES = 256 * 1024 * 1024

/** More parts than this would take longer to begin and end than to copy. */
const MOST_PARTS = 4000

/**
 * What is copied at once of a tree, and the folders that must be there before. `divided`: folders whose content is copied
 * one by one, because most of the bytes are there.
 */
export function divide(
  tree: readonly TreeEntry[],
  divided: (path: string) => boolean,
): { readonly folders: readonly TreeEntry[]; readonly parts: readonly string[] } {
  const folders = tree.filter(({ path, folder }) => path === '' || (folder && divided(path)))
  const laid = new Set(folders.map(({ path }) => path))
  const parts = tree.filter(({ path }) => !laid.has(path) && laid.has(folderOf(path))).map(({ path }) => path)
  return { folders, parts }
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** Copies a volume in parts that are each compared and noted, so that an interruption costs one of them. */
export async function copyTree(
  work: Work,
  from: OpenVolume,
  to: OpenVolume,
  how: {
    /** Begins the names of its stages. */
    readonly stage: string
    readonly says: string
    readonly depth: number
    readonly divided: (path: string) => boolean
  },
): Promise<void> {
  const { hands, signal } = work
  const { stage, says, depth, divided } = how
  if (work.has(`${stage}whole`)) return
  const one = async (path: string): Promise<void> => {
    if (work.has(`${stage}${path}`)) return
    const part = await hands.copy(from, to, path, (bytes) => work.says(says, bytes), signal)
    await work.mark(`${stage}${path}`, part.bytes)
    work.says(says)
  }
  work.says(says)
  const tree = work.bytes < SMALL_BYTES ? undefined : await from.tree(depth, signal)
  const { folders, parts } = divide(tree ?? [], divided)
  if (parts.length === 0 || parts.length > MOST_PARTS) await one('')
  else {
    await to.folders(folders, signal)
    for (const path of parts) await one(path)
  }
  await work.mark(`${stage}whole`)
}
