import type { Readable } from 'node:stream'
import { extract, type Headers } from 'tar-stream'

/** Two blocks of zeros end an archive; what ends without them broke off, even between two entries. */
const END_BYTES = 1024

/** One entry: its content has to be read to its end, then `next` goes on; `refuse` ends all of it with a reason. */
export type OnEntry = (
  header: Headers,
  content: Readable,
  next: () => void,
  refuse: (reason: Error) => void,
) => void

/**
 * Reads a tar stream as it passes by, in bounded memory: `push` resolves when more may come, and rejects when it is none, or was
 * refused. `end` rejects with "the stream broke off" when it did, in the middle or before its two blocks of zeros.
 */
export function passingTar(onEntry: OnEntry): {
  push(chunk: Buffer): Promise<void>
  end(): Promise<void>
} {
  const reading = extract()
  let tail = Buffer.alloc(0)
  let failed: Error | undefined
  let refused: Error | undefined
  reading.on('entry', (header, content, next) => {
    // What breaks off in the middle ends this stream too; the whole one tells it.
    content.on('error', () => undefined)
    onEntry(header, content, next, (reason) => {
      refused = reason
      reading.destroy(reason)
    })
  })
  const finished = new Promise<void>((resolve, reject) => {
    reading.on('finish', resolve)
    reading.on('error', (error: Error) => {
      failed = error
      reject(error)
    })
  })
  // Whoever pushes or ends is told.
  finished.catch(() => undefined)
  return {
    async push(chunk) {
      if (failed) throw failed
      tail = Buffer.concat([tail, chunk.subarray(-END_BYTES)]).subarray(-END_BYTES)
      if (!reading.write(chunk))
        await Promise.race([finished, new Promise<void>((resolve) => reading.once('drain', resolve))])
      if (failed) throw failed as Error
    },
    async end() {
      reading.end()
      await finished.catch((error: unknown) => {
        throw refused ?? new Error('the stream broke off', { cause: error })
      })
      if (tail.length < END_BYTES || tail.some((byte) => byte !== 0)) throw new Error('the stream broke off')
    },
  }
}
