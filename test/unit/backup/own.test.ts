import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { BackupsAdapter } from '../../../main/engine/adapters.ts'
import { openBackups } from '../../../main/system/backup/open-backups.ts'
import { about, database, folder, never, pieces, tarOf } from './fixture.ts'

/** A person's own files in a snapshot, and the folder that snapshots lie in. */

interface Home {
  readonly config: string
  readonly data: string
  readonly backups: BackupsAdapter
}
let from: Home
let to: Home

async function home(suffix: string, sets: object): Promise<Home> {
  const base = await folder()
  const paths = {
    config: join(base, 'config'),
    state: join(base, 'state'),
    data: join(base, 'data'),
    assets: '',
    ledger: '',
  }
  await mkdir(join(paths.config, 'services/shop'), { recursive: true })
  await writeFile(join(paths.config, 'settings.json'), JSON.stringify({ version: 1, suffix, sets }))
  return { config: paths.config, data: paths.data, backups: openBackups(paths) }
}
const read = async (at: Home, path: string): Promise<string> => await readFile(join(at.config, path), 'utf8')
const at = Date.parse('2026-11-27T20:00:00Z')

beforeEach(async () => {
  from = await home('macula.local', { mine: ['shop'] })
  to = await home('other.local', {})
  await writeFile(join(from.config, 'services/shop/compose.yaml'), 'services: {}')
  await writeFile(join(from.config, 'services/shop/.env'), 'CANARY=1')
})

test('descriptions go from one instance to another; what was there is moved aside, and the suffix stays', async () => {
  await writeFile(join(to.config, 'services/shop/compose.yaml'), 'services: { old: {} }')
  await writeFile(join(to.config, 'services/shop/more'), 'theirs')
  const { tar, secret, notes } = await from.backups.own()
  expect(notes).toEqual([])
  const put = await to.backups.putOwn(tar, [], at)
  expect(put).toEqual({ movedTo: join(to.config, 'before-snapshot-20261127-200000'), notes: [] })
  expect(await read(to, 'services/shop/compose.yaml')).toBe('services: {}')
  expect(await readdir(join(to.config, 'services/shop'))).toEqual(['compose.yaml'])
  expect(await read(to, 'before-snapshot-20261127-200000/services/shop/more')).toBe('theirs')
  expect(JSON.parse(await read(to, 'settings.json'))).toMatchObject({
    suffix: 'other.local',
    sets: { mine: ['shop'] },
  })
  expect(JSON.parse(await read(to, 'before-snapshot-20261127-200000/settings.json'))).toMatchObject({
    sets: {},
  })
  expect((await readdir(to.config)).filter((name) => name.startsWith('.restoring'))).toEqual([])
  expect(secret.map(({ path }) => path)).toEqual(['services/shop/.env'])
})

test('files with passwords are not in the tar, and come back with the secrets, for nobody else to read', async () => {
  const { tar, secret } = await from.backups.own()
  const parts: Uint8Array[] = []
  for await (const chunk of tar) parts.push(chunk)
  expect(Buffer.concat(parts).includes('CANARY')).toBe(false)
  const sealed = await from.backups.seal({ values: { A: 'b' }, files: secret }, 'correct horse')
  expect(sealed.includes('CANARY')).toBe(false)
  const { files, values } = await to.backups.unseal(sealed, 'correct horse')
  expect(values).toEqual({ A: 'b' })
  await to.backups.putOwn(pieces(...parts.map((one) => Buffer.from(one))), files, at)
  expect(await read(to, 'services/shop/.env')).toBe('CANARY=1')
  expect((await stat(join(to.config, 'services/shop/.env'))).mode & 0o777).toBe(0o600)
})

test('links and large files are left out, and told', async () => {
  await symlink('/etc/passwd', join(from.config, 'services/shop/link'))
  await writeFile(join(from.config, 'services/shop/large'), '')
  await truncate(join(from.config, 'services/shop/large'), 17 * 1024 * 1024)
  const { tar, notes } = await from.backups.own()
  expect(notes.join('\n')).toMatch(/large is left out: it has more than/)
  expect(notes.join('\n')).toMatch(/link is left out: it is a link/)
  await to.backups.putOwn(tar, [], at)
  expect(await readdir(join(to.config, 'services/shop'))).toEqual(['compose.yaml'])
})

test.each([
  '../../evil',
  'services/../../evil',
  '/etc/evil',
  'evil',
  'services//evil',
  'settings.json/x',
  'services',
])('a file with passwords that would lie at %j is not written', async (path) => {
  const { tar } = await from.backups.own()
  await to.backups.putOwn(tar, [{ path, content: Buffer.from('evil').toString('base64') }], at)
  const all = await readdir(join(to.config, '..'), { recursive: true })
  expect(all.filter((name) => name.endsWith('evil') || name.endsWith('settings.json/x'))).toEqual([])
})

test('a tar with a link, or a path that leads out, is refused before anything is moved', async () => {
  for (const entry of [
    { name: 'config/services/l', type: 'symlink', linkname: '/etc' },
    { name: 'config/../evil' },
  ])
    await expect(to.backups.putOwn(pieces(await tarOf([entry])), [], at)).rejects.toThrow()
  expect((await readdir(to.config)).toSorted()).toEqual(['services', 'settings.json'])
})

test('settings that are not valid here are told, and those that are here stay', async () => {
  await writeFile(join(from.config, 'settings.json'), '{"sets": {"NOT A NAME": ["x"]}}')
  const { tar } = await from.backups.own()
  const { notes } = await to.backups.putOwn(tar, [], at)
  expect(notes.join()).toContain('Its settings were not taken')
  expect(JSON.parse(await read(to, 'settings.json'))).toMatchObject({ suffix: 'other.local' })
})

test('snapshots lie in a folder of one’s own; names are names, each is there once, and one that is odd is listed with its reason', async () => {
  const { backups, data } = from
  expect(await backups.list()).toEqual([])
  for (const name of ['', '..', 'a/b', '.hidden', 'x'.repeat(64), '-rf', 'a\nb'])
    await expect(backups.create(name), JSON.stringify(name)).rejects.toThrow(
      /cannot be the name of a snapshot/,
    )
  const writer = await backups.create('monday')
  await writer.add(database, pieces('x'), () => undefined, never)
  expect(await backups.list()).toEqual([])
  await writer.finish(about)
  await writer.drop()
  await expect(backups.create('monday')).rejects.toThrow(/There is a snapshot monday already/)
  await writeFile(join(data, 'snapshots/odd.macula-snapshot'), 'odd')
  expect(await backups.list()).toMatchObject([
    { name: 'monday', manifest: { name: 'monday' } },
    { name: 'odd', trouble: { kind: 'invalid' } },
  ])
  expect((await stat(join(data, 'snapshots'))).mode & 0o777).toBe(0o700)
  expect(await backups.free()).toBeGreaterThan(0)
  await backups.remove('monday')
  expect(existsSync(join(data, 'snapshots/monday.macula-snapshot'))).toBe(false)
  await expect(backups.remove('monday')).rejects.toThrow(/There is no snapshot "monday"/)
  expect(backups.pathOf('monday')).toBe(join(data, 'snapshots/monday.macula-snapshot'))
  expect(backups.pathOf('/media/a.macula-snapshot')).toBe('/media/a.macula-snapshot')
})

test('what a restore replaced comes back, and what it brought goes aside; twice does no harm', async () => {
  await writeFile(join(to.config, 'services/shop/compose.yaml'), 'services: { old: {} }')
  await mkdir(join(from.config, 'apps/new'), { recursive: true })
  await writeFile(join(from.config, 'apps/new/app.yaml'), 'new')
  const before = await read(to, 'settings.json')
  await to.backups.putOwn((await from.backups.own()).tar, [], at)
  expect(existsSync(join(to.config, 'apps/new'))).toBe(true)
  await to.backups.backOwn(at)
  expect(await read(to, 'services/shop/compose.yaml')).toBe('services: { old: {} }')
  expect(await read(to, 'settings.json')).toBe(before)
  expect(existsSync(join(to.config, 'apps/new'))).toBe(false)
  await to.backups.backOwn(at)
  expect(await read(to, 'services/shop/compose.yaml')).toBe('services: { old: {} }')
  // One that nothing was replaced by changes nothing.
  await to.backups.backOwn(at + 60_000)
  expect(await read(to, 'settings.json')).toBe(before)
})

test('run again after it broke off, what was there at first is what comes back', async () => {
  for (const name of ['one', 'two']) {
    await mkdir(join(from.config, 'services', name), { recursive: true })
    await writeFile(join(from.config, 'services', name, 'compose.yaml'), 'theirs')
    await mkdir(join(to.config, 'services', name), { recursive: true })
    await writeFile(join(to.config, 'services', name, 'compose.yaml'), `ours ${name}`)
  }
  await mkdir(join(from.config, 'apps/new'), { recursive: true })
  await writeFile(join(from.config, 'apps/new/app.yaml'), 'new')
  await to.backups.putOwn((await from.backups.own()).tar, [], at)
  // As if it had ended between the two: the second is still ours.
  const aside = join(to.config, 'before-snapshot-20261127-200000/services/two')
  await rm(join(to.config, 'services/two'), { recursive: true })
  await rename(aside, join(to.config, 'services/two'))
  const again = await to.backups.putOwn((await from.backups.own()).tar, [], at)
  expect(again.movedTo).toBe(join(to.config, 'before-snapshot-20261127-200000'))
  expect(await read(to, 'services/two/compose.yaml')).toBe('theirs')
  await to.backups.backOwn(at)
  for (const name of ['one', 'two'])
    expect(await read(to, `services/${name}/compose.yaml`)).toBe(`ours ${name}`)
  expect(existsSync(join(to.config, 'apps/new'))).toBe(false)
})
