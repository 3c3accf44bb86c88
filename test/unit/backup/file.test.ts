import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { headerOf, MANIFEST_BYTES, offsetsOf } from '../../../main/system/backup/layout.ts'
import { openBackup } from '../../../main/system/backup/read.ts'
import { writeBackup } from '../../../main/system/backup/write.ts'
import { about, database, folder, never, pieces, tarOf, volume, written } from './fixture.ts'

/** One file: written whole, read back as it was, and refused when it is anything else. */

const good = async () =>
  await tarOf([{ name: 'macula-kept-data/', type: 'directory' }, { name: 'macula-kept-data/a' }])

async function check(path: string): Promise<string> {
  try {
    const opened = await openBackup(path)
    try {
      await opened.check(() => undefined, never)
    } finally {
      await opened.close()
    }
    return 'right'
  } catch (error) {
    expect(error).toBeInstanceOf(MaculaError)
    expect((error as MaculaError).trouble.kind).toBe('invalid')
    return (error as MaculaError).message
  }
}

async function change(path: string, at: number, content: Buffer): Promise<void> {
  const handle = await open(path, 'r+')
  await handle.write(content, 0, content.length, at)
  await handle.close()
}

test('what was written is read back, is nobody else’s to read, and any tar program lists it', async () => {
  const random = randomBytes(300_000)
  const path = await written([
    [database, random],
    [volume, await good()],
  ])
  expect(await check(path)).toBe('right')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const opened = await openBackup(path)
  expect(opened.manifest).toMatchObject({ ...about, parts: [{ ...database, bytes: 300_000 }, volume] })
  const read: Buffer[] = []
  for await (const chunk of opened.read(opened.manifest.parts[0] ?? expect.fail())) read.push(chunk)
  expect(Buffer.concat(read).equals(random)).toBe(true)
  await opened.close()
  const { stdout } = await promisify(execFile)('tar', ['-tf', path])
  expect(stdout.trim().split('\n')).toEqual(['manifest.json', 'parts/001.zst', 'parts/002.zst', 'end.json'])
  expect(await readdir(dirname(path))).toEqual(['monday.macula-snapshot'])
})

test('what is cut off is refused, wherever', async () => {
  const path = await written([[database, randomBytes(5000)]])
  const whole = await readFile(path)
  for (const length of [0, 100, 512, 3000, 512 + MANIFEST_BYTES, whole.length - 1, whole.length - 1025]) {
    await writeFile(path, whole.subarray(0, length))
    expect(await check(path), String(length)).toMatch(length < 512 ? /is not a snapshot/ : /It is cut off/)
  }
})

test('one byte that changed is found, in list, headers, content, gaps and end', async () => {
  const path = await written([[database, randomBytes(5001)]])
  const whole = await readFile(path)
  const { parts, end } = offsetsOf([{ packed: whole.length }])
  const at = parts[0] ?? 0
  for (const place of [
    600,
    512 + MANIFEST_BYTES - 5,
    at + 3,
    at + 512 + 2000,
    whole.length - 1200,
    whole.length - 3,
  ]) {
    const copy = Buffer.from(whole)
    copy[place] = (copy[place] ?? 0) ^ 1
    await writeFile(path, copy)
    expect(await check(path), String(place)).toMatch(/is damaged/)
  }
  expect(end).toBeGreaterThan(at)
})

test('what was added behind the end is refused', async () => {
  const path = await written([[database, 'x']])
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(512)]))
  expect(await check(path)).toMatch(/Something was added/)
})

test.each([
  ['text', Buffer.from('hello')],
  ['zeros', Buffer.alloc(600_000)],
  ['another tar', Buffer.concat([headerOf('other.json', 100), Buffer.alloc(600_000)])],
  [
    'a tar with a manifest of something else',
    Buffer.concat([
      headerOf('manifest.json', MANIFEST_BYTES),
      Buffer.from('{"format":"other"}'.padEnd(MANIFEST_BYTES)),
      Buffer.alloc(4096),
    ]),
  ],
])('%s is no snapshot', async (_, content) => {
  const path = join(await folder(), 'odd')
  await writeFile(path, content)
  expect(await check(path)).toMatch(/is not a snapshot of Macula Desktop/)
})

test('a folder, and a file that is not there or cannot be opened: nobody is told to free space', async () => {
  expect(await check(await folder())).toMatch(/is not a snapshot/)
  expect(await check('/nowhere/monday.macula-snapshot')).toMatch(
    /There is no file \/nowhere\/monday[^]*snapshot list/,
  )
  const loop = join(await folder(), 'loop')
  await symlink(loop, loop)
  const said = await check(loop)
  expect(said).toMatch(/cannot be read/)
  expect(said).not.toMatch(/Free some space/)
})

test('a newer format is refused with both numbers, whatever else it has', async () => {
  const path = await written([[database, 'x']])
  const newer = JSON.stringify({ format: 'macula-snapshot', formatVersion: 2, product: '9.1.0', more: [] })
  await change(path, 512, Buffer.from(newer.padEnd(MANIFEST_BYTES)))
  expect(await check(path)).toMatch(/written by a newer Macula Desktop \(9\.1\.0\).*format is 2.*up to 1/)
})

test.each([
  ['a part twice', (manifest: { parts: unknown[] }) => manifest.parts.push(manifest.parts[0])],
  [
    'a path for a volume',
    (manifest: { parts: { kind: string; name: string }[] }) =>
      Object.assign(manifest.parts[0] ?? {}, { kind: 'volume', name: '../etc' }),
  ],
  [
    'a name of a database that is an option',
    (manifest: { parts: { name: string }[] }) => Object.assign(manifest.parts[0] ?? {}, { name: '--file=x' }),
  ],
  [
    'a size below zero',
    (manifest: { parts: { packed: number }[] }) => Object.assign(manifest.parts[0] ?? {}, { packed: -512 }),
  ],
  ['an unknown key', (manifest: object) => Object.assign(manifest, { run: 'sh' })],
])('a list with %s is refused', async (_, spoil) => {
  const path = await written([[database, 'x']])
  const opened = await openBackup(path)
  await opened.close()
  const manifest = structuredClone(opened.manifest) as never
  spoil(manifest)
  await change(path, 512, Buffer.from(JSON.stringify(manifest).padEnd(MANIFEST_BYTES)))
  expect(await check(path)).toMatch(/is damaged|cut off/)
})

test('a part that unpacks to more than it says is not unpacked further', async () => {
  const path = await written([[database, Buffer.alloc(50_000_000)]])
  const opened = await openBackup(path)
  await opened.close()
  const manifest = {
    ...opened.manifest,
    parts: opened.manifest.parts.map((part) => ({ ...part, bytes: 1000 })),
  }
  await change(path, 512, Buffer.from(JSON.stringify(manifest).padEnd(MANIFEST_BYTES)))
  const again = await openBackup(path)
  let bytes = 0
  await expect(async () => {
    for await (const chunk of again.read(again.manifest.parts[0] ?? expect.fail())) bytes += chunk.length
  }).rejects.toThrow('unpacks to more than it should')
  await again.close()
  expect(bytes).toBeLessThanOrEqual(1000)
})

const root = { name: 'macula-kept-data/', type: 'directory' }
test.each([
  ['a path with ..', [root, { name: 'macula-kept-data/../etc/passwd' }], /leads out of its folder/],
  ['an absolute path', [{ name: '/etc/passwd' }], /leads out of its folder/],
  ['another root', [{ name: 'elsewhere/a' }], /leads out of its folder/],
  [
    'the same name twice',
    [root, { name: 'macula-kept-data/a' }, { name: 'macula-kept-data/a' }],
    /is in it twice/,
  ],
  ['a device', [root, { name: 'macula-kept-data/d', type: 'block-device' }], /is a block-device/],
  [
    'a hard link out',
    [root, { name: 'macula-kept-data/l', type: 'link', linkname: '../../etc/shadow' }],
    /link out of its folder/,
  ],
  [
    'a file behind a link',
    [
      root,
      { name: 'macula-kept-data/l', type: 'symlink', linkname: '/etc' },
      { name: 'macula-kept-data/l/passwd' },
    ],
    /lies behind a link/,
  ],
])('a volume with %s is refused', async (_, entries, says) => {
  expect(await check(await written([[volume, await tarOf(entries)]]))).toMatch(says)
})

test('a volume’s own links are fine, a person’s folders have none, and both are whole', async () => {
  const links = [
    root,
    { name: 'macula-kept-data/a' },
    { name: 'macula-kept-data/l', type: 'symlink', linkname: 'a' },
    { name: 'macula-kept-data/h', type: 'link', linkname: 'macula-kept-data/a' },
  ]
  expect(await check(await written([[volume, await tarOf(links)]]))).toBe('right')
  const files = { kind: 'files', service: '', name: '' } as const
  expect(await check(await written([[files, await tarOf([{ name: 'config/settings.json' }])]]))).toBe('right')
  expect(
    await check(
      await written([[files, await tarOf([{ name: 'config/l', type: 'symlink', linkname: '/etc' }])]]),
    ),
  ).toMatch(/no file and no folder/)
  expect(await check(await written([[volume, (await good()).subarray(0, 1024)]]))).toMatch(
    /broke off|is damaged/,
  )
})

test('a source that fails, or an interruption, leaves nothing in its place', async () => {
  const path = join(await folder(), 'monday.macula-snapshot')
  const writer = await writeBackup(path)
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('some'))
    throw new Error('the program ended')
  }
  await expect(writer.add(database, failing(), () => undefined, never)).rejects.toThrow('the program ended')
  expect(await readdir(dirname(path))).toHaveLength(1)
  await writer.drop()
  expect(await readdir(dirname(path))).toEqual([])

  const second = await writeBackup(path)
  const abort = new AbortController()
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (let count = 0; ; count += 1) {
      if (count === 3) abort.abort()
      yield await Promise.resolve(randomBytes(1000))
    }
  }
  await expect(second.add(database, endless(), () => undefined, abort.signal)).rejects.toThrow()
  await second.drop()
  expect(await readdir(dirname(path))).toEqual([])
})

test('what would be refused when it is restored is not taken', async () => {
  const writer = await writeBackup(join(await folder(), 'monday.macula-snapshot'))
  const bad = await tarOf([root, { name: 'macula-kept-data/d', type: 'block-device' }])
  await expect(writer.add(volume, pieces(bad), () => undefined, never)).rejects.toThrow(
    /cannot be copied as it is.*block-device/,
  )
  await writer.add(volume, pieces(await good()), () => undefined, never)
  await writer.drop()
})

test('a place that cannot be written is named', async () => {
  await expect(writeBackup(join(await written([[database, 'x']]), 'monday.macula-snapshot'))).rejects.toThrow(
    /could not be written/,
  )
})

test('a header holds sizes beyond 8 GB as GNU tar writes them', async () => {
  const header = headerOf('parts/001.zst', 9 * 2 ** 30)
  expect(header[124]).toBe(0x80)
  expect(header.readBigUInt64BE(128)).toBe(BigInt(9 * 2 ** 30))
  const path = join(await folder(), 'big.tar')
  await writeFile(path, Buffer.concat([header, Buffer.alloc(1024)]))
  const { stdout } = await promisify(execFile)('tar', ['-tvf', path]).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toContain(String(9 * 2 ** 30))
})

test('pieces are told as they pass', async () => {
  const writer = await writeBackup(join(await folder(), 'monday.macula-snapshot'))
  const told: number[] = []
  await writer.add(database, pieces('abc', 'def'), (bytes) => void told.push(bytes), never)
  await writer.drop()
  expect(told.at(-1)).toBe(6)
})
