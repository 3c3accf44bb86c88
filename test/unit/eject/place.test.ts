import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { place, type PlacedFile } from '../../../main/system/eject/place.ts'

const now = Date.parse('2026-11-26T20:00:00.000Z')
const ENV = 'infrastructure/.env'
let base: string
let folder: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'macula-place-'))
  folder = join(base, 'out')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const files = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, PlacedFile> =>
  new Map(Object.entries(texts).map(([path, data]) => [path, { data, mode: 0o644 }]))
const write = async (texts: Readonly<Record<string, string>>, force = false) =>
  await place(folder, files(texts), { force, now })
const there = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.macula-eject'))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return [path.slice(folder.length + 1), readFileSync(path, 'utf8')]
      }),
  )
const one = { 'README.md': 'one\n', 'scripts/a.sh': 'a\n' }
const two = { 'README.md': 'two\n', 'config/b.yml': 'b\n' }

describe('into a folder', { timeout: 60_000 }, () => {
  test.each<[string, () => void]>([
    ['that is not there', () => undefined],
    ['whose parent is not there either', () => (folder = join(base, 'far', 'out'))],
    ['that is empty', () => mkdirSync(folder)],
    [
      'where an interrupted writing left only its half',
      () => {
        mkdirSync(join(folder, '.macula-eject-half', 'x'), { recursive: true })
        writeFileSync(join(folder, '.macula-eject-half', 'x', 'y'), 'z')
      },
    ],
  ])('%s: exactly these files', async (_, prepare) => {
    prepare()
    expect(await write(one)).toEqual({ keptEnv: false })
    expect(there()).toEqual(one)
    expect(existsSync(join(folder, '.macula-eject-half'))).toBe(false)
  })

  test('folders are open to all, whatever the umask: containers look into them as other users', async () => {
    const before = process.umask(0o077)
    try {
      await write({ 'config/deep/er/x.yml': 'x' })
    } finally {
      process.umask(before)
    }
    for (const path of ['config', 'config/deep', 'config/deep/er'])
      expect(statSync(join(folder, path)).mode & 0o777, path).toBe(0o755)
    expect(statSync(join(folder, 'config/deep/er/x.yml')).mode & 0o777).toBe(0o644)
  })

  test('written before and unchanged: replaced, what is not written any more goes, with its empty folder', async () => {
    await write(one)
    await write(two)
    expect(there()).toEqual(two)
    expect(existsSync(join(folder, 'scripts'))).toBe(false)
  })

  test('a .env that a person made stays', async () => {
    await write({ ...one, 'infrastructure/docker-compose.yml': 'x' })
    writeFileSync(join(folder, ENV), 'MINE=1\n')
    expect(await write(two)).toEqual({ keptEnv: true })
    expect(there()).toEqual({ ...two, [ENV]: 'MINE=1\n' })
  })

  test.each<[string, () => void, string]>([
    ['a file was changed', () => writeFileSync(join(folder, 'README.md'), 'mine'), 'README.md changed'],
    ['a file came', () => writeFileSync(join(folder, 'mine.txt'), 'mine'), 'mine.txt changed'],
    ['a link came', () => symlinkSync('/etc/passwd', join(folder, 'link')), 'link changed'],
    [
      'the note of what was written is gone',
      () => rmSync(join(folder, '.macula-eject.json')),
      'it is not empty',
    ],
    [
      'the note of what was written is damaged',
      () => writeFileSync(join(folder, '.macula-eject.json'), '{'),
      'it is not empty',
    ],
  ])('refused when %s, and nothing is touched; --force moves it aside whole', async (_, change, why) => {
    await write(one)
    change()
    const before = there()
    await expect(write(two)).rejects.toMatchObject({
      trouble: {
        kind: 'refused',
        what: expect.stringContaining(why),
        todo: expect.stringContaining('--force'),
      },
    })
    expect(there()).toEqual(before)
    const { movedAside } = await write(two, true)
    expect(movedAside).toBe(`${folder}.before-2026-11-26T20-00-00-000Z`)
    expect(there()).toEqual(two)
    folder = movedAside ?? ''
    expect(there()).toEqual(before)
  })

  test.each<[string, () => void, string]>([
    [
      'what is not from here',
      () => (mkdirSync(folder), writeFileSync(join(folder, 'x'), 'x')),
      'it is not empty',
    ],
    ['a file in its place', () => writeFileSync(folder, 'x'), 'it is a file'],
  ])('refused for %s', async (_, prepare, why) => {
    prepare()
    await expect(write(one)).rejects.toMatchObject({
      trouble: { kind: 'refused', what: expect.stringContaining(why) },
    })
  })

  test('passwords never overwrite a .env that has others', async () => {
    await write(one)
    mkdirSync(join(folder, 'infrastructure'))
    writeFileSync(join(folder, ENV), 'MINE=1\n')
    await expect(write({ ...one, [ENV]: 'OURS=2\n' })).rejects.toMatchObject({
      trouble: { what: expect.stringContaining(`${ENV} changed`) },
    })
    expect(readFileSync(join(folder, ENV), 'utf8')).toBe('MINE=1\n')
    // The same ones are no change.
    writeFileSync(join(folder, ENV), 'OURS=2\n')
    await write({ ...one, [ENV]: 'OURS=2\n' })
  })

  test('interrupted between two files it is begun again: neither the old nor the new ones count as changed', async () => {
    await write(one)
    /** Ends when the first file is in its place. */
    class Interrupted extends Map<string, PlacedFile> {
      override *keys(): MapIterator<string> {
        yield* [...super.keys()].slice(0, 1)
        throw new Error('ended')
      }
    }
    await expect(place(folder, new Interrupted(files(two)), { force: false, now })).rejects.toMatchObject({
      trouble: { kind: 'failed' },
    })
    expect(there()).toMatchObject({ 'README.md': 'two\n', 'scripts/a.sh': 'a\n' })
    await write(two)
    expect(there()).toEqual(two)
    expect(existsSync(join(folder, '.macula-eject-half'))).toBe(false)
  })

  test('what cannot be written is told with its reason', async () => {
    // A file where a folder should be is in the way of root too.
    writeFileSync(join(base, 'file'), '')
    folder = join(base, 'file', 'out')
    await expect(write(one)).rejects.toMatchObject({ trouble: { kind: 'failed' } })
  })
})
