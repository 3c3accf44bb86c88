import { chmod, chown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockIn } from '../../../main/system/keep/lock.ts'
import { startOf } from '../../../main/system/process/record.ts'

/** The kernel lets nobody make a folder there, root neither. */
const unwritable = '/sys/macula-desktop'

let top: string
let beside: string
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'macula-lock-'))
  beside = join(top, 'beside')
})
afterEach(async () => await rm(top, { recursive: true }))

const alone = async (): Promise<readonly string[]> =>
  await lockIn(unwritable, 'lock', Date.now, { beside: [beside] }).alone(
    'starting',
    0,
    async () => await readdir(beside),
  )
/** A lock that a living process holds: this test's parent. */
const held = async (folder: string): Promise<void> => {
  const holder = { pid: process.ppid, started: await startOf(process.ppid), purpose: 'stopping', since: 0 }
  await writeFile(join(folder, 'lock'), JSON.stringify(holder))
}

describe('where nothing can be written in the state folder, the lock lies beside it', () => {
  test('in a folder that is made for us alone', async () => {
    expect(await alone()).toEqual(['lock'])
    expect(await readdir(beside)).toEqual([])
  })
  test('where another of ours is at work, it is waited for', async () => {
    await mkdir(beside, { mode: 0o700 })
    await held(beside)
    await expect(alone()).rejects.toThrow('Another Macula is at work: stopping')
  })
})

describe('a folder of that name that is not ours alone counts for nothing', () => {
  test.each<[string, () => Promise<void>]>([
    [
      'others may write it',
      async () => {
        await mkdir(beside)
        await held(beside)
        await chmod(beside, 0o777)
      },
    ],
    [
      'it leads elsewhere',
      async () => {
        await mkdir(join(top, 'elsewhere'), { mode: 0o700 })
        await held(join(top, 'elsewhere'))
        await symlink(join(top, 'elsewhere'), beside)
      },
    ],
  ])('%s', async (_, make) => {
    await make()
    await expect(alone()).rejects.toThrow(
      /no lock can be written, neither in \/sys\/macula-desktop nor in .*beside/,
    )
  })
  test.skipIf(process.getuid?.() !== 0)('it is of another user', async () => {
    await mkdir(beside, { mode: 0o700 })
    await held(beside)
    await chown(beside, 12_345, 12_345)
    await expect(alone()).rejects.toThrow('no lock can be written')
  })
})
