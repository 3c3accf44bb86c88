import { rename, rm, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followFolders } from '../../../main/system/place/follow-folders.ts'
import { folderWith } from './folder.ts'

/** Files that are followed, on the real file system. */

let made: Awaited<ReturnType<typeof folderWith>>
let over: AbortController
let told = 0
beforeEach(async () => {
  made = await folderWith({ 'app/web.yaml': 'a', 'settings.json': '{}', 'other/x': '' })
  over = new AbortController()
  told = 0
})
afterEach(async () => {
  over.abort()
  await made.end()
})

const follow = async (...paths: readonly string[]): Promise<void> => {
  let asked = 0
  followFolders({
    signal: over.signal,
    places: () => {
      asked += 1
      return Promise.resolve(paths.map((path) => join(made.root, path)))
    },
    onChange: () => void (told += 1),
  })
  await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(0)
}
const heard = async (more: number): Promise<void> =>
  await expect.poll(() => told, { timeout: 30_000, interval: 50 }).toBeGreaterThanOrEqual(more)
/** Writes again and again until it is told: the watch may not have begun when the first came. */
const untilHeard = async (act: (round: number) => Promise<void>): Promise<void> => {
  const before = told
  const isHeard = (): boolean => told > before
  for (let round = 0; round < 30 && !isHeard(); round += 1) {
    await act(round)
    await expect
      .poll(() => told > before, { timeout: 2000, interval: 50 })
      .toBe(true)
      .catch(() => undefined)
  }
  expect(told).toBeGreaterThan(before)
}

test('a file that is written, and one that another takes the place of, as editors do', async () => {
  await follow('app')
  await untilHeard(async (round) => await made.put('app/web.yaml', `b${round}`))
  await untilHeard(async (round) => {
    await made.put('app/.web.yaml.swp', `c${round}`)
    await rename(join(made.root, 'app/.web.yaml.swp'), join(made.root, 'app/web.yaml'))
  })
})

test('a file is followed by its folder; what else is in that folder is not', async () => {
  await follow('settings.json')
  await untilHeard(async (round) => await made.put('settings.json', `{"a":${round}}`))
})

test('a folder that goes away and comes back, as by a checkout, is followed again', async () => {
  await follow('app')
  await untilHeard(async (round) => await made.put('app/web.yaml', `b${round}`))
  const before = told
  await rm(join(made.root, 'app'), { recursive: true })
  await heard(before + 1)
  await mkdir(join(made.root, 'app'))
  await writeFile(join(made.root, 'app/web.yaml'), 'back')
  await heard(before + 2)
})

test('many changes at once are told as few', async () => {
  await follow('app')
  await untilHeard(async (round) => await made.put('app/web.yaml', `b${round}`))
  const before = told
  for (let index = 0; index < 300; index += 1) await writeFile(join(made.root, `app/f${index}.yaml`), 'x')
  await heard(before + 1)
  expect(told - before).toBeLessThan(100)
})

test('it is told once all are watched, for what changed before', async () => {
  await follow('app')
  await heard(1)
})

test('nothing is told once it is over', async () => {
  await follow('app')
  await untilHeard(async (round) => await made.put('app/web.yaml', `b${round}`))
  over.abort()
  const before = told
  over = new AbortController()
  let other = 0
  followFolders({
    signal: over.signal,
    places: () => Promise.resolve([join(made.root, 'app')]),
    onChange: () => void (other += 1),
  })
  // The other one is told of what came later, so the first would have been too.
  const isHeard = (): boolean => other > 1
  for (let round = 0; round < 30 && !isHeard(); round += 1) {
    await made.put('app/web.yaml', `later${round}`)
    await expect
      .poll(() => other, { timeout: 2000, interval: 50 })
      .toBeGreaterThan(1)
      .catch(() => undefined)
  }
  expect(other).toBeGreaterThan(1)
  expect(told).toBe(before)
})

test('what is not there yet is told by the folder that it comes to, without waiting for the next look', async () => {
  await follow('services', 'later.json')
  // All are watched.
  await heard(1)
  const before = told
  await made.put('later.json', '{}')
  await expect.poll(() => told, { timeout: 3000, interval: 20 }).toBeGreaterThan(before)
})
