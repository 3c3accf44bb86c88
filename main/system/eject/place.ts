import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import { readBytes, readIfThere, writeWhole } from '../files.ts'
import { whyNotAside, whyNotInto, type Untouchable } from './aside.ts'

/** Tells that a folder was written here, and each file with the hashes that it may have. */
export const MANIFEST = '.macula-eject.json'
/** Where the files are made before they take their places. */
const HALF = '.macula-eject-half'
/** What a person makes themselves, and keeps. */
const THEIRS = ['infrastructure/.env']

export interface PlacedFile {
  readonly data: Buffer | string
  readonly mode: 0o600 | 0o644 | 0o755
}

const manifestSchema = z.object({ version: z.literal(1), files: z.record(z.string(), z.array(z.string())) })

const hashOf = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex')

/** All files below a folder by their paths; what is no file (a link, a socket) too. */
async function filesIn(folder: string, below = ''): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const key = below === '' ? entry.name : `${below}/${entry.name}`
    if (key === MANIFEST || key === HALF) continue
    if (entry.isDirectory()) found.push(...(await filesIn(folder, key)))
    else found.push(key)
  }
  return found
}

type There =
  | { readonly kind: 'absent' | 'empty' }
  /** Written here before, and nobody changed it since. */
  | { readonly kind: 'ours'; readonly files: Readonly<Record<string, readonly string[]>> }
  /** Changed since it was written here, or never written here. */
  | { readonly kind: 'changed' | 'theirs'; readonly why: string }

/** What is in a folder. */
async function look(folder: string, wanted: ReadonlyMap<string, PlacedFile>): Promise<There> {
  const info = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!info) return { kind: 'absent' }
  if (!info.isDirectory()) return { kind: 'theirs', why: 'it is a file' }
  const names = (await readdir(folder)).filter((name) => name !== HALF)
  if (names.length === 0) return { kind: 'empty' }
  const text = await readIfThere(join(folder, MANIFEST)).catch(() => undefined)
  const parsed = manifestSchema.safeParse(parseJson(text))
  if (!parsed.success) return { kind: 'theirs', why: 'it is not empty' }
  const { files } = parsed.data
  const changed: string[] = []
  for (const key of await filesIn(folder)) {
    const want = wanted.get(key)
    if (THEIRS.includes(key) && want === undefined) continue
    const data = await readBytes(join(folder, key)).catch(() => undefined)
    const isSame = data !== undefined && want !== undefined && hashOf(data) === hashOf(want.data)
    if (data === undefined || (files[key]?.includes(hashOf(data)) !== true && !isSame)) changed.push(key)
  }
  if (changed.length === 0) return { kind: 'ours', files }
  const some = changed.slice(0, 5)
  return {
    kind: 'changed',
    why: `${sayList(some)}${changed.length > some.length ? ` and ${changed.length - some.length} more` : ''} changed since it was written`,
  }
}

export interface PlaceOptions {
  /** Moves what was written here and changed since aside. */
  readonly force: boolean
  readonly untouchable: Untouchable
  readonly now: number
}

/**
 * Makes a folder hold exactly these files. One that is not empty is refused (MaculaError `refused`), unless it was written
 * here before and nobody changed it, or with `force`: then what was written here is moved aside and its new place returned.
 * What eject never wrote is not moved, nor what `untouchable` names. A `.env` that a person made stays. Each file takes its
 * place whole; begun again after an interruption it goes on.
 */
export async function place(
  folder: string,
  files: ReadonlyMap<string, PlacedFile>,
  options: PlaceOptions,
): Promise<{ readonly movedAside?: string; readonly keptEnv: boolean }> {
  try {
    return await placed(await whereIs(folder), files, options)
  } catch (error) {
    if (error instanceof MaculaError) throw error
    const { why, what } = troubleOf(error)
    throw new MaculaError(
      { kind: 'failed', what: `${folder} could not be written.`, why: why ?? what },
      { cause: error },
    )
  }
}

/** Where a path leads, though its last parts may not be there yet: what a link hides is judged by what it is. */
async function whereIs(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return dirname(path) === path ? path : join(await whereIs(dirname(path)), basename(path))
  }
}

/** Why nothing is written in a folder as it is; undefined when it may be, after it was moved aside where it has to be. */
function refusal(
  folder: string,
  there: There,
  { force, untouchable }: PlaceOptions,
): MaculaError | undefined {
  const refused = (what: string, todo: string, why?: string): MaculaError =>
    new MaculaError({
      kind: 'refused',
      what: `Nothing was written: ${what}`,
      ...(why === undefined ? {} : { why }),
      todo,
    })
  const elsewhere = 'Name a new or an empty folder.'
  const never = whyNotInto(folder, untouchable)
  if (never !== undefined) return refused(`${folder} ${never}.`, elsewhere)
  if (there.kind !== 'changed' && there.kind !== 'theirs') return undefined
  const what = `${folder} is there, and ${there.why}.`
  const stays = there.kind === 'theirs' ? 'was not written by eject' : whyNotAside(folder, untouchable)
  if (stays !== undefined)
    return refused(what, elsewhere, force ? `It ${stays}, so --force does not move it.` : undefined)
  return force ? undefined : refused(what, 'Name another folder, or move what is there aside with --force.')
}

async function placed(
  folder: string,
  files: ReadonlyMap<string, PlacedFile>,
  options: PlaceOptions,
): Promise<{ readonly movedAside?: string; readonly keptEnv: boolean }> {
  const there = await look(folder, files)
  const refused = refusal(folder, there, options)
  if (refused) throw refused
  let movedAside: string | undefined
  if (there.kind === 'changed') {
    movedAside = `${folder}.before-${new Date(options.now).toISOString().replaceAll(/[:.]/g, '-')}`
    await rename(folder, movedAside)
  }
  const before = there.kind === 'ours' ? there.files : {}
  await mkdir(folder, { recursive: true })
  const half = join(folder, HALF)
  await rm(half, { recursive: true, force: true })
  await Promise.all([...files].map(async ([key, { data, mode }]) => await put(join(half, key), data, mode)))
  const after = Object.fromEntries([...files].map(([key, { data }]) => [key, [hashOf(data)]]))
  // Until all are in their places both are known, so that an interrupted writing can be begun again.
  const both = Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])].map((key) => [
      key,
      [...new Set([...(before[key] ?? []), ...(after[key] ?? [])])],
    ]),
  )
  const manifest = join(folder, MANIFEST)
  await writeWhole(manifest, manifestText(both))
  const hadEnv = (await stat(join(folder, THEIRS[0] ?? '')).catch(() => undefined)) !== undefined
  for (const key of files.keys()) {
    await openFolders(folder, key)
    await rename(join(half, key), join(folder, key))
  }
  for (const key of Object.keys(before)) if (!files.has(key)) await vanish(folder, key)
  await rm(half, { recursive: true, force: true })
  await writeWhole(manifest, manifestText(after))
  return {
    ...(movedAside === undefined ? {} : { movedAside }),
    keptEnv: hadEnv && !files.has(THEIRS[0] ?? ''),
  }
}

/** Makes the folders of a path; containers look into them as other users, whatever the person's umask. */
async function openFolders(folder: string, key: string): Promise<void> {
  const steps = key.split('/').slice(0, -1)
  for (const [index] of steps.entries()) {
    const path = join(folder, ...steps.slice(0, index + 1))
    await mkdir(path, { recursive: true })
    await chmod(path, 0o755)
  }
}

const manifestText = (files: Readonly<Record<string, readonly string[]>>): string =>
  `${JSON.stringify({ version: 1, files }, null, 1)}\n`

async function put(path: string, data: Buffer | string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // Whole by the renaming that follows, and what a power cut spoils is written again: fifty files need not wait for the disk.
  await writeFile(path, data, { mode, flag: 'wx' })
  // Containers read these as other users, whatever the person's umask.
  await chmod(path, mode)
}

/** Takes a file away that is not written any more, and folders that are empty then. */
async function vanish(folder: string, key: string): Promise<void> {
  if (key.split('/').includes('..') || THEIRS.includes(key)) return
  await rm(join(folder, key), { force: true })
  for (let at = dirname(key); at !== '.'; at = dirname(at))
    if (
      !(await rmdir(join(folder, at)).then(
        () => true,
        () => false,
      ))
    )
      break
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
