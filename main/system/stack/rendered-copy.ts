import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { MaculaError } from '../../model/errors.ts'
import { readBytes, readIfThere, writeWhole } from '../files.ts'
import { reclaim } from './reclaim.ts'

/** Where edits found in the copy are kept. No service can have this name: it is not a label. */
const KEPT = '.kept'
const MANIFEST = '.manifest.json'
/** As much as may be rendered; what is larger was not written by us. */
const MOST_BYTES = 8 * 1024 * 1024

const manifestSchema = z.record(z.string(), z.string())

export interface CopyFile {
  readonly data: Buffer
  /** Below 0644 for what only this user may read. */
  readonly mode: number
}

export function hashOf(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The hashes of what we wrote, by path; empty when nothing is known. */
export async function writtenIn(base: string): Promise<Readonly<Record<string, string>>> {
  const text = await readIfThere(join(base, MANIFEST)).catch(() => '')
  return manifestSchema.safeParse(parseJson(text)).data ?? {}
}

/** Where edits found in the copy are kept. */
export function keptFolder(base: string): string {
  return join(base, KEPT)
}

/** The service whose file of the copy it is; "" for what is all services'. */
const serviceOf = (key: string): string => (key.includes('/') ? key.slice(0, key.indexOf('/')) : '')

/** A full or read-only disk is no matter of one service. */
function isShared(error: unknown): boolean {
  const from = error instanceof MaculaError ? error.cause : error
  const code = from instanceof Error && 'code' in from ? String(from.code) : ''
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'EIO'].includes(code)
}

/**
 * Makes the folder hold exactly `files` of ours (by path), writing only what differs. What somebody changed since
 * we wrote it is moved aside and returned (absolute paths); files that are not ours stay. The manifest with the
 * hashes of what we wrote tells one from the other. `leave`: what is not touched though it is not in `files`.
 * What cannot be written of one service is its own trouble, and returned by service; of all together it is thrown.
 */
export async function writeCopy(
  base: string,
  files: ReadonlyMap<string, CopyFile>,
  now: number,
  leave: (key: string) => boolean = () => false,
): Promise<{ readonly keptAside: readonly string[]; readonly failed: ReadonlyMap<string, unknown> }> {
  // The folder itself is this user's alone; containers get at the files through their mounts.
  const keptAside: string[] = []
  const foreign = await reclaim(base, now)
  if (foreign !== undefined) keptAside.push(foreign)
  await mkdir(base, { recursive: true, mode: 0o700 })
  const before = await writtenIn(base)
  const failed = new Map<string, unknown>()
  const each = async (key: string, work: () => Promise<readonly string[]>): Promise<readonly string[]> => {
    try {
      return failed.has(serviceOf(key)) ? [] : await work()
    } catch (error) {
      if (serviceOf(key) === '' || isShared(error)) throw error
      failed.set(serviceOf(key), error)
      return []
    }
  }
  const left: [string, string][] = []
  for (const [key, ours] of Object.entries(before)) {
    // A damaged manifest must not lead out of the folder.
    if (files.has(key) || key.split('/').includes('..')) continue
    if (leave(key)) left.push([key, ours])
    else keptAside.push(...(await each(key, async () => await vanish(base, key, ours, now))))
  }
  for (const folder of foldersOf(files.keys()))
    keptAside.push(...(await each(`${folder}/`, async () => await makeFolder(base, folder, now))))
  const kept = await Promise.all(
    [...files].map(
      async ([key, file]) => await each(key, async () => await put(base, key, file, before[key], now)),
    ),
  )
  keptAside.push(...kept.flat())
  const manifest = Object.fromEntries([
    ...left,
    ...[...files].map(([key, { data }]) => [key, hashOf(data)] as const),
  ])
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  const manifestFile = join(base, MANIFEST)
  if (text !== (await readIfThere(manifestFile).catch(() => ''))) await writeWhole(manifestFile, text, 0o600)
  return { keptAside, failed }
}

/** What is at a path: nothing, a file with its bytes, or something that a file cannot replace (a folder, a link). */
async function look(
  path: string,
): Promise<{ readonly kind: 'nothing' | 'other' } | { readonly kind: 'file'; hash: string; mode: number }> {
  const info = await lstat(path).catch(() => undefined)
  if (!info) return { kind: 'nothing' }
  if (!info.isFile()) return { kind: 'other' }
  const data = await readBytes(path, MOST_BYTES).catch(() => undefined)
  // What cannot be read is not what we wrote.
  return { kind: 'file', hash: data === undefined ? '' : hashOf(data), mode: info.mode & 0o777 }
}

async function put(
  base: string,
  key: string,
  { data, mode }: CopyFile,
  ours: string | undefined,
  now: number,
): Promise<readonly string[]> {
  const path = join(base, key)
  const there = await look(path)
  if (there.kind === 'file' && there.hash === hashOf(data)) {
    if (there.mode !== mode) await chmod(path, mode)
    return []
  }
  // Docker makes an empty folder where a file that is to be mounted is missing: nobody's edit.
  const isLeftover = there.kind === 'other' && (await isGone(path))
  const isForeign = (there.kind === 'file' && there.hash !== ours) || (there.kind === 'other' && !isLeftover)
  const kept = isForeign ? [await moveAside(base, key, now)] : []
  await writeWhole(path, data, mode)
  // The mode must not depend on the person's umask: containers read these files as other users.
  await chmod(path, mode)
  return kept
}

/** Takes away what a service does not have any more. */
async function vanish(base: string, key: string, ours: string, now: number): Promise<readonly string[]> {
  const path = join(base, key)
  const there = await look(path)
  const kept: string[] = []
  if (there.kind === 'file' && there.hash === ours) await rm(path, { force: true })
  else if (there.kind !== 'nothing' && !(await isGone(path))) kept.push(await moveAside(base, key, now))
  for (let folder = dirname(key); folder !== '.'; folder = dirname(folder))
    if (!(await isGone(join(base, folder)))) break
  return kept
}

/** Removes an empty folder; false when it is none, or not empty. */
async function isGone(path: string): Promise<boolean> {
  return await rmdir(path).then(
    () => true,
    () => false,
  )
}

async function moveAside(base: string, key: string, now: number): Promise<string> {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-')
  const wanted = join(base, KEPT, `${key}.${stamp}`)
  let kept = wanted
  for (let more = 2; (await look(kept)).kind !== 'nothing'; more += 1) kept = `${wanted}-${more}`
  await mkdir(dirname(kept), { recursive: true, mode: 0o700 })
  await rename(join(base, key), kept)
  return kept
}

/** All folders of some paths, parents first. */
function foldersOf(keys: Iterable<string>): readonly string[] {
  const folders = new Set<string>()
  for (const key of keys)
    for (let folder = dirname(key); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  return [...folders].sort()
}

/** Folders of the copy are open to all, whatever the umask. What stands in the place of one is moved aside. */
async function makeFolder(base: string, folder: string, now: number): Promise<readonly string[]> {
  const path = join(base, folder)
  const foreign = await reclaim(path, now)
  const info = await lstat(path).catch(() => undefined)
  if (info?.isDirectory() === true && (info.mode & 0o777) === 0o755) return []
  const kept = info && !info.isDirectory() ? [await moveAside(base, folder, now)] : []
  if (foreign !== undefined) kept.push(foreign)
  await mkdir(path, { recursive: true, mode: 0o755 })
  await chmod(path, 0o755)
  return kept
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
