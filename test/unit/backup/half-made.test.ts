import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRestores } from '../../../main/system/backup/cut-file.ts'
import { openBackups } from '../../../main/system/backup/open-backups.ts'
import { startOf } from '../../../main/system/process/record.ts'
import { about, database, folder, never, pieces } from './fixture.ts'

/** What is left of a snapshot whose making was killed is told apart from one that goes on, and removed by its name. */

async function place() {
  const state = await folder()
  const paths = { config: '', state, data: await folder(), assets: '', ledger: '' }
  return { state, backups: openBackups(paths), restores: openRestores(paths) }
}

const mark = { name: 'monday', at: 1_795_765_320_000, stopped: [], started: [], making: true } as const

/** The pid of a process that is gone. */
const gone = (): number => spawnSync(process.execPath, ['-e', '']).pid

const halfOf = (name: string, pid: number): string =>
  `${name}.macula-snapshot.macula-half.${pid}.0a4d11ce-805f-4b77-86c4-1829bd60f38e`

test('while it is made nothing is listed of it, and its half is nobody’s to delete', async () => {
  const { backups, restores } = await place()
  await restores.keepTaking(mark)
  const writer = await backups.create('monday')
  await writer.add(database, pieces('half of it'), () => undefined, never)
  expect(await backups.list()).toEqual([])
  await expect(backups.remove('monday')).rejects.toThrow('There is no snapshot "monday"')
  expect(await readdir(backups.folder)).toHaveLength(1)
  await writer.drop()
})

test('what another process goes on making is no half that is left: not listed, not deleted', async () => {
  const { backups, state } = await place()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const pid = child.pid ?? expect.fail()
  try {
    await writeFile(
      join(state, 'snapshotting.json'),
      JSON.stringify({ by: { pid, started: await startOf(pid) }, ...mark }),
    )
    await (await backups.create('other')).drop()
    await writeFile(join(backups.folder, halfOf('monday', pid)), 'half of it')
    expect(await backups.list()).toEqual([])
    await expect(backups.remove('monday')).rejects.toThrow('There is no snapshot "monday"')
    expect(await readdir(backups.folder)).toEqual([halfOf('monday', pid)])
  } finally {
    child.kill('SIGKILL')
  }
})

test('one whose process was killed is listed as cut off, with the size of what is left, and deleted by its name', async () => {
  const { backups, restores, state } = await place()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const pid = child.pid ?? expect.fail()
  const by = { pid, started: await startOf(pid) }
  const killed = once(child, 'exit')
  child.kill('SIGKILL')
  await killed
  await writeFile(join(state, 'snapshotting.json'), JSON.stringify({ by, ...mark }))
  // Ended before there was a file: the mark alone tells.
  expect(await backups.list()).toMatchObject([{ name: 'monday', size: 0, cut: { at: mark.at } }])
  await (await backups.create('other')).drop()
  await writeFile(join(backups.folder, halfOf('monday', pid)), 'half of it')
  const [listed] = await backups.list()
  expect(listed).toMatchObject({
    name: 'monday',
    path: join(backups.folder, halfOf('monday', pid)),
    size: 10,
    cut: { at: mark.at },
    trouble: { kind: 'invalid', what: 'The snapshot monday was cut off while it was created.' },
  })
  expect(listed?.manifest).toBeUndefined()
  await backups.remove('monday')
  expect(await backups.list()).toEqual([])
  expect(await readdir(backups.folder)).toEqual([])
  expect(await restores.taking()).toBeUndefined()
  await expect(backups.remove('monday')).rejects.toThrow('There is no snapshot "monday"')
})

test('what it stopped stays known when what is left of it is deleted', async () => {
  const { backups, restores } = await place()
  const stopped = [{ id: 'grafana', title: 'Grafana' }]
  await restores.keepTaking({ ...mark, stopped }, 'over')
  expect(await backups.list()).toHaveLength(1)
  await backups.remove('monday')
  expect(await backups.list()).toEqual([])
  expect(await restores.taking()).toMatchObject({ name: 'monday', stopped })
})

test('a half without a mark is one too, also where its pid is another program’s by now', async () => {
  const { backups } = await place()
  await (await backups.create('other')).drop()
  await writeFile(join(backups.folder, halfOf('tuesday', process.ppid)), 'half')
  await writeFile(join(backups.folder, halfOf('monday', gone())), 'half')
  // Names that are not ours to give.
  await writeFile(join(backups.folder, halfOf('..', gone())), '')
  await writeFile(join(backups.folder, 'notes.macula-half.7.0'), '')
  expect((await backups.list()).map(({ name, cut }) => [name, cut !== undefined])).toEqual([
    ['monday', true],
    ['tuesday', true],
  ])
  // The next that is created takes what killed ones left with it.
  await (await backups.create('third')).drop()
  expect((await backups.list()).map(({ name }) => name)).not.toContain('monday')
})

test('a whole one of the same name is what is listed; deleted, both are gone', async () => {
  const { backups } = await place()
  const writer = await backups.create('monday')
  await writer.finish(about)
  await writeFile(join(backups.folder, halfOf('monday', gone())), 'half')
  const listed = await backups.list()
  expect(listed).toHaveLength(1)
  expect(listed[0]?.manifest?.name).toBe('monday')
  await backups.remove('monday')
  expect(await readdir(backups.folder)).toEqual([])
})
