import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openSettings, saveSettings } from '../../../main/system/keep/settings.ts'
import { openUpdates } from '../../../main/system/keep/updates.ts'
import { pathsOf } from '../../../main/system/paths.ts'

const home = mkdtempSync(join(tmpdir(), 'macula-updates-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const update = (name: string) => ({
  image: `example/${name}:1.3.0@sha256:${'a'.repeat(64)}`,
  instead: `example/${name}:1.2.0`,
  before: [`example/${name}:1.2.0`],
})

test('what is saved at the same time in one process is all there afterwards', async () => {
  const paths = pathsOf({ MACULA_HOME: home }, home)
  const names = ['one', 'two', 'three', 'four']
  await Promise.all([
    ...names.map(async (name) => await openUpdates(paths).keep(name, update(name))),
    saveSettings(paths, { desktop: { theme: 'dark' } }),
    saveSettings(paths, { tls: true }),
  ])
  const { settings } = await openSettings(paths)
  expect(settings.updates).toEqual(Object.fromEntries(names.map((name) => [name, update(name)])))
  expect(settings).toMatchObject({ tls: true, desktop: { theme: 'dark' } })
  // One that is refused does not keep the next from its turn.
  await expect(saveSettings(paths, { suffix: 'nodots' })).rejects.toThrow('suffix')
  await openUpdates(paths).keep('one', undefined)
  expect(Object.keys((await openSettings(paths)).settings.updates)).not.toContain('one')
})
