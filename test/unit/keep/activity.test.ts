import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { execFileSync, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ActivityEntry } from '../../../main/model/activity.ts'
import { KEPT_MS, openActivity } from '../../../main/system/keep/activity.ts'
import type { Paths } from '../../../main/system/paths.ts'

let state: string
let paths: Paths
const now = 1_795_000_000_000
const works = (service: string, at = now): ActivityEntry => ({ at, kind: 'works', service })
const open = (most?: number, clock = () => now) => openActivity(paths, clock, most)
const file = (): string => join(state, 'activity.jsonl')

beforeEach(async () => {
  state = join(await mkdtemp(join(tmpdir(), 'macula-activity-')), 'state')
  paths = { config: state, state, data: state, assets: state, ledger: state }
})
afterEach(async () => await rm(join(state, '..'), { recursive: true, force: true }))

test('nothing is there at first; what is written is read by everybody, whole and for its owner alone', async () => {
  const mine = open()
  expect(await mine.read()).toMatchObject({ entries: [], broken: 0 })
  await mine.append([works('tempo'), works('loki')])
  expect((await open().read()).entries).toEqual([works('tempo'), works('loki')])
  expect((await stat(file())).mode & 0o777).toBe(0o600)
})

test('a file that somebody emptied tells news again, and what is no file keeps nothing silently', async () => {
  const mine = open()
  await mine.append([works('a'), works('b')])
  await mine.news()
  await writeFile(file(), '')
  await open().append([works('c')])
  expect(await mine.news()).toEqual([works('c')])
  await rm(file())
  execFileSync('mkfifo', [file()])
  await expect(mine.append([works('d')])).rejects.toThrow(/not a plain file/)
})

test('news are told once, also what another process writes', async () => {
  const mine = open()
  const other = open()
  await mine.append([works('a')])
  expect(await mine.news()).toEqual([works('a')])
  await other.append([works('b')])
  expect(await mine.news()).toEqual([works('b')])
  expect(await mine.news()).toEqual([])
  expect(await other.news()).toEqual([works('a'), works('b')])
})

test('a broken line is left out and counted, and spoils no other', async () => {
  await open().append([works('a')])
  await appendFile(file(), '{"at":1,"kind":"wor')
  await open().append([works('b')])
  await appendFile(file(), 'not JSON\n{"at":1,"kind":"unknown"}\n[]\nnull\n')
  await open().append([works('c')])
  const { entries, broken } = await open().read()
  expect(entries).toEqual([works('a'), works('b'), works('c')])
  expect(broken).toBe(5)
})

test('a line that is still on its way is read when it is whole', async () => {
  const mine = open()
  await mine.append([works('a')])
  const line = `${JSON.stringify(works('b'))}\n`
  await appendFile(file(), line.slice(0, 20))
  expect((await mine.read()).entries).toEqual([works('a')])
  await appendFile(file(), line.slice(20))
  expect(await mine.read()).toMatchObject({ entries: [works('a'), works('b')], broken: 0 })
})

test('it is bounded: a full file is put aside once, and what is older goes', async () => {
  const mine = open(2000)
  for (let index = 0; index < 200; index += 1) await mine.append([works(`service-${index}`)])
  const names = (await readdir(state)).sort()
  expect(names).toEqual(['activity.1.jsonl', 'activity.jsonl'])
  for (const name of names) expect((await stat(join(state, name))).size).toBeLessThan(2200)
  const { entries, broken } = await mine.read()
  expect(broken).toBe(0)
  expect(entries.at(-1)).toEqual(works('service-199'))
  expect(entries.length).toBeLessThan(100)
  expect((await open(2000).read()).entries).toEqual(entries)
})

test('who reads beside a file that is put aside misses nothing and hears nothing twice', async () => {
  const writer = open(2000)
  const reader = open(2000)
  const heard: string[] = []
  for (let index = 0; index < 200; index += 1) {
    await writer.append([works(`service-${index}`)])
    if (index % 7 === 0)
      for (const entry of await reader.news()) if (entry.kind === 'works') heard.push(entry.service)
  }
  for (const entry of await reader.news()) if (entry.kind === 'works') heard.push(entry.service)
  expect(heard).toEqual(Array.from({ length: 200 }, (_, index) => `service-${index}`))
})

test('what is older than it is kept for is not shown, and goes with its file', async () => {
  await open().append([works('old', now - KEPT_MS - 1), works('young')])
  expect((await open().read()).entries).toEqual([works('young')])
  const later = open(undefined, () => now + KEPT_MS)
  await later.read()
  await later.append([works('a', now + KEPT_MS)])
  await later.read()
  expect((await readdir(state)).sort()).toEqual(['activity.1.jsonl', 'activity.jsonl'])
  expect((await later.read()).entries).toEqual([works('young'), works('a', now + KEPT_MS)])
})

test('what a clock that was ahead wrote stands where it was written, not at the end until that time comes', async () => {
  const ahead = now + 400 * 86_400_000
  await open().append([works('before', now - 5000)])
  await open(undefined, () => ahead).append([works('then', ahead), works('too', ahead + 1)])
  await open().append([works('after', now - 1000)])
  const { entries } = await open().read()
  expect(entries).toEqual([
    works('before', now - 5000),
    { ...works('then', now - 5000), clock: ahead },
    { ...works('too', now - 5000), clock: ahead + 1 },
    works('after', now - 1000),
  ])
})

test('where nothing but a clock that was ahead wrote, it is now; a second of difference is none', async () => {
  const ahead = now + 86_400_000
  await open().append([works('then', ahead)])
  expect((await open().read()).entries).toEqual([{ ...works('then', now), clock: ahead }])
  await rm(file())
  await open().append([works('soon', now + 1000)])
  expect((await open().read()).entries).toEqual([works('soon', now + 1000)])
})

test('a mark that a killed process left does not stop it for ever', async () => {
  await mkdir(state, { recursive: true })
  await writeFile(join(state, 'activity.aside'), '')
  const mine = open(500)
  for (let index = 0; index < 20; index += 1) await mine.append([works(`service-${index}`)])
  // Nothing is lost while somebody seems to put it aside.
  expect((await mine.read()).entries).toHaveLength(20)
})

test('what is in the way is told, and what was there stays', async () => {
  await mkdir(join(file(), 'a folder'), { recursive: true })
  await expect(open().append([works('a')])).rejects.toThrow(/EISDIR/)
  expect((await open().read()).entries).toEqual([])
})

test('several processes write at the same time: every line is whole', async () => {
  await mkdir(state, { recursive: true })
  const program = `
    import { openActivity } from ${JSON.stringify(new URL('../../../main/system/keep/activity.ts', import.meta.url).href)}
    const keep = openActivity({ state: process.argv[1] }, () => ${now})
    for (let index = 0; index < 60; index += 1)
      await keep.append([{ at: ${now}, kind: 'works', service: process.argv[2] + '-' + index + 'x'.repeat(300) }])
  `
  await Promise.all(
    ['one', 'two', 'three'].map(
      async (name) =>
        await new Promise<void>((resolve, reject) => {
          const child = spawn(process.execPath, ['--input-type=module', '-e', program, state, name], {
            stdio: ['ignore', 'ignore', 'pipe'],
          })
          let says = ''
          child.stderr.on('data', (data: Buffer) => (says += data.toString()))
          child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(says))))
        }),
    ),
  )
  const { entries, broken } = await open().read()
  expect(broken).toBe(0)
  expect(entries).toHaveLength(180)
  // Whoever looks while another writes may take its line for a torn one, and begins a line of its own: an empty one is no loss.
  expect((await readFile(file(), 'utf8')).split('\n').filter((line) => line !== '')).toHaveLength(180)
})

test('the machine’s own interfaces have an address each; those of containers are none', () => {
  for (const [link, address] of open().links()) {
    expect(link).not.toMatch(/^(?:lo|veth|docker\d|br-)/)
    expect(address).not.toBe('')
  }
})
