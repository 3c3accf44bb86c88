import { readdirSync, statSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { inert } from '../../model/atoms.ts'
import { bytesBeside, wholeFile } from '../files.ts'
import { MaculaError } from '../../model/errors.ts'

/** A configuration folder larger than this is not configuration. */
const MAX_BYTES = 8 * 1024 * 1024
const MAX_FILES = 2000

/** A file as it goes into the rendered copy. Containers read it as other users: never narrower than 0644. */
export interface Content {
  readonly data: Buffer
  readonly mode: 0o644 | 0o755
}

/** Files by their path below a folder, with "/" between the steps. */
export type Tree = ReadonlyMap<string, Content>

async function whyLeft(target: string | undefined, mayLead: boolean): Promise<string> {
  if (target === undefined) return 'it is a link to something that does not exist.'
  if (!mayLead)
    return `it is a link that points out of its folder, to ${inert(target)}. Put the file itself there.`
  return (await stat(target)).isDirectory()
    ? `it is a link to a folder, ${inert(target)}. Put the folder itself there.`
    : 'it is a link to something that is not a file.'
}

/** A file of ours, not executable. */
export function textFile(text: string): Content {
  return { data: Buffer.from(text), mode: 0o644 }
}

/**
 * All files below a folder; none when it is absent. A link is followed while it stays below `folder` or leads to
 * a file: a person may keep configuration elsewhere, but a folder that came from somebody must not bring in what
 * lies beside it, so `within` keeps even files out that lie outside. `beside`: it lies beside the program, and is read at once. `skip`: what is not even looked into, by its path.
 * `onLeft` is told a sentence of each thing that cannot be copied: its container would wait for it in vain.
 */
export async function readTree(
  folder: string,
  {
    within,
    beside = false,
    skip = () => false,
    onLeft = () => undefined,
  }: {
    readonly within: boolean
    readonly beside?: boolean
    readonly skip?: (key: string) => boolean
    readonly onLeft?: (says: string) => void
  } = { within: true },
): Promise<Tree> {
  const root = await realpath(folder).catch(() => undefined)
  const tree = new Map<string, Content>()
  if (root === undefined) return tree
  let bytes = 0

  async function add(path: string, key: string): Promise<void> {
    const info = beside ? statSync(path) : await stat(path)
    // Measured before reading, so that a huge file is not loaded only to be refused.
    bytes += info.size
    if (bytes > MAX_BYTES || tree.size >= MAX_FILES)
      throw new MaculaError({
        kind: 'invalid',
        what: `${folder} is too large to be configuration.`,
        why: `At most ${MAX_FILES} files and ${MAX_BYTES / 1024 / 1024} MiB are copied.`,
        todo: 'Keep data in a volume.',
      })
    const data =
      (beside ? await bytesBeside(path, MAX_BYTES) : undefined) ?? (await wholeFile(path, MAX_BYTES))
    tree.set(key, { data, mode: (info.mode & 0o111) === 0 ? 0o644 : 0o755 })
  }

  async function walk(at: string, prefix: string): Promise<void> {
    const entries = beside
      ? readdirSync(at, { withFileTypes: true })
      : await readdir(at, { withFileTypes: true })
    for (const entry of entries.sort((one, two) => (one.name < two.name ? -1 : 1))) {
      const path = join(at, entry.name)
      const key = `${prefix}${entry.name}`
      if (skip(key)) continue
      // Node reads what is no UTF-8 as a replacement, by which nothing can be opened.
      if (key.includes('\uFFFD'))
        throw new MaculaError({
          kind: 'invalid',
          what: `${path} cannot be read: its name is not UTF-8.`,
          todo: `Rename it (ls -b ${at} shows the bytes of its name).`,
        })
      if (entry.isDirectory() && entry.name !== '.git') await walk(path, `${key}/`)
      else if (entry.isFile()) await add(path, key)
      else if (!entry.isDirectory() && !entry.isSymbolicLink())
        onLeft(`${inert(path)} is left out: only files, folders and links to files are copied.`)
      if (entry.isSymbolicLink()) {
        const target = await realpath(path).catch(() => undefined)
        const isInside = target?.startsWith(`${root}${sep}`) === true
        if (target !== undefined && (isInside || !within) && (await stat(target)).isFile())
          await add(target, key)
        else onLeft(`${inert(path)} is left out: ${await whyLeft(target, isInside || !within)}`)
      }
    }
  }

  await walk(root, '')
  return tree
}
