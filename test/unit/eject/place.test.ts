import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { untouchable, whyNotAside, type Untouchable } from '../../../main/system/eject/aside.ts'
import { place, type PlacedFile } from '../../../main/system/eject/place.ts'
import { pathsOf } from '../../../main/system/paths.ts'

const now = Date.parse('2026-11-26T20:00:00.000Z')
const ENV = 'infrastructure/.env'
let base: string
let folder: string
/** What must not be moved, by what a test needs of it. */
let not: Untouchable
beforeEach(() => {
  not = { own: [], homes: [], mounts: [] }
  base = realpathSync(mkdtempSync(join(tmpdir(), 'macula-place-')))
  folder = join(base, 'out')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const files = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, PlacedFile> =>
  new Map(Object.entries(texts).map(([path, data]) => [path, { data, mode: 0o644 }]))
const write = async (texts: Readonly<Record<string, string>>, force = false) =>
  await place(folder, files(texts), { force, untouchable: not, now })
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

describe('into a folder', () => {
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

  test.each<[string, () => Promise<unknown> | void, string]>([
    [
      'what is not from here',
      () => (mkdirSync(folder), writeFileSync(join(folder, 'x'), 'x')),
      'it is not empty',
    ],
    ['a file in its place', () => writeFileSync(folder, 'x'), 'it is a file'],
    [
      'what was written here, when the mark of it is gone',
      async () => (await write(one), rmSync(join(folder, '.macula-eject.json'))),
      'it is not empty',
    ],
    [
      'a mark that says nothing',
      async () => (await write(one), writeFileSync(join(folder, '.macula-eject.json'), '{}')),
      'it is not empty',
    ],
  ])('%s is refused and never moved, with --force either', async (_, prepare, why) => {
    await prepare()
    const before = readdirSync(base, { recursive: true, encoding: 'utf8' }).sort()
    const what = expect.stringContaining(why)
    const todo = expect.not.stringContaining('--force')
    await expect(write(two)).rejects.toMatchObject({ trouble: { kind: 'refused', what, todo } })
    await expect(write(two, true)).rejects.toMatchObject({
      trouble: { kind: 'refused', what, why: expect.stringContaining('was not written by eject'), todo },
    })
    expect(readdirSync(base, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before)
  })

  test.each<[string, () => Partial<Untouchable>, string]>([
    ['is a home folder', () => ({ homes: [folder] }), 'is a home folder'],
    ['holds a home folder', () => ({ homes: [join(folder, 'ada')] }), 'holds the home folder'],
    ['holds what is ours', () => ({ own: [join(folder, 'config')] }), 'keeps its own files'],
    ['is a mount point', () => ({ mounts: [folder] }), 'is a mount point'],
    ['holds a mount point', () => ({ mounts: [join(folder, 'infrastructure')] }), 'holds the mount point'],
  ])('one that eject wrote stays where it is when it %s', async (_, part, why) => {
    await write(one)
    writeFileSync(join(folder, 'README.md'), 'mine')
    const before = there()
    not = { ...not, ...part() }
    for (const force of [false, true])
      await expect(write(two, force)).rejects.toMatchObject({
        trouble: { kind: 'refused', todo: 'Name a new or an empty folder.' },
      })
    await expect(write(two, true)).rejects.toMatchObject({
      trouble: { why: expect.stringContaining(why) },
    })
    expect(there()).toEqual(before)
  })

  test.each([
    ['/', 'system'],
    ['/etc', 'system'],
    ['/usr', 'system'],
    ['/var', 'system'],
    ['/opt', 'system'],
    ['/home', 'system'],
    ['/root', 'system'],
    ['/run/user', 'system'],
    ['/usr/local', 'system'],
    ['/Library', 'system'],
    ['/opt/macula', undefined],
    ['/srv/macula', undefined],
    ['/etcetera', undefined],
    ['/home/ada/out', undefined],
    ['/home/ada', 'home'],
  ])('%s is moved aside or not by what it is: %s', (path, why) => {
    const told = whyNotAside(path, {
      own: ['/home/ada/.config/macula-desktop'],
      homes: ['/home/ada'],
      mounts: [],
    })
    if (why === undefined) expect(told).toBeUndefined()
    else expect(told).toContain(why)
  })

  test('what this machine has: its mounts, its homes, our own folders and where they lead', async () => {
    const own = join(base, 'own')
    mkdirSync(own)
    symlinkSync(own, join(base, 'link'))
    const found = await untouchable(pathsOf({ MACULA_HOME: join(base, 'link') }, own), {
      HOME: join(base, 'link'),
    })
    expect(found.own).toEqual(expect.arrayContaining([join(base, 'link', 'state'), own]))
    expect(found.homes).toEqual(expect.arrayContaining([join(base, 'link'), own]))
    if (process.platform === 'linux') expect(found.mounts).toContain('/proc')
  })

  test.each<[string, () => void]>([
    ['lies in our own', () => (folder = join(base, 'own', 'state', 'out'))],
    [
      'leads into our own',
      () => {
        mkdirSync(join(base, 'own'))
        symlinkSync(join(base, 'own'), join(base, 'link'))
        folder = join(base, 'link', 'far', 'out')
      },
    ],
    ['is of the kernel, where making a folder never ends', () => (folder = '/proc/macula/out')],
  ])('nothing is written into one that %s', async (_, prepare) => {
    prepare()
    not = { ...not, own: [join(base, 'own')] }
    for (const force of [false, true])
      await expect(write(one, force)).rejects.toMatchObject({ trouble: { kind: 'refused' } })
    expect(existsSync(folder)).toBe(false)
  })

  test('a link to a folder of ours: what it leads to is moved aside, and the link stays', async () => {
    await write(one)
    const target = folder
    writeFileSync(join(target, 'README.md'), 'mine')
    folder = join(base, 'link')
    symlinkSync(target, folder)
    expect(await write(two, true)).toMatchObject({ movedAside: expect.stringContaining(`${target}.before-`) })
    expect(lstatSync(folder).isSymbolicLink()).toBe(true)
    expect(there()).toEqual(two)
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
    await expect(
      place(folder, new Interrupted(files(two)), { force: false, untouchable: not, now }),
    ).rejects.toMatchObject({
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
