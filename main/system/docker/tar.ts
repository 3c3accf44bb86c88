import { createHash } from 'node:crypto'
import type { Headers } from 'tar-stream'
import { passingTar } from '../passing-tar.ts'

/** What a tar stream holds: enough to tell whether two hold the same. */
export interface Manifest {
  /** By path: kind, mode, owner, size, where a link leads, device, extended attributes, and the SHA-256 of the content. */
  readonly entries: ReadonlyMap<string, string>
  /** Content bytes. */
  readonly bytes: number
}

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

/** Reads a tar stream as it passes by (`passingTar`). `wants`: files (path, bytes) whose content is kept. */
export function tarReader(wants: (path: string, size: number) => boolean = () => false) {
  const entries = new Map<string, string>()
  const contents = new Map<string, Buffer>()
  let bytes = 0
  const reading = passingTar((header, content, next) => {
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
  return {
    push: async (chunk: Buffer): Promise<void> => await reading.push(chunk),
    bytes: () => bytes,
    contents: (): ReadonlyMap<string, Buffer> => contents,
    async end(): Promise<Manifest> {
      await reading.end()
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
