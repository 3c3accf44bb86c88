import { mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeWhole } from '../../../main/system/files.ts'
import { lockIn } from '../../../main/system/keep/lock.ts'

/** What a killed run left is removed by its exact name; whatever a person put there stays. */

/** No process has this number: the kernel's largest is 4194304. */
const DEAD = 4_194_303
const RANDOM = '0b8b1b9e-5c0e-4d2e-9a59-0a2f1b0f7f61'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-sweep-'))
})

/** Makes a file, an hour old if asked. */
async function put(name: string, age: 'old' | 'new'): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, '')
  const when = new Date(Date.now() - (age === 'old' ? 3_600_000 : 0))
  await utimes(path, when, when)
}
const sweep = async (lock: string): Promise<readonly string[]> => {
  await lockIn(folder, lock, Date.now, { beside: [] }).alone('anything', 0, async () => undefined)
  return (await readdir(folder)).sort()
}

describe.each(['lock', 'secrets.json.lock'])('whoever holds %s', (lock) => {
  test.each<[string, 'old' | 'new']>([
    [`${lock}.${DEAD}.1`, 'new'],
    [`${lock}.${DEAD}.7.stale`, 'new'],
    [`${lock}.${process.ppid}.1`, 'old'],
    [`settings.json.macula-half.${DEAD}.${RANDOM}`, 'new'],
    [`secrets.json.macula-half.${process.ppid}.${RANDOM}`, 'old'],
    [`root-plan-${RANDOM}`, 'old'],
  ])('removes %s (%s)', async (name, age) => {
    await put(name, age)
    expect(await sweep(lock)).toEqual([])
  })

  test.each<[string, 'old' | 'new']>([
    // Copies that people make, by hand and by their tools.
    ['secrets.json.1', 'old'],
    ['settings.json.20261101', 'old'],
    ['settings.json.1795714214', 'old'],
    [`wanted.json.${DEAD}`, 'old'],
    ['notes.1.2', 'old'],
    ['backup.3.1', 'old'],
    [`settings.json.${DEAD}.1`, 'old'],
    [`backup.json.lock.${DEAD}.1`, 'old'],
    [`old-${lock}.${DEAD}.1`, 'old'],
    [`${lock}.${DEAD}.1.gz`, 'old'],
    [`${lock}.txt`, 'old'],
    [`${lock}.1`, 'old'],
    ['root-plan-mine', 'old'],
    ['secrets.json', 'old'],
    ['wanted.json.bad-2026-11-26T10-00-00-000Z', 'old'],
    // Still being written by somebody who lives.
    [`${lock}.${process.ppid}.1`, 'new'],
    [`setup.json.macula-half.${process.ppid}.${RANDOM}`, 'new'],
    [`root-plan-${RANDOM}`, 'new'],
  ])('leaves %s (%s)', async (name, age) => {
    await put(name, age)
    expect(await sweep(lock)).toEqual([name])
  })
})

test('a half of a file is called as the sweeper knows it', async () => {
  const path = join(folder, 'settings.json')
  const seen = new Set<string>()
  const over = new AbortController()
  const writing = writeWhole(path, 'x'.repeat(20_000_000)).finally(() => over.abort())
  while (!over.signal.aborted) for (const name of await readdir(folder)) seen.add(name)
  await writing
  seen.delete('settings.json')
  expect([...seen]).toEqual([
    expect.stringMatching(new RegExp(`^settings\\.json\\.macula-half\\.${process.pid}\\.[0-9a-f-]{36}$`)),
  ])
  expect(await readdir(folder)).toEqual(['settings.json'])
})

test('many that write one file at once: the last asked for stays, and no halves', async () => {
  const path = join(folder, 'x')
  await Promise.all(Array.from({ length: 20 }, async (_, index) => await writeWhole(path, `${index}`)))
  expect(await readFile(path, 'utf8')).toBe('19')
  expect(await readdir(folder)).toEqual(['x'])
})
