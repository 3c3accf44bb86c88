import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, expect, test } from 'vitest'
import { openSettings, saveSettings } from '../../../main/system/keep/settings.ts'
import { openSetupMemory } from '../../../main/system/keep/setup-memory.ts'
import { openUpdates } from '../../../main/system/keep/updates.ts'
import { openEnvFiles } from '../../../main/system/project/env-files.ts'
import { pathsOf } from '../../../main/system/paths.ts'

const home = mkdtempSync(join(tmpdir(), 'macula-updates-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const module = (path: string): string =>
  fileURLToPath(new URL(`../../../main/system/${path}`, import.meta.url))
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

/** Another process that saves again and again: updates, an application, what set-up remembers, a file of a project. */
const saver = `
const [, home, name, ...modules] = process.argv
const [{ pathsOf }, { openUpdates }, { saveSettings }, { openSetupMemory }, { openEnvFiles }] = await Promise.all(modules.map((one) => import(one)))
const paths = pathsOf({ MACULA_HOME: home }, home)
for (let round = 0; round < 8; round += 1) {
  const image = 'example/' + name + round
  await openUpdates(paths).keep(name + round, { image: image + ':1.3.0@sha256:' + 'a'.repeat(64), instead: image + ':1.2.0', before: [image + ':1.2.0'] })
  await saveSettings(paths, ({ apps }) => ({ apps: [...apps, { path: '/srv/' + name + round, id: '', cluster: '', follow: false }] }))
  // Each has a part of its own, which the other must not write back as it was.
  const part = name === 'one' ? 'leftOut' : 'services'
  const memory = openSetupMemory(paths)
  const before = (await memory.read())[part] ?? []
  if (before.join() !== (round === 0 ? '' : name + (round - 1))) throw new Error('lost: ' + name + (round - 1))
  for (let again = 0; again < 5; again += 1) await memory.keep({ [part]: [name + round] })
  await openEnvFiles(paths).remember((before) => [...before, { path: '/srv/' + name + round + '/.env', service: 'loki', at: 1, made: true }])
}
`

test('what two processes save at the same time is all there afterwards, in every file that is read and changed', async () => {
  const own = mkdtempSync(join(tmpdir(), 'macula-two-'))
  try {
    const modules = [
      'paths.ts',
      'keep/updates.ts',
      'keep/settings.ts',
      'keep/setup-memory.ts',
      'project/env-files.ts',
    ].map(module)
    const argv = ['--experimental-strip-types', '--input-type=module', '--eval', saver]
    await Promise.all(
      ['one', 'two'].map(async (name) => await execa(process.execPath, [...argv, own, name, ...modules])),
    )
    const paths = pathsOf({ MACULA_HOME: own }, own)
    const { settings } = await openSettings(paths)
    const all = ['one', 'two'].flatMap((name) => Array.from({ length: 8 }, (_, round) => `${name}${round}`))
    expect(Object.keys(settings.updates).toSorted()).toEqual(all)
    expect(settings.apps.map(({ path }) => path).toSorted()).toEqual(all.map((name) => `/srv/${name}`))
    expect(await openSetupMemory(paths).read()).toMatchObject({ leftOut: ['one7'], services: ['two7'] })
    expect((await openEnvFiles(paths).remembered()).map(({ path }) => path).toSorted()).toEqual(
      all.map((name) => `/srv/${name}/.env`),
    )
    expect(readdirSync(paths.config)).toEqual(['settings.json'])
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
})
