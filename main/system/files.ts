import {
  close,
  closeSync,
  constants,
  existsSync,
  fstat,
  fstatSync,
  lstatSync,
  open as openFile,
  openSync,
  read,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs'
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { sayBytes } from '../model/say.ts'
import { MaculaError } from '../model/errors.ts'
import { inTurn } from './keep/turns.ts'
import { sayObstacle } from './obstacle.ts'

/** More than any file of ours holds, and than any file that a person writes for us (bytes). */
export const MOST_BYTES = 4 * 1024 * 1024

/** A FIFO, a terminal or a device must neither hold us up nor become ours by being opened. */
const CAREFULLY = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/**
 * Writes a file whole (temporary file, fsync, rename), making its folder (0700) when absent.
 * Throws MaculaError `failed` naming the path and what is in the way; the old file is then intact.
 */
export async function writeWhole(
  path: string,
  content: string | Buffer,
  mode = 0o644,
  /** Worth nothing after the machine went down: nobody waits until the disk has it. */
  how?: 'fleeting',
): Promise<void> {
  try {
    // In the order asked: what was asked for last stays.
    await inTurn(`writing ${path}`, async () => await replace(path, content, mode, how))
  } catch (error) {
    throw new MaculaError(
      { kind: 'failed', what: `${path} could not be written.`, ...sayObstacle(error, dirname(path)) },
      { cause: error },
    )
  }
}

/**
 * Writes beside and renames. Not by a library: what a killed run leaves is removed later, so its name must be one that
 * nobody gives to a copy of theirs.
 */
async function replace(
  path: string,
  content: string | Buffer,
  mode: number,
  how: 'fleeting' | undefined,
): Promise<void> {
  await makeFolder(dirname(path))
  // What a link leads to is written, and the link stays.
  const target = await realpath(path).catch(() => path)
  const half = halfName(target, randomUUID())
  try {
    const handle = await open(half, 'wx', mode)
    try {
      await handle.chmod(mode)
      await handle.writeFile(content)
      if (how !== 'fleeting') await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(half, target)
  } catch (error) {
    await rm(half, { force: true }).catch(() => undefined)
    throw error
  }
}

/** The name of a file beside `path` that is half of something yet: swept when who writes it ended. */
export const besideName = (path: string): string => halfName(path, randomUUID())

const halfName = (path: string, unique: string): string => `${path}.macula-half.${process.pid}.${unique}`

/** The name of half a file; its first group is the pid of who writes it. */
export const HALF = /^.+\.macula-half\.(\d+)\.[0-9a-f-]{36}$/

/**
 * Makes a folder (0700) and those above it. Node's recursive call says ENOENT where the kernel said that the disk is
 * read-only (EROFS): the first folder that is missing is then tried alone, which tells the truth.
 */
export async function makeFolder(path: string, make: typeof mkdir = mkdir): Promise<void> {
  try {
    await make(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    let missing = path
    while (missing !== dirname(missing) && !existsSync(dirname(missing))) missing = dirname(missing)
    // One that can be made now was in the way for a moment: all are tried again.
    await make(missing, { mode: 0o700 })
    await make(path, { recursive: true, mode: 0o700 })
  }
}

/** By descriptors, not by Node's handles: a command reads a hundred small files, and half of what each takes is its handle. */
const quick = {
  open: promisify(openFile),
  stat: promisify<number, Stats>(fstat),
  read: promisify(read),
  close: promisify(close),
}

/** The bytes of a file, or undefined when there is none; see `readIfThere`. */
export async function readBytes(path: string, most = MOST_BYTES): Promise<Buffer | undefined> {
  let file: number
  try {
    file = await quick.open(path, CAREFULLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    refuseLost(path)
    return undefined
  }
  try {
    const info = await quick.stat(file)
    refuse(path, info, most)
    const parts: Buffer[] = []
    let size = 0
    // The kernel's tables have no size, and a file may grow while it is read: counted, never trusted. No more room than
    // that is taken: what is small and read often must not become garbage of many kilobytes.
    for (;;) {
      const known = Math.max(info.size - size, 0)
      const room = Buffer.allocUnsafe(Math.min(most - size, known > 0 ? known : 4096 + size) + 1)
      const { bytesRead } = await quick.read(file, room, 0, room.length, null)
      parts.push(room.subarray(0, bytesRead))
      size += bytesRead
      if (size > most) throw tooLarge(path, size, most)
      if (bytesRead === 0 || (known > 0 && bytesRead === known)) return Buffer.concat(parts, size)
    }
  } finally {
    await quick.close(file)
  }
}

/**
 * What lies in a folder, links to what is away among it; empty when the folder is not there. Throws MaculaError `invalid` where a
 * link leads away, and other failures as they are.
 */
export async function namesThere(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    refuseLost(folder)
    return new Set()
  }
}

/** What is no larger is read at once where it may be (bytes). */
const SOON_BYTES = 64 * 1024

/**
 * As `readBytes`, for what lies beside the program: that a disk answers is known by its having been started. It is read at once,
 * since the way through the pool of threads, four turns of it, takes ten times as long.
 */
export async function bytesBeside(path: string, most = MOST_BYTES): Promise<Buffer | undefined> {
  const soon = smallFile(path, most)
  return soon === 'not small' ? await readBytes(path, most) : soon
}

/** A plain file whose size the kernel tells, as long as it is small; "not small" is also what changes while it is read. */
function smallFile(path: string, most: number): Buffer | undefined | 'not small' {
  let file: number
  try {
    file = openSync(path, CAREFULLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    refuseLost(path)
    return undefined
  }
  try {
    const info = fstatSync(file)
    refuse(path, info, most)
    if (info.size === 0 || info.size > SOON_BYTES) return 'not small'
    const room = Buffer.allocUnsafe(info.size + 1)
    const bytes = readSync(file, room, 0, room.length, 0)
    return bytes === info.size ? room.subarray(0, bytes) : 'not small'
  } finally {
    closeSync(file)
  }
}

/**
 * The text of a file, or undefined when there is none. What is no plain file (a folder, a FIFO, a device) and what is
 * larger than `most` bytes is refused before it is read: MaculaError `invalid`. Other failures are thrown as they are.
 */
export async function readIfThere(path: string, most = MOST_BYTES): Promise<string | undefined> {
  return (await readBytes(path, most))?.toString('utf8')
}

/** The bytes of a file that must be there; throws like `readBytes`, and ENOENT as `readFile` does. */
export async function wholeFile(path: string, most = MOST_BYTES): Promise<Buffer> {
  const bytes = await readBytes(path, most)
  if (bytes === undefined)
    throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' })
  return bytes
}

/** Where a link leads, when nothing is there; undefined for everything else. */
export function awayOf(path: string): string | undefined {
  if (existsSync(path) || lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true)
    return undefined
  return resolve(dirname(path), readlinkSync(path))
}

/** "… is a link to …, and nothing is there" */
export const sayAway = (path: string, away: string): string =>
  `${path} is a link to ${away}, and nothing is there`

/**
 * A link, or a folder on the way that is one, to what is away (a disk that is not mounted) tells that a person has
 * something there: to go on as if there were nothing would be to act on other settings than theirs.
 */
function refuseLost(path: string): void {
  for (let at = resolve(path); ; at = dirname(at)) {
    const away = awayOf(at)
    if (away !== undefined)
      throw new MaculaError({
        kind: 'invalid',
        what: `${sayAway(at, away)}.`,
        why: 'What it should hold cannot be known.',
        todo: 'Put back what it leads to, mount the disk that it lies on, or remove the link (rm) if nothing is to be there.',
      })
    if (at === dirname(at) || existsSync(at)) return
  }
}

/** The same where nobody can wait: before a first window, or in the end of a process. */
export function readSoon(path: string, most = MOST_BYTES): string | undefined {
  let file: number
  try {
    file = openSync(path, CAREFULLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    refuseLost(path)
    return undefined
  }
  try {
    const info = fstatSync(file)
    refuse(path, info, most)
    const room = Buffer.alloc(info.size)
    return room.toString('utf8', 0, readSync(file, room, 0, room.length, 0))
  } finally {
    closeSync(file)
  }
}

function refuse(path: string, info: Stats, most: number): void {
  if (!info.isFile())
    throw new MaculaError({
      kind: 'invalid',
      what: `${path} is ${kindOf(info)}, not a file.`,
      why: 'Only plain files are read.',
      todo: 'Move it away, then try again.',
    })
  if (info.size > most) throw tooLarge(path, info.size, most)
}

function tooLarge(path: string, size: number, most: number): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${path} has ${sayBytes(size)} or more; at most ${sayBytes(most)} are read.`,
    why: 'No file of this kind is that large.',
    todo: 'Move it away, then try again.',
  })
}

function kindOf(info: Stats): string {
  if (info.isDirectory()) return 'a folder'
  if (info.isFIFO()) return 'a FIFO'
  if (info.isSocket()) return 'a socket'
  return 'a device'
}

/** Moves a file that cannot be used aside (".bad-<time>") so that nothing is lost; returns the new path. */
export async function keepAside(path: string, now: number): Promise<string> {
  const aside = `${path}.bad-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(path, aside)
  return aside
}
