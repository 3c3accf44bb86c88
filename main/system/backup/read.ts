import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { constants } from 'node:fs'
import { Readable } from 'node:stream'
import zlib from 'node:zlib'
import type { BackupPart } from '../../model/backup.ts'
import { MaculaError, type Trouble } from '../../model/errors.ts'
import { sayBytes } from '../../model/say.ts'
import type { OpenBackup } from '../../engine/adapters.ts'
import { codeOf } from '../obstacle.ts'
import { entryReader, rulesOf } from './entries.ts'
import {
  BLOCK,
  endingOf,
  headerOf,
  MANIFEST_BYTES,
  MANIFEST_NAME,
  offsetsOf,
  padding,
  partName,
} from './layout.ts'
import { damaged, foreign, readManifest } from './manifest.ts'
import { needZstd } from './write.ts'

const CHUNK_BYTES = 256 * 1024

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const room = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(room, done, length - done, at + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return room.subarray(0, done)
}

/** Bytes of a file in pieces; a stream of the handle's own would close it with itself. */
async function* stretch(handle: FileHandle, from: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const chunk = await bytesAt(handle, from + done, Math.min(CHUNK_BYTES, length - done))
    if (chunk.length === 0) return
    done += chunk.length
    yield chunk
  }
}

/** A file that cannot even be opened: what a person does about it depends on which of the three it is. */
function unreadable(path: string, error: unknown): Trouble {
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return {
      kind: 'invalid',
      what: `There is no file ${path}.`,
      todo: 'Look at the path; maculactl snapshot list shows the snapshots that are here.',
    }
  const what = `${path} cannot be read.`
  if (code === 'EACCES' || code === 'EPERM')
    return {
      kind: 'invalid',
      what,
      why: 'You have no permission to read it.',
      todo: 'Allow reading it, then try again.',
    }
  return {
    kind: 'invalid',
    what,
    why: error instanceof Error ? error.message : String(error),
    todo: 'Look at the file and the disk that it is on, then try again.',
  }
}

/**
 * Opens a file and reads its manifest; nothing else is known to be right before `check`. Throws MaculaError `invalid` for one
 * that is foreign, cut off or newer. It stays open, so that what was checked is what is read.
 */
export async function openBackup(path: string): Promise<OpenBackup> {
  needZstd()
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY).catch(
    (error: unknown) => {
      throw new MaculaError(unreadable(path, error), { cause: error })
    },
  )
  try {
    return await opened(handle, path)
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function opened(handle: FileHandle, path: string): Promise<OpenBackup> {
  const info = await handle.stat()
  const first = info.isFile() ? await bytesAt(handle, 0, BLOCK) : Buffer.alloc(0)
  if (!first.equals(headerOf(MANIFEST_NAME, MANIFEST_BYTES))) throw foreign(path)
  const block = await bytesAt(handle, BLOCK, MANIFEST_BYTES)
  if (block.length < MANIFEST_BYTES) throw damaged(path, 'It is cut off in its list of parts.')
  const manifest = readManifest(block, path)
  const offsets = offsetsOf(manifest.parts)
  if (info.size < offsets.size)
    throw damaged(path, `It is cut off: it has ${sayBytes(info.size)} of ${sayBytes(offsets.size)}.`)
  if (info.size > offsets.size) throw damaged(path, 'Something was added to it.')

  /** Content in pieces; ends by throwing where it is not what the manifest says. */
  async function* read(part: BackupPart): AsyncGenerator<Buffer> {
    const index = manifest.parts.indexOf(part)
    const start = (offsets.parts[index] ?? 0) + BLOCK
    const packed = Readable.from(stretch(handle, start, part.packed))
    const unpack = zlib.createZstdDecompress()
    packed.on('error', (error) => unpack.destroy(error))
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const chunk of packed.pipe(unpack) as AsyncIterable<Buffer>) {
        bytes += chunk.length
        // A few bytes may unpack to terabytes.
        if (bytes > part.bytes) throw damaged(path, `${partName(index)} unpacks to more than it should.`)
        hash.update(chunk)
        yield chunk
      }
    } catch (error) {
      throw error instanceof MaculaError ? error : damaged(path, `${partName(index)} cannot be unpacked.`)
    } finally {
      packed.destroy()
      unpack.destroy()
    }
    if (bytes !== part.bytes || hash.digest('hex') !== part.sha256)
      throw damaged(path, `The checksum of ${partName(index)} is another one.`)
  }

  async function checkPart(
    part: BackupPart,
    index: number,
    passed: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const at = offsets.parts[index] ?? 0
    const gap = await bytesAt(handle, at + BLOCK + part.packed, padding(part.packed))
    if (
      !(await bytesAt(handle, at, BLOCK)).equals(headerOf(partName(index), part.packed)) ||
      gap.some((byte) => byte !== 0)
    )
      throw damaged(path, `${partName(index)} does not lie where it should.`)
    const rules = rulesOf(part)
    const entries = rules && entryReader(rules)
    const said = (error: unknown): never => {
      throw damaged(path, `In ${partName(index)}: ${(error as Error).message}.`)
    }
    for await (const chunk of read(part)) {
      signal.throwIfAborted()
      await entries?.push(chunk).catch(said)
      passed(chunk.length)
    }
    await entries?.end().catch(said)
  }

  return {
    path,
    size: info.size,
    manifest,
    read,
    async check(onBytes, signal) {
      const wanted = endingOf(block)
      if (!(await bytesAt(handle, offsets.end, wanted.length)).equals(wanted))
        throw damaged(path, 'Its end does not belong to its beginning.')
      let bytes = 0
      for (const [index, part] of manifest.parts.entries())
        await checkPart(
          part,
          index,
          (more) => {
            bytes += more
            onBytes(bytes)
          },
          signal,
        )
    },
    close: async () => await handle.close(),
  }
}
