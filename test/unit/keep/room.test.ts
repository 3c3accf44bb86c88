import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { room } from '../../../main/engine/doctor/checks/room.ts'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import type { RoomSeen } from '../../../main/engine/adapters.ts'
import { pathsOf } from '../../../main/system/paths.ts'
import { seeRoom } from '../../../main/system/room.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'macula-room-'))
})
afterEach(async () => await rm(home, { recursive: true }))

const see = async (env: string): Promise<readonly RoomSeen[]> =>
  await seeRoom(pathsOf({ MACULA_HOME: env }, '/assets'))

describe('whether our folders can be written', () => {
  test('they are tried by writing, and nothing stays', async () => {
    await mkdir(join(home, 'state'))
    const seen = await see(home)
    expect(seen.map(({ folder, trouble }) => [folder, trouble])).toEqual(
      ['config', 'state', 'data'].map((name) => [join(home, name), undefined]),
    )
    expect(seen.every(({ free = 0 }) => free > 0)).toBe(true)
    expect(await readdir(home)).toEqual(['state'])
    expect(await readdir(join(home, 'state'))).toEqual([])
  })
  test('a file in the place of a folder', async () => {
    await writeFile(join(home, 'state'), '')
    const [, state] = await see(home)
    expect(state?.trouble?.why).toContain(`Something in the path ${home}/state is not a folder`)
  })
  test('a place that lets nobody write', async () => {
    const seen = await see('/proc/self')
    expect(seen.map(({ trouble }) => trouble !== undefined)).toEqual([true, true, true])
  })
})

test.each<[string, readonly RoomSeen[], readonly [string, string][]]>([
  [
    'all is well',
    [{ folder: '/s', free: 5e9 }],
    [['ok', 'All folders of Macula can be written; 5 GB are free.']],
  ],
  [
    'the disk is full',
    [{ folder: '/s', trouble: { why: 'The disk of /s is full.', todo: 'Make room.' } }],
    [['failed', '/s cannot be written.']],
  ],
  [
    'little is left',
    [
      { folder: '/c', free: 5e9 },
      { folder: '/s', free: 1e6 },
    ],
    [['warning', 'The disk of /s is nearly full: 1 MB are left.']],
  ],
  ['nothing was looked at', [], []],
])('the doctor, when %s', async (_, seen, says) => {
  const findings = await room.run({ room: () => Promise.resolve(seen) } as unknown as CheckInput)
  expect(findings.map(({ result, what }) => [result, what])).toEqual(says)
})
