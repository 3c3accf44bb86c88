import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { sayVolumeCut, VOLUME_BOUNDS, type VolumeBounds } from '../../../main/model/volume-list.ts'
import type { Link } from '../../../main/system/docker/link.ts'
import { listTar } from '../../../main/system/docker/tar-list.ts'
import { openVolumes } from '../../../main/system/docker/volumes.ts'

const AT = 'macula-kept-data'
const mtime = new Date('2026-11-24T07:12:00Z')
const hostile = 'evil\u001B[31m\u202E\n$(id) --help'

/** What Docker packs of a volume: its root first, then folder by folder. */
async function bytesOf(files: number): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: `${AT}/`, type: 'directory', mtime })
  tar.entry({ name: `${AT}/a/`, type: 'directory', mtime })
  tar.entry({ name: `${AT}/a/${hostile}`, mtime }, 'x'.repeat(700))
  tar.entry({ name: `${AT}/a/link`, type: 'symlink', linkname: '../../etc/passwd', mtime })
  tar.entry({ name: `${AT}/a/pipe`, type: 'fifo', mtime })
  for (let count = 0; count < files; count += 1)
    tar.entry({ name: `${AT}/f${count}`, mtime }, 'y'.repeat(1000))
  tar.finalize()
  const pieces: Buffer[] = []
  for await (const piece of tar as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** As from a socket: in pieces that end anywhere. */
async function packed(files = 0): Promise<Readable> {
  const bytes = await bytesOf(files)
  const size = 10_000
  return Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    ),
  )
}

const bounds = (part: Partial<VolumeBounds>): VolumeBounds => ({ ...VOLUME_BOUNDS, ...part })
const told = { bytes: 0, changedAt: mtime.getTime() }

describe('what is in a volume', () => {
  test('is told by folder, with kinds, sizes and times, and names as they are', async () => {
    expect(await listTar(await packed(), 'v', VOLUME_BOUNDS)).toEqual({
      volume: 'v',
      folders: [
        { path: '', entries: [{ name: 'a', kind: 'folder', ...told }], more: 0 },
        {
          path: 'a',
          entries: [
            { name: hostile, kind: 'file', ...told, bytes: 700 },
            { name: 'link', kind: 'link', ...told, to: '../../etc/passwd' },
            { name: 'pipe', kind: 'other', ...told },
          ],
          more: 0,
        },
      ],
      seen: 4,
      bytes: 700,
    })
  })

  test('of an empty one nothing is told', async () => {
    const root = (await bytesOf(0)).subarray(0, 512)
    const found = await listTar(Readable.from([root, Buffer.alloc(1024)]), 'v', VOLUME_BOUNDS)
    expect([found.folders, found.seen, sayVolumeCut(found)]).toEqual([[], 0, undefined])
  })

  test('each folder has its first entries, and says how many more it has', async () => {
    const found = await listTar(await packed(50), 'v', bounds({ inFolder: 2, folders: 1 }))
    expect(found.folders).toMatchObject([{ path: '', entries: [{ name: 'a' }, { name: 'f0' }], more: 49 }])
    expect(found.seen).toBe(54)
    expect(sayVolumeCut(found)).toBe('2 of 54 entries are shown.')
  })

  test.each([
    ['entries', { entries: 30 }, 'The listing stopped after 30 entries: there may be more'],
    ['bytes', { bytes: 1024 * 1024 }, 'The listing stopped after 1 MB: there may be more'],
  ] as const)('a look is over after so many %s, and Docker packs no more', async (cut, part, says) => {
    const stream = await packed(5000)
    const found = await listTar(stream, 'v', bounds({ inFolder: 5, ...part }))
    expect(found.cut).toBe(cut)
    expect(found.seen).toBeLessThan(5000)
    expect(sayVolumeCut(found, bounds(part))).toContain(says)
    expect(stream.destroyed).toBe(true)
  })

  test('a look at what does not go on is over after its time, with what was seen until then', async () => {
    const stream = new Readable({ read: () => undefined })
    stream.push((await bytesOf(0)).subarray(0, 1500))
    const found = await listTar(stream, 'v', bounds({ ms: 200 }))
    expect([found.cut, found.seen, stream.destroyed]).toEqual(['time', 1, true])
    expect(sayVolumeCut(found, bounds({ ms: 200 }))).toContain('stopped after 0.2 s')
  })

  async function* broken(): AsyncGenerator<Buffer> {
    yield await bytesOf(3)
    throw new Error('socket hang up')
  }

  test.each([
    ['is no tar', () => Readable.from([Buffer.alloc(4096, 'x')])],
    ['breaks off by an error', () => Readable.from(broken())],
    ['breaks off within an entry', async () => Readable.from([(await bytesOf(3)).subarray(0, 1600)])],
  ])('what %s is not told as a volume', async (_what, open) => {
    const stream = await open()
    await expect(listTar(stream, 'v', VOLUME_BOUNDS)).rejects.toThrow()
    expect(stream.destroyed).toBe(true)
  })
})

describe('a volume is read through a helper that is never started', () => {
  const own = { 'com.docker.compose.project': 'macula-ut' }

  function docker(labels: Readonly<Record<string, string>> | undefined, archive: () => Promise<Readable>) {
    const did: string[] = []
    const made: { HostConfig: object; Entrypoint: readonly string[]; Labels: object }[] = []
    const container = {
      id: 'helper',
      getArchive: async ({ path }: { path: string }) => (did.push(`read ${path}`), await archive()),
      remove: (how: object) => Promise.resolve(void did.push(`remove ${JSON.stringify(how)}`)),
      start: () => Promise.reject(new Error('started')),
    }
    const calls = {
      getVolume: () => ({
        inspect: () =>
          labels
            ? Promise.resolve({ Labels: labels })
            : Promise.reject(Object.assign(new Error('no'), { statusCode: 404 })),
      }),
      createContainer: (wish: (typeof made)[number]) => {
        made.push(wish)
        return Promise.resolve(container)
      },
      getContainer: () => container,
    }
    const link = { calls, long: calls } as unknown as Link
    return { volumes: openVolumes(() => link, 'macula-ut'), did, made }
  }
  const removed = 'remove {"force":true,"v":true}'

  test('which reads only, and is removed when all is told', async () => {
    const { volumes, did, made } = docker(own, () => packed())
    expect((await volumes.list({ name: 'v', image: 'i' })).seen).toBe(4)
    expect(made).toMatchObject([
      {
        Image: 'i',
        Entrypoint: ['/never-started'],
        Labels: { 'dev.macula.copy-project': 'macula-ut' },
        HostConfig: { NetworkMode: 'none', Mounts: [{ Source: 'v', ReadOnly: true }] },
      },
    ])
    expect(did).toEqual([`read /${AT}`, removed])
  })

  test.each([
    ['Docker refuses', () => Promise.reject(new Error('no space left'))],
    ['the stream is none', () => Promise.resolve(Readable.from([Buffer.alloc(4096, 'x')]))],
  ])('and is removed where %s', async (_why, archive) => {
    const { volumes, did } = docker(own, archive)
    await expect(volumes.list({ name: 'v', image: 'i' })).rejects.toMatchObject({
      trouble: { what: 'The volume v cannot be listed.' },
    })
    expect(did.at(-1)).toBe(removed)
  })

  test.each([
    ['not there', undefined],
    ['of nobody', {}],
    ['of another project', { 'com.docker.compose.project': 'theirs' }],
    ['of another user', { ...own, 'dev.macula.owner': '4242' }],
  ])('a volume that is %s is not read', async (_whose, labels) => {
    const { volumes, did, made } = docker(labels, () => packed())
    await expect(volumes.list({ name: 'v', image: 'i' })).rejects.toThrow('no volume v of this Macula')
    expect([did, made]).toEqual([[], []])
  })
})
