import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BackupCut, BackupTaking } from '../../../main/model/backup.ts'
import type { PartialData } from '../../../main/model/partial.ts'
import { openRestores } from '../../../main/system/backup/cut-file.ts'
import { startOf } from '../../../main/system/process/record.ts'
import { folder } from './fixture.ts'

/** How far a restore is, as a file that outlives its process. */

const cut: BackupCut = {
  name: 'monday',
  path: '/data/snapshots/monday.macula-snapshot',
  at: 1_795_765_320_000,
  ran: ['grafana'],
  touched: [{ id: 'grafana', had: true }],
  moved: [{ from: 'macula_grafana', to: 'macula_grafana_before-20261127-2000' }],
  half: { id: 'grafana', title: 'Grafana' },
  done: [],
  left: ['Grafana'],
}

test('one that goes on is none that was cut; one whose process is gone, or that is over, is', async () => {
  const state = await folder()
  const file = join(state, 'restoring.json')
  const restores = openRestores({ config: '', state, data: '', assets: '', ledger: '' })
  expect(await restores.cut()).toBeUndefined()
  await restores.keep(cut)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await restores.cut()).toBeUndefined()
  await restores.keep(cut, 'over')
  expect(await restores.cut()).toEqual(cut)
  // By a process that is killed.
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const by = { pid: child.pid, started: await startOf(child.pid ?? 0) }
  await writeFile(file, JSON.stringify({ by, ...cut }))
  expect(await restores.cut()).toBeUndefined()
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  expect(await restores.cut()).toEqual(cut)
  // The same pid of another process is not that one.
  await writeFile(file, JSON.stringify({ by: { pid: process.pid, started: 'another boot/1' }, ...cut }))
  expect(await restores.cut()).toEqual(cut)
  await restores.keep(undefined)
  expect(await restores.cut()).toBeUndefined()
  await expect(readFile(file)).rejects.toThrow('ENOENT')
  await writeFile(file, 'nothing that is one')
  expect(await restores.cut()).toBeUndefined()
})

test('data that is a part only is known by service, until its work is over', async () => {
  const state = await folder()
  const restores = openRestores({ config: '', state, data: '', assets: '', ledger: '' })
  const of = { kind: 'back', copy: '20261127-2000' } as const
  const web: PartialData = { id: 'my/web', title: 'Web', of }
  const file = join(state, 'partial', 'my%2Fweb.json')
  expect(await restores.partial()).toEqual([])
  await restores.keepPartial('my/web', web)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  // This process goes on with it.
  expect(await restores.partial()).toEqual([])
  await writeFile(file, JSON.stringify({ by: { pid: process.pid, started: 'another boot/1' }, ...web }))
  expect(await restores.partial()).toEqual([web])
  const side: PartialData = {
    id: 'side',
    title: 'Side',
    of: { kind: 'restore', name: 'f2', path: '/f2.macula-snapshot' },
  }
  await restores.keepPartial('side', side, 'over')
  expect((await restores.partial()).toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([web, side])
  await restores.keepPartial('my/web', undefined)
  expect(await restores.partial()).toEqual([side])
})

test('the making of one is known in the same way, by a file of its own', async () => {
  const state = await folder()
  const file = join(state, 'snapshotting.json')
  const restores = openRestores({ config: '', state, data: '', assets: '', ledger: '' })
  const taking: BackupTaking = {
    name: 'monday',
    at: 1,
    stopped: [{ id: 'grafana', title: 'Grafana' }],
    started: [],
  }
  await restores.keepTaking(taking)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await restores.taking()).toBeUndefined()
  await writeFile(file, JSON.stringify({ by: { pid: process.pid, started: 'another boot/1' }, ...taking }))
  expect(await restores.taking()).toEqual(taking)
  await restores.keepTaking(taking, 'over')
  expect(await restores.taking()).toEqual(taking)
  expect(await restores.cut()).toBeUndefined()
  await restores.keepTaking(undefined)
  expect(await restores.taking()).toBeUndefined()
})

test('passwords of the time before are for their owner alone, and go with the end', async () => {
  const state = await folder()
  const file = join(state, 'restoring-passwords.json')
  const restores = openRestores({ config: '', state, data: '', assets: '', ledger: '' })
  expect(await restores.passwords()).toBeUndefined()
  await restores.keepPasswords(new Map([['DB_PASSWORD', 'old']]))
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await restores.keep(cut, 'over')
  expect(await restores.passwords()).toEqual(new Map([['DB_PASSWORD', 'old']]))
  await restores.keep(undefined)
  expect(await restores.passwords()).toBeUndefined()
  await expect(readFile(file)).rejects.toThrow('ENOENT')
})
