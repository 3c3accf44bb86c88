import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSecrets } from '../../../main/system/keep/secrets-file.ts'
import type { Paths } from '../../../main/system/paths.ts'

/** Passwords that are asked for again and again are read again only when their file is another one. */

let folder: string
let paths: Paths
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-secrets-'))
  paths = { config: folder } as Paths
})
afterEach(async () => await rm(folder, { recursive: true }))

const put = async (value: string): Promise<void> =>
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ GRAFANA_ADMIN_PASSWORD: value }))
const now = async (): Promise<string | undefined> =>
  (await readSecrets(paths)).usable.get('GRAFANA_ADMIN_PASSWORD')

test('the same file is not read again, a changed one at once, however alike it is', async () => {
  await put('first-password')
  let before = await readSecrets(paths)
  await expect
    .poll(async () => {
      const last = before
      before = await readSecrets(paths)
      return last === before
    })
    .toBe(true)
  // In place, of the same length: only its times tell.
  await put('other-password')
  expect(await now()).toBe('other-password')
  await put('third-password')
  expect(await now()).toBe('third-password')
  await writeFile(join(folder, 'secrets.json'), 'no list')
  await expect(readSecrets(paths)).rejects.toThrow('damaged')
  await rm(join(folder, 'secrets.json'))
  expect(await now()).toBeUndefined()
})

test('what may not be read any more is told so, though it was known', async () => {
  await put('first-password')
  await expect.poll(async () => (await readSecrets(paths)) === (await readSecrets(paths))).toBe(true)
  await chmod(join(folder, 'secrets.json'), 0)
  // Root reads everything.
  if (process.getuid?.() === 0) expect(await now()).toBe('first-password')
  else await expect(readSecrets(paths)).rejects.toThrow('EACCES')
})
