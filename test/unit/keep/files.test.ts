import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { makeFolder, namesThere, readBytes, readIfThere, readSoon } from '../../../main/system/files.ts'
import { openIntent } from '../../../main/system/keep/intent.ts'
import { openSecrets } from '../../../main/system/keep/secrets.ts'
import { defaultSettings, openSettings, settingsFile } from '../../../main/system/keep/settings.ts'
import { openSetupMemory } from '../../../main/system/keep/setup-memory.ts'
import { sayObstacle } from '../../../main/system/obstacle.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'

const assets = fileURLToPath(new URL('../../../assets', import.meta.url))
let folder: string
let paths: Paths
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-files-'))
  paths = pathsOf({ MACULA_HOME: folder }, assets)
  await mkdir(paths.config, { recursive: true })
  await mkdir(paths.state, { recursive: true })
})

/** What may stand in the place of a file, by what is said of it. */
const places: readonly (readonly [string, RegExp, (path: string) => Promise<void> | void])[] = [
  ['a FIFO', /is a FIFO, not a file/, (path) => void spawnSync('mkfifo', [path])],
  ['a folder', /is a folder, not a file/, async (path) => await mkdir(path)],
  ['a device without end', /is a device, not a file/, async (path) => await symlink('/dev/zero', path)],
  [
    '50 MB of brackets',
    /has 50 MB or more; at most \S+ [kM]B are read/,
    async (path) => await writeFile(path, '['.repeat(50_000_000)),
  ],
  [
    'a terabyte of nothing',
    /has 1 TB or more/,
    async (path) => {
      await writeFile(path, '')
      await truncate(path, 1e12)
    },
  ],
  [
    'a link to a file that is away',
    /is a link to \S+away\/x, and nothing is there/,
    async (path) => await symlink(join(folder, 'away', 'x'), path),
  ],
]

describe.each(places)('%s in place of a file', (_, says, make) => {
  test('is refused before it is read', async () => {
    const path = join(folder, 'x')
    await make(path)
    await expect(readIfThere(path)).rejects.toThrow(says)
    await expect(readBytes(path)).rejects.toBeInstanceOf(MaculaError)
    expect(() => readSoon(path)).toThrow(says)
  })

  const ours: readonly (readonly [string, (paths: Paths) => string, (paths: Paths) => Promise<unknown>])[] = [
    ['settings.json', settingsFile, async (all) => (await openSettings(all)).problem?.why],
    [
      'secrets.json',
      ({ config }) => join(config, 'secrets.json'),
      async (all) => await openSecrets(all).ensure(['A']).catch(String),
    ],
    [
      'wanted.json',
      ({ state }) => join(state, 'wanted.json'),
      async (all) => (await openIntent(all, () => Promise.resolve([])).damage())?.says,
    ],
    [
      'addresses.json',
      ({ state }) => join(state, 'addresses.json'),
      async (all) => {
        const notes: string[] = []
        const { services } = await readCatalog(all, defaultSettings, {}, (note) => void notes.push(note))
        expect(services.length).toBeGreaterThan(10)
        return notes.join()
      },
    ],
  ]
  test.each(ours)('%s: told, and nothing waits', async (__, file, use) => {
    await make(file(paths))
    expect(await use(paths)).toMatch(says)
  })
  test('setup.json: as if nothing was decided', async () => {
    await make(join(paths.state, 'setup.json'))
    expect((await openSetupMemory(paths).read()).ended).toBe(false)
  })
})

describe('reading', () => {
  test('what is absent is undefined; an empty and a linked file are read', async () => {
    expect(await readIfThere(join(folder, 'x'))).toBeUndefined()
    expect(readSoon(join(folder, 'x'))).toBeUndefined()
    await writeFile(join(folder, 'x'), '')
    await symlink(join(folder, 'x'), join(folder, 'y'))
    expect(await readIfThere(join(folder, 'y'))).toBe('')
  })
  test('a folder on the way that is a link to one that is away counts as unreadable, not as absent', async () => {
    await symlink(join(folder, 'unmounted'), join(folder, 'linked'))
    const path = join(folder, 'linked', 'below', 'x')
    const says = `${join(folder, 'linked')} is a link to ${join(folder, 'unmounted')}, and nothing is there.`
    await expect(readIfThere(path)).rejects.toThrow(says)
    expect(() => readSoon(path)).toThrow(says)
    await mkdir(join(folder, 'unmounted'))
    expect([await readIfThere(path), readSoon(path)]).toEqual([undefined, undefined])
  })
  test('exactly as much as is allowed is read, and not a byte more', async () => {
    const path = join(folder, 'x')
    await writeFile(path, 'a'.repeat(100_000))
    expect((await readIfThere(path, 100_000))?.length).toBe(100_000)
    await expect(readIfThere(path, 99_999)).rejects.toThrow(/at most 100 kB/)
  })
  test('the kernel’s tables, which have no size, are read to their end', async () => {
    expect(await readIfThere('/proc/self/environ')).toBe(await readFile('/proc/self/environ', 'utf8'))
  })
})

/** Programs and pages of our own package, and the kernel's tables: nobody else writes them. */
const elsewhere =
  /\/proc\/|\/sys\/class\/net\/|join\(folder, 'index\.html'\)|body: await readFile\(file\)|const body = await readFile\(file\)|readFile\(table|readFile\(file, 'utf8'\)\.catch\(\(\) => ''\)|\/etc\/passwd|package\.json/

test('every file is read by the one reader, which looks at kind and size first', async () => {
  const main = fileURLToPath(new URL('../../../main', import.meta.url))
  const found: string[] = []
  for (const entry of await readdir(main, { recursive: true })) {
    if (!entry.endsWith('.ts') || entry === join('system', 'files.ts')) continue
    const text = await readFile(join(main, entry), 'utf8')
    for (const line of text.split('\n'))
      if (/\b(?:readFile|readFileSync|createReadStream)\(/.test(line) && !elsewhere.test(line))
        found.push(`${entry}: ${line.trim()}`)
  }
  expect(found).toEqual([])
})

describe('addresses.json', () => {
  const write = async (text: string): Promise<void> =>
    await writeFile(join(paths.state, 'addresses.json'), text)
  const own = async (id: string): Promise<void> => {
    await mkdir(join(paths.config, 'services', id), { recursive: true })
    await writeFile(
      join(paths.config, 'services', id, 'compose.yaml'),
      `services:\n  ${id}:\n    image: redis:8.2\n    networks: { macula: {} }\n    x-macula:\n      tier: tools\n      title: ${id}\n      purpose: Cache\n      endpoints: [{ id: tcp, name: ${id}, scheme: tcp, target: 6379, listen: 6379 }]\nnetworks:\n  macula:\n    external: true\n`,
    )
  }
  test.each([
    ['"127.0.0.999"', /line 2, column 2: beta must be a loopback address/],
    ['"10.0.0.1"', /beta must be a loopback address/],
    ['"127.0.0.40\\n0.0.0.0 x"', /beta must be a loopback address/],
    ['7', /beta/],
    ['null', /beta/],
  ])('one bad value (%s) costs that service its address, no other, and is told', async (value, says) => {
    await own('alpha')
    await own('beta')
    await write(`{"alpha":"127.0.0.77",\n "beta":${value}}`)
    const notes: string[] = []
    const { services } = await readCatalog(paths, defaultSettings, {}, (note) => void notes.push(note))
    const address = (id: string): string | null | undefined => services.find((one) => one.id === id)?.address
    expect(address('alpha')).toBe('127.0.0.77')
    expect(address('beta')).toMatch(/^127\.0\.0\.\d+$/)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(says)
    const kept = (await readdir(paths.state)).find((name) => name.startsWith('addresses.json.bad-'))
    expect(await readFile(join(paths.state, kept ?? ''), 'utf8')).toContain(value)
    // Written anew and whole: the next one has nothing to tell.
    const later: string[] = []
    await readCatalog(paths, defaultSettings, {}, (note) => void later.push(note))
    expect(later).toEqual([])
  })
})

test.each([
  ['ENOSPC', /is full/],
  ['EDQUOT', /quota/],
  ['EROFS', /read-only/],
  ['EACCES', /does not let you write/],
  ['ENOTDIR', /in the path .* is not a folder/],
])('%s has its own sentence', (code, says) => {
  expect(sayObstacle(Object.assign(new Error('x'), { code }), '/home/anna').why).toMatch(says)
})

test('a folder on a read-only disk: the kernel’s own word is told, not that it is not there', async () => {
  const tried: string[] = []
  const make = ((path: string, { recursive }: { recursive?: boolean }) => {
    tried.push(path)
    return Promise.reject(Object.assign(new Error('x'), { code: recursive === true ? 'ENOENT' : 'EROFS' }))
  }) as typeof mkdir
  await expect(makeFolder(join(folder, 'a', 'b', 'c'), make)).rejects.toMatchObject({ code: 'EROFS' })
  expect(tried).toEqual([join(folder, 'a', 'b', 'c'), join(folder, 'a')])
  await makeFolder(join(folder, 'a', 'b', 'c'))
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c'])
})

test('what lies in a folder is listed with links to what is away; one that is away itself is not taken for none', async () => {
  const at = join(folder, 'stack')
  expect(await namesThere(at)).toEqual(new Set())
  await mkdir(join(at, 'web'), { recursive: true })
  await symlink(join(folder, 'away'), join(at, 'other'))
  expect(await namesThere(at)).toEqual(new Set(['web', 'other']))
  await symlink(join(folder, 'away'), join(folder, 'lost'))
  await expect(namesThere(join(folder, 'lost'))).rejects.toThrow(/is a link to \S+away, and nothing is there/)
  await writeFile(join(folder, 'file'), '')
  await expect(namesThere(join(folder, 'file'))).rejects.toThrow('ENOTDIR')
})
