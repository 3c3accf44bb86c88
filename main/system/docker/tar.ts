import { createHash } from 'node:crypto'
import { extract, type Headers } from 'tar-stream'

/** What a tar stream holds: enough to tell whether two hold the same. */
export interface Manifest {
  /** By path: kind, mode, owner, size, where a link leads, device, extended attributes, and the SHA-256 of the content. */
  readonly entries: ReadonlyMap<string, string>
  /** Content bytes. */
  readonly bytes: number
}

/** Two blocks of zeros end an archive; what ends without them broke off, even between two entries. */
const END_BYTES = 1024

/** An entry in one line. PAX records hold what the fixed fields cannot: large owners, and attributes of files. */
function aboutOf(header: Headers): string {
  const { type, mode, uid, gid, size, linkname, devmajor, devminor } = header
  // Its types do not know the records.
  const given = (header as { readonly pax?: Readonly<Record<string, string>> }).pax ?? {}
  const attributes = Object.keys(given)
    .filter((key) => key.startsWith('SCHILY.xattr.'))
    .sort()
    .map((key) => `${key}=${given[key] ?? ''}`)
  return [
    type ?? 'file',
    ((mode ?? 0) & 0o7777).toString(8),
    `${given['uid'] ?? uid ?? 0}:${given['gid'] ?? gid ?? 0}`,
    size ?? 0,
    linkname ?? '',
    `${devmajor ?? 0}:${devminor ?? 0}`,
    ...attributes,
  ].join(' ')
}

/**
 * Reads a tar stream as it passes by, in bounded memory: `push` resolves when more may come, and rejects when the
 * stream is none. `end` rejects when it broke off in the middle. `wants`: files (path, bytes) whose content is kept.
 */
export function tarReader(wants: (path: string, size: number) => boolean = () => false) {
  const entries = new Map<string, string>()
  const contents = new Map<string, Buffer>()
  let bytes = 0
  let tail = Buffer.alloc(0)
  let failed: Error | undefined
  const reading = extract()
  reading.on('entry', (header, content, next) => {
    const hash = createHash('sha256')
    const kept = header.type === 'file' && wants(header.name, header.size ?? 0) && ([] as Buffer[])
    content.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      if (kept) kept.push(chunk)
    })
    content.on('end', () => {
      entries.set(header.name, `${aboutOf(header)} ${hash.digest('hex')}`)
      if (kept) contents.set(header.name, Buffer.concat(kept))
      bytes += header.size ?? 0
      next()
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
    async push(chunk: Buffer): Promise<void> {
      if (failed) throw failed
      tail = Buffer.concat([tail, chunk.subarray(-END_BYTES)]).subarray(-END_BYTES)
      if (reading.write(chunk)) return
      await Promise.race([finished, new Promise<void>((resolve) => reading.once('drain', resolve))])
    },
    bytes: () => bytes,
    contents: (): ReadonlyMap<string, Buffer> => contents,
    async end(): Promise<Manifest> {
      reading.end()
      await finished.catch((error: unknown) => {
        throw new Error('the stream broke off', { cause: error })
      })
      if (tail.length < END_BYTES || tail.some((byte) => byte !== 0)) throw new Error('the stream broke off')
      return { entries, bytes }
    },
  }
}

/** The first path at which two manifests differ; undefined when they hold the same. */
export function firstDifference(one: Manifest, two: Manifest): string | undefined {
  for (const [path, about] of one.entries) if (two.entries.get(path) !== about) return path
  for (const path of two.entries.keys()) if (!one.entries.has(path)) return path
  return undefined
}
