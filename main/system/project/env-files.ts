import { lstat, realpath, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import type { Stats } from 'node:fs'
import type { EnvFilesAdapter, EnvFileText, Remembered } from '../../engine/adapters.ts'
import { inert } from '../../model/atoms.ts'
import { isEnvFileName } from '../../model/env-block.ts'
import { MaculaError } from '../../model/errors.ts'
import { readBytes, readIfThere, writeWhole } from '../files.ts'
import { changingFile } from '../keep/changing-file.ts'
import { sayObstacle } from '../obstacle.ts'

/** No file of variables is larger (bytes). */
const MOST_BYTES = 1024 * 1024
const TOO_LARGE = 'It is larger than 1 MB, more than a file of variables ever has.'
/** Files that are remembered. */
const MOST_ENTRIES = 500

/** The .env files of a person's projects: plain files of theirs, in folders of theirs, and nothing else. */
export function openEnvFiles({ state }: { readonly state: string }): EnvFilesAdapter {
  const record = join(state, 'env-files.json')

  async function read(path: string): Promise<EnvFileText | undefined> {
    await checkPlace(path)
    const info = await lstat(path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw refused(path, sayObstacle(error, path).why)
    })
    if (!info) return undefined
    checkFile(path, info)
    const bytes = await readBytes(path, MOST_BYTES)
    if (!bytes) return undefined
    return { text: textOf(path, bytes), mode: info.mode & 0o777, mark: markOf(info) }
  }

  async function remembered(): Promise<readonly Remembered[]> {
    try {
      const found: unknown = JSON.parse((await readIfThere(record)) ?? '[]')
      return Array.isArray(found) ? found.filter(isEntry).slice(0, MOST_ENTRIES) : []
    } catch {
      return []
    }
  }

  async function unchanged(path: string, before: EnvFileText | undefined): Promise<void> {
    await checkPlace(path)
    const info = await lstat(path).catch(() => undefined)
    if ((info ? markOf(info) : undefined) === before?.mark) return
    throw new MaculaError({
      kind: 'failed',
      what: `${path} was not written: somebody changed it meanwhile.`,
      todo: 'Try again: it is read afresh.',
    })
  }

  return {
    read,
    isGone: async (path) =>
      await lstat(path).then(
        () => false,
        (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT',
      ),
    alone: async (work) => await changingFile(join(state, 'env-files'), work),
    async write(path, text, before) {
      // What is larger is not read again, so that it could not be taken out.
      if (Buffer.byteLength(text) > MOST_BYTES) throw refused(path, TOO_LARGE)
      await unchanged(path, before)
      // It holds passwords: nobody else reads one that is made here.
      await writeWhole(path, text, before?.mode ?? 0o600)
    },
    async remove(path, before) {
      await unchanged(path, before)
      await rm(path)
    },
    remembered,
    async remember(change) {
      await changingFile(record, async () => {
        const entries = change(await remembered()).slice(0, MOST_ENTRIES)
        await writeWhole(record, `${JSON.stringify(entries, null, 2)}\n`, 0o600)
      })
    },
  }
}

/** Where the file is to lie: a folder that is there, is the person's, and is named as it is. */
async function checkPlace(path: string): Promise<void> {
  if (!isAbsolute(path) || normalize(path) !== path || inert(path) !== path)
    throw refused('That path', 'It must be a whole path like /home/ada/shop/.env, without “..”.')
  if (!isEnvFileName(basename(path)))
    throw refused(path, 'Only files of variables are written: .env, .env.local, dev.env and the like.')
  const folder = dirname(path)
  const real = await realpath(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw refused(path, `There is no folder ${folder}.`, 'Make it, or name one that is there.')
    throw refused(path, sayObstacle(error, folder).why ?? `${folder} cannot be used.`)
  })
  if (real !== folder)
    throw refused(
      path,
      `A link is on the way: ${folder} is ${real}.`,
      `Name it as ${join(real, basename(path))}.`,
    )
  const info = await lstat(folder)
  if (!info.isDirectory()) throw refused(path, `${folder} is not a folder.`)
  if (info.uid !== own()) throw refused(path, `${folder} belongs to another user.`)
}

function checkFile(path: string, info: Stats): void {
  if (info.isSymbolicLink()) throw refused(path, 'It is a link; what it leads to is not written.')
  if (!info.isFile()) throw refused(path, 'It is not a plain file.')
  if (info.nlink > 1)
    throw refused(path, 'It has more than one name (hard links), and would lose the others.')
  if (info.uid !== own()) throw refused(path, 'It belongs to another user.')
  if (info.size > MOST_BYTES) throw refused(path, TOO_LARGE)
  if ((info.mode & 0o200) === 0) throw refused(path, 'It is read-only.')
}

/** Bytes that are no text would be changed by being written again. */
function textOf(path: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (!text.includes('\0')) return text
  } catch {
    // Told below.
  }
  throw refused(path, 'It is not text in UTF-8.')
}

function refused(path: string, why: string | undefined, todo?: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${path} is not written.`,
    ...(why === undefined ? {} : { why }),
    ...(todo === undefined ? {} : { todo }),
  })
}

const own = (): number => process.getuid?.() ?? 0
const markOf = ({ dev, ino, size, mtimeMs, mode }: Stats): string => [dev, ino, size, mtimeMs, mode].join(' ')

function isEntry(found: unknown): found is Remembered {
  const one = found as Partial<Remembered> | null
  return (
    typeof one === 'object' &&
    typeof one?.path === 'string' &&
    typeof one.service === 'string' &&
    typeof one.at === 'number' &&
    typeof one.made === 'boolean' &&
    (one.names === undefined ||
      (Array.isArray(one.names) && one.names.every((name) => typeof name === 'string')))
  )
}
