import type Docker from 'dockerode'
import type { Readable } from 'node:stream'
import { within, type Link } from './link.ts'
import { pour } from './pour.ts'
import { tarReader, type Manifest } from './tar.ts'

/** Where helpers have the volume; no image has anything there, so nothing is mixed in. */
export const AT = '/macula-kept-data'

/** A daemon that packs a large folder is silent for a while. */
const OPEN_DEADLINE_MS = 60_000

/** Below the root of a volume: "", "docker/registry". */
type Path = string

const below = (path: Path): string => (path === '' ? AT : `${AT}/${path}`)

/** The folder that holds a path, in the helper. */
const above = (path: Path): string => below(path).slice(0, below(path).lastIndexOf('/')) || '/'

/** Volumes packed and unpacked by the daemon, through containers that are never started, whatever their image holds. */
export function openArchives(link: () => Link) {
  /** A container that is never started, with marks by which it is found when nobody removes it. */
  async function helper(
    image: string,
    source: string,
    how: 'read' | 'write',
    marks: Readonly<Record<string, string>>,
    name?: string,
  ): Promise<Docker.Container> {
    return await within(
      OPEN_DEADLINE_MS,
      async (abortSignal) =>
        await link().long.createContainer({
          ...(name === undefined ? {} : { name }),
          Image: image,
          Entrypoint: ['/never-started'],
          Labels: { ...marks },
          HostConfig: {
            NetworkMode: 'none',
            Mounts: [{ Type: 'volume', Source: source, Target: AT, ReadOnly: how === 'read' }],
          },
          abortSignal,
        }),
    )
  }

  /** Removes a helper with the nameless volumes that its image wanted; named ones stay. */
  async function dismiss(one: Docker.Container | undefined): Promise<void> {
    await one?.remove({ force: true, v: true }).catch(() => undefined)
  }

  async function pack(one: Docker.Container, signal: AbortSignal, path: Path = ''): Promise<Readable> {
    return (await within(
      OPEN_DEADLINE_MS,
      async (abortSignal) =>
        await link()
          .long.getContainer(one.id)
          .getArchive({ path: below(path), abortSignal }),
      signal,
    )) as Readable
  }

  /** Reads everything below a path; `wants`: files whose content is kept. */
  async function look(
    one: Docker.Container,
    signal: AbortSignal,
    path: Path = '',
    wants?: (path: string, size: number) => boolean,
  ): Promise<{ readonly manifest: Manifest; readonly contents: ReadonlyMap<string, Buffer> }> {
    const reader = tarReader(wants)
    for await (const chunk of (await pack(one, signal, path)) as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      await reader.push(chunk)
    }
    signal.throwIfAborted()
    return { manifest: await reader.end(), contents: reader.contents() }
  }

  const read = async (one: Docker.Container, signal: AbortSignal, path: Path = ''): Promise<Manifest> =>
    (await look(one, signal, path)).manifest

  /** Unpacks a tar stream into the folder that holds `path`. */
  async function unpack(
    one: Docker.Container,
    packed: Readable | Buffer,
    abortSignal: AbortSignal,
    path: Path = '',
  ): Promise<void> {
    await link()
      .long.getContainer(one.id)
      .putArchive(packed, { path: above(path), abortSignal })
  }

  /** Streams everything below a path from one helper to the other; returns what passed by. */
  async function pass(
    from: Docker.Container,
    to: Docker.Container,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
    path: Path = '',
  ): Promise<Manifest> {
    return await pour(
      async (either) => (await pack(from, either, path)) as AsyncIterable<Buffer>,
      async (packed, either) => await unpack(to, packed, either, path),
      onBytes,
      signal,
    )
  }

  return { helper, dismiss, pack, look, read, unpack, pass }
}
