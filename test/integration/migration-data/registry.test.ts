import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ComposeProjectSeen } from '../../../main/model/migration.ts'
import {
  clear,
  clearOurs,
  contentOf,
  docker,
  inVolume,
  left,
  listening,
  OLD,
  oldContainer,
  oldProject,
  openOursIn,
  settings,
  temporaryFolder,
} from './world.ts'

/** The real registry (Debian's) with images that the real docker pushed, taken over through the real engine. */

const IMAGE = `${OLD}/registry:2`
const theirs = `${OLD}_registry-data`
const ours = `${settings.project}_registry`
const STORE = 'docker/registry/v2'
const folder = temporaryFolder()
const { signal } = new AbortController()
let from: ComposeProjectSeen
let images: readonly string[] = []

/** Makes an image of random bytes, pushes it and forgets it. */
function push(port: string, name: string, bytes: number): void {
  const image = `${port}/${name}`
  const at = mkdtempSync(join(tmpdir(), 'macula-push-'))
  writeFileSync(join(at, 'data'), randomBytes(bytes))
  execFileSync('tar', ['-C', at, '-cf', join(at, 'image.tar'), 'data'])
  docker('import', join(at, 'image.tar'), image)
  rmSync(at, { recursive: true })
  docker('push', '--quiet', image)
  images = [...images, image]
}

beforeAll(async () => {
  await clear()
  docker('tag', 'registry:3.1.1', IMAGE)
  const old = oldContainer('registry', IMAGE, '/var/lib/registry', ['--publish', '127.0.0.1::5000'])
  docker('start', old.id)
  const port = docker('port', old.name, '5000/tcp')
  push(port, 'macula/console:latest', 3_000_000)
  push(port, 'macula/console:dev', 500_000)
  push(port, 'neurolab:latest', 800_000)
  docker('stop', '--time', '3', old.id)
  from = oldProject([old])
})
// Each test begins with the old world as it was and nothing of ours.
beforeEach(clearOurs)
afterAll(async () => {
  await clear()
  for (const image of [...images, IMAGE]) docker('rmi', image)
  folder.remove()
})

it('images are told by number, taken over with every digest compared', async () => {
  const { adapters, move } = await openOursIn(folder.path)
  const before = contentOf(theirs)
  const measured = await move('registry').measure(from)
  expect(measured).toMatchObject({ kind: 'found', says: '2 repositories, 3 tags', replaces: false })
  if (measured.kind !== 'found') throw new Error('not found')
  expect(measured.bytes).toBeGreaterThan(4_000_000)
  const { told, tell } = listening()
  const taken = await move('registry').take(from, tell, signal)
  // Three images of one layer: manifest, configuration and layer each.
  expect(taken).toEqual({ says: '2 repositories, 3 tags, 9 blobs: all digests equal', movedAside: [] })
  expect(told.at(-1)).toMatchObject({ totalBytes: measured.bytes })
  expect(told.map(({ doneBytes }) => doneBytes)).toEqual(
    told.map(({ doneBytes }) => doneBytes).sort((one, two) => one - two),
  )
  expect(told.at(-1)?.doneBytes).toBeGreaterThan(measured.bytes * 0.9)
  expect(contentOf(theirs)).toBe(before)
  expect(contentOf(ours, `./${STORE}`)).toBe(contentOf(theirs, `./${STORE}`))
  expect(await left()).toEqual({ volumes: [ours], helpers: 0 })
  expect(await adapters.data.kept('registry')).toBeUndefined()
})

it('what ours had is moved aside first, and taking again does it again', async () => {
  const { move } = await openOursIn(folder.path)
  await move('registry').take(from, () => undefined, signal)
  inVolume(ours, 'echo mine > own')
  expect(await move('registry').measure(from)).toMatchObject({ kind: 'found', replaces: true })
  const { movedAside } = await move('registry').take(from, () => undefined, signal)
  expect(movedAside).toEqual([{ from: ours, to: expect.stringMatching(`^${ours}_before-`) }])
  expect(inVolume(movedAside[0]?.to ?? '', 'cat own')).toBe('mine')
  expect(contentOf(ours)).not.toContain('own')
  expect((await left()).helpers).toBe(0)
})

it('interrupted at each part it goes on, and copies nothing twice', async () => {
  const copied: string[] = []
  let calls = 0
  let stop = new AbortController()
  const opened = await openOursIn(folder.path)
  const { move, adapters } = await openOursIn(folder.path, {
    session: async (work) =>
      await opened.adapters.data.session(
        async (hands) =>
          await work({
            ...hands,
            async copy(one, two, path, onBytes, ends) {
              calls += 1
              // The copy of this part is broken off in its middle.
              if (calls % 4 === 0) stop.abort()
              const part = await hands.copy(one, two, path, onBytes, ends)
              copied.push(path)
              return part
            },
          }),
      ),
  })
  for (let turn = 0; ; turn += 1) {
    stop = new AbortController()
    const done = await move('registry')
      .take(from, () => undefined, stop.signal)
      .catch((error: unknown) => error)
    if (!(done instanceof Error)) {
      expect(done).toMatchObject({ says: '2 repositories, 3 tags, 9 blobs: all digests equal' })
      break
    }
    expect(done.message).toContain('Run it again: it continues where it stopped.')
    expect((await left()).helpers).toBe(0)
    expect((await adapters.data.kept('registry'))?.done).toHaveLength(copied.length)
    if (turn > 30) throw new Error('it does not come to an end')
  }
  expect(new Set(copied).size).toBe(copied.length)
  expect(copied.length).toBeGreaterThan(5)
  expect(contentOf(ours, `./${STORE}`)).toBe(contentOf(theirs, `./${STORE}`))
})

it('a blob that is missing is refused by image before ours is touched; a damaged one puts ours back', async () => {
  const { move } = await openOursIn(folder.path)
  await move('registry').take(from, () => undefined, signal)
  inVolume(ours, 'echo mine > own')
  const before = contentOf(ours)
  const layer = inVolume(theirs, `find ${STORE}/blobs -size +2000k -name data`)
  inVolume(theirs, `mv ${layer} /data/kept`)
  await expect(move('registry').take(from, () => undefined, signal)).rejects.toMatchObject({
    trouble: {
      what: expect.stringContaining('1 blob of its images is missing or damaged') as string,
      why: expect.stringContaining('macula/console:latest') as string,
    },
  })
  expect(contentOf(ours)).toBe(before)
  inVolume(theirs, `cp -p kept ${layer} && printf x | dd of=${layer} conv=notrunc status=none`)
  await expect(move('registry').take(from, () => undefined, signal)).rejects.toMatchObject({
    trouble: { todo: expect.stringContaining('own data is back where it was') as string },
  })
  expect(contentOf(ours)).toBe(before)
  expect(await left()).toEqual({ volumes: [ours], helpers: 0 })
  inVolume(theirs, `mv kept ${layer}`)
})

it('refused by name: what still runs, a disk that is too small; left out: what is not there', async () => {
  const { move } = await openOursIn(folder.path, { room: () => Promise.resolve(1_000_000) })
  expect(await move('registry').measure(from)).toMatchObject({
    kind: 'refused',
    trouble: { why: expect.stringContaining('Docker’s disk has 1 MB free') as string },
  })
  await expect(move('registry').take(from, () => undefined, signal)).rejects.toThrow(
    'There is not enough space for this: Images of the registry',
  )
  expect(await move('registry').measure(oldProject([]))).toEqual({ kind: 'none' })
  docker('start', `${OLD}-registry`)
  await expect(move('registry').take(from, () => undefined, signal)).rejects.toMatchObject({
    trouble: { todo: `docker stop ${OLD}-registry stops it.` },
  })
  docker('stop', '--time', '3', `${OLD}-registry`)
  expect((await left()).volumes).toEqual([])
})
