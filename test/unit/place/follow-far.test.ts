import type * as Fs from 'node:fs'
import type * as Promises from 'node:fs/promises'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { followFolders } from '../../../main/system/place/follow-folders.ts'
import { readPlace } from '../../../main/system/place/read-place.ts'
import { deployment, folderWith } from './folder.ts'

/** Folders of which no watch tells, and those of a network that is away. Stood in for: what the kernel says to these calls. */

const kernel = vi.hoisted(() => ({ watches: true, stats: [] as string[] }))

vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>()
  return {
    ...real,
    watch: (...args: Parameters<typeof real.watch>) => {
      if (!kernel.watches) throw Object.assign(new Error('no watch is left'), { code: 'ENOSPC' })
      return real.watch(...args)
    },
  }
})
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof Promises>()
  return {
    ...real,
    stat: async (path: string) => {
      if (!path.includes('/away')) return await real.stat(path)
      kernel.stats.push(path)
      return await new Promise(() => undefined)
    },
  }
})

let made: Awaited<ReturnType<typeof folderWith>>
let over: AbortController
let told = 0
beforeEach(async () => {
  kernel.watches = true
  kernel.stats = []
  made = await folderWith({ 'app/web.yaml': 'a', 'app/run.log': '' })
  over = new AbortController()
  told = 0
})
afterEach(async () => {
  over.abort()
  await made.end()
})
const follow = (...paths: readonly string[]): void =>
  followFolders({
    signal: over.signal,
    places: () => Promise.resolve(paths.map((path) => join(made.root, path))),
    onChange: () => void (told += 1),
  })
const heard = async (more: number): Promise<void> =>
  await expect.poll(() => told, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(more)

test('a file that is written in its place is noticed where no watch is left', async () => {
  kernel.watches = false
  follow('app')
  await heard(1)
  await appendFile(join(made.root, 'app/web.yaml'), 'more')
  await heard(2)
}, 120_000)

test('a log beside the manifests that is written all the time keeps no change waiting', async () => {
  follow('app')
  await heard(1)
  const writing = setInterval(
    () => void appendFile(join(made.root, 'app/run.log'), 'x').catch(() => undefined),
    50,
  )
  try {
    await heard(3)
  } finally {
    clearInterval(writing)
  }
}, 120_000)

test('a folder of a network that is away takes no second thread, and keeps the others followed', async () => {
  follow('away/shop', 'app')
  await heard(1)
  for (let round = 0; round < 3; round += 1) {
    const before = told
    await appendFile(join(made.root, 'app/web.yaml'), 'more')
    await heard(before + 1)
  }
  // One with what is in it, one without.
  expect(kernel.stats.length).toBeLessThanOrEqual(2)
}, 120_000)

test('an application of such a folder is told within its deadline, and asked for once', async () => {
  const path = join(made.root, 'away', 'shop')
  const read = async () => await readPlace(path, {}, 50)
  expect(await read()).toMatchObject({
    kind: 'refused',
    file: path,
    says: expect.stringMatching(/does not answer/) as string,
  })
  expect(await read()).toMatchObject({ kind: 'refused' })
  expect(kernel.stats).toHaveLength(1)
  await made.put('shop/web.yaml', deployment('web'))
  expect(await readPlace(join(made.root, 'shop'), {})).toMatchObject({ kind: 'read' })
})
