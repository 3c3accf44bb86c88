import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import type { BackupManifest, BackupPart, BackupPartSpec } from '../../model/backup.ts'
import { MaculaError } from '../../model/errors.ts'
import type { BackupWriter } from '../../engine/adapters.ts'
import { besideName, makeFolder } from '../files.ts'
import { sayObstacle } from '../obstacle.ts'
import {
  endingOf,
  headerOf,
  MANIFEST_BYTES,
  MANIFEST_NAME,
  offsetsOf,
  padding,
  partName,
  BLOCK,
} from './layout.ts'
import { manifestBytes } from './manifest.ts'
import { entryReader, rulesOf } from './entries.ts'

/** Told at most this often (ms). */
const TELL_EVERY_MS = 200

/** Throws MaculaError `outside` where this Node has no zstd (before 22.15). */
export function needZstd(): void {
  if (typeof zlib.createZstdCompress === 'function') return
  throw new MaculaError({
    kind: 'outside',
    what: 'Snapshots need Node 22.15 or newer.',
    why: `This is Node ${process.versions.node}, which has no zstd.`,
    todo: 'Install a newer Node; the installed application brings its own.',
  })
}

const odd = (error: unknown): never => {
  throw new MaculaError({
    kind: 'failed',
    what: 'The data cannot be copied as it is.',
    why: `${(error as Error).message}.`,
  })
}

/**
 * Writes a file whole: beside its place (0600) until `finish` has put manifest and end into it and moved it there. Whatever
 * ends before leaves nothing in its place; what a killed process left is swept later by its name. Throws MaculaError naming
 * what is in the way.
 */
export async function writeBackup(path: string): Promise<BackupWriter> {
  needZstd()
  const failed = (error: unknown): unknown =>
    error instanceof MaculaError ||
    (error as Error).name === 'AbortError' ||
    (error as NodeJS.ErrnoException).code === undefined
      ? error
      : new MaculaError(
          { kind: 'failed', what: `${path} could not be written.`, ...sayObstacle(error, dirname(path)) },
          { cause: error },
        )
  const half = besideName(path)
  const parts: BackupPart[] = []
  const handle = await (async () => {
    await makeFolder(dirname(path))
    return await open(half, 'wx', 0o600)
  })().catch((error: unknown) => {
    throw failed(error)
  })
  const put = async (content: Uint8Array, at: number): Promise<void> => {
    for (let done = 0; done < content.length;) {
      const { bytesWritten } = await handle.write(content, done, content.length - done, at + done)
      done += bytesWritten
    }
  }

  async function add(
    spec: BackupPartSpec,
    source: AsyncIterable<Uint8Array>,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<BackupPart> {
    const header = offsetsOf(parts).end
    let at = header + BLOCK
    let bytes = 0
    let told = 0
    const hash = createHash('sha256')
    // What would be refused when it is restored is not taken.
    const rules = rulesOf(spec)
    const entries = rules && entryReader(rules)
    const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        hash.update(chunk)
        await entries?.push(Buffer.from(chunk)).catch(odd)
        bytes += chunk.length
        if (performance.now() - told > TELL_EVERY_MS) {
          told = performance.now()
          onBytes(bytes)
        }
        yield chunk
      }
      await entries?.end().catch(odd)
    }
    // The frame's own checksum lets `zstd -t` tell too.
    const pack = zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } })
    const sink = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) {
        await put(chunk, at)
        at += chunk.length
      }
    }
    await pipeline(source, counted, pack, sink, { signal })
    onBytes(bytes)
    const packed = at - header - BLOCK
    await put(Buffer.alloc(padding(packed)), at)
    await put(headerOf(partName(parts.length), packed), header)
    const part = { ...spec, bytes, packed, sha256: hash.digest('hex') }
    parts.push(part)
    return part
  }

  async function finish(about: Omit<BackupManifest, 'parts'>): Promise<BackupManifest> {
    const manifest: BackupManifest = { ...about, parts }
    const content = manifestBytes(manifest)
    await put(endingOf(content), offsetsOf(parts).end)
    await put(Buffer.concat([headerOf(MANIFEST_NAME, MANIFEST_BYTES), content]), 0)
    await handle.sync()
    await handle.close()
    await rename(half, path)
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
    return manifest
  }

  return {
    async add(...input) {
      return await add(...input).catch((error: unknown) => {
        throw failed(error)
      })
    },
    async finish(about) {
      return await finish(about).catch((error: unknown) => {
        throw failed(error)
      })
    },
    async drop() {
      await handle.close().catch(() => undefined)
      await rm(half, { force: true }).catch(() => undefined)
    },
  }
}
