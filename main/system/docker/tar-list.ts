import type { Readable } from 'node:stream'
import { extract, type Headers } from 'tar-stream'
import {
  volumeLister,
  type FoundEntry,
  type VolumeBounds,
  type VolumeCut,
  type VolumeListing,
} from '../../model/volume-list.ts'

const KINDS: Readonly<Record<string, 'file' | 'folder' | 'link'>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'link',
  link: 'link',
}

/**
 * Lists what a tar stream holds by its heads, until the stream ends or a bound is reached; the stream is destroyed then. Content is
 * dropped as it comes. The first folder of each path (what was packed) is left out. Rejects when the stream is no tar, or broke off.
 */
export async function listTar(
  packed: Readable,
  volume: string,
  bounds: VolumeBounds,
): Promise<VolumeListing> {
  const lister = volumeLister(volume, bounds)
  const reading = extract()
  const finished = new Promise<void>((resolve, reject) => {
    reading.on('finish', resolve)
    reading.on('error', reject)
  })
  // Whoever writes or ends is told.
  finished.catch(() => undefined)
  reading.on('entry', (header, content, next) => {
    const path = header.name.replace(/\/+$/, '').split('/').slice(1).join('/')
    if (path !== '' && lister.seen() < bounds.entries) lister.add({ path, ...aboutOf(header) })
    content.on('end', next)
    content.resume()
  })
  let cut: VolumeCut | undefined
  let bytes = 0
  const timer = setTimeout(() => {
    cut = 'time'
    packed.destroy()
  }, bounds.ms)
  try {
    for await (const chunk of packed as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (!reading.write(chunk))
        await Promise.race([finished, new Promise<void>((resolve) => reading.once('drain', resolve))])
      if (lister.seen() >= bounds.entries) cut = 'entries'
      else if (bytes >= bounds.bytes) cut = 'bytes'
      if (cut !== undefined) break
    }
  } catch (error) {
    // A stream that was destroyed here says that it ended too early.
    if (cut !== 'time') throw error
  } finally {
    clearTimeout(timer)
    packed.destroy()
  }
  if (cut === undefined) {
    reading.end()
    await finished
  } else reading.destroy()
  return lister.listing(cut)
}

function aboutOf({ type, size, mtime, linkname }: Headers): Omit<FoundEntry, 'path'> {
  const kind = KINDS[type ?? 'file'] ?? 'other'
  return {
    kind,
    bytes: kind === 'file' ? (size ?? 0) : 0,
    changedAt: mtime?.getTime() ?? 0,
    ...(kind === 'link' && linkname ? { to: linkname } : {}),
  }
}
