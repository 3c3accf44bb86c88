import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { done, fresh, maculactl } from '../support/actor.ts'

/** Everything that set-up changes on the machine can be given back, byte for byte. */

const KEY = '/proc/sys/net/ipv4/ip_unprivileged_port_start'

/** Every file, folder and link below /etc with mode, owner and content; and the kernel's value. */
async function machine(): Promise<ReadonlyMap<string, string>> {
  const tree = new Map<string, string>([[KEY, (await readFile(KEY, 'utf8')).trim()]])
  const walk = async (folder: string): Promise<void> => {
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const info = await lstat(path)
      const about = `${info.mode.toString(8)} ${info.uid}:${info.gid}`
      if (info.isDirectory()) {
        tree.set(path, about)
        await walk(path)
      } else if (info.isSymbolicLink()) tree.set(path, `${about} -> ${await readlink(path)}`)
      else if (info.isFile())
        tree.set(
          path,
          `${about} ${createHash('sha256')
            .update(await readFile(path))
            .digest('hex')}`,
        )
    }
  }
  await walk('/etc')
  return tree
}

function difference(one: ReadonlyMap<string, string>, two: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...one.keys(), ...two.keys()])]
    .filter((path) => one.get(path) !== two.get(path))
    .sort((left, right) => left.localeCompare(right))
}

let before: ReadonlyMap<string, string>
beforeAll(async () => {
  await fresh()
  before = await machine()
  expect(before.size).toBeGreaterThan(200)
})

test('setup --print and a set-up without a terminal change nothing', async () => {
  expect(await done(['setup', '--print'])).toContain('ip_unprivileged_port_start')
  expect((await maculactl(['setup'])).code).toBe(2)
  expect(difference(before, await machine())).toEqual([])
})

test('set-up changes just what it listed; a second one changes nothing', async () => {
  await done(['setup', '--yes'])
  const after = await machine()
  expect(difference(before, after)).toEqual(['/etc/hosts', '/etc/sysctl.d/60-macula.conf', KEY])
  expect(after.get(KEY)).toBe('80')
  await done(['setup', '--yes'])
  expect(difference(after, await machine())).toEqual([])
})

test('fault 14: undo --all gives the machine back byte for byte, twice in a row too', async () => {
  await done(['undo', '--all'])
  expect(difference(before, await machine())).toEqual([])
  await done(['undo', '--all'])
  expect(difference(before, await machine())).toEqual([])
})

test('one change of several can be undone', async () => {
  await done(['setup', '--yes'])
  const list = JSON.parse(await done(['undo', '--json'])) as {
    entries: { id: string; target: string; state: string }[]
  }
  const hosts = list.entries.find(({ target, state }) => target === '/etc/hosts' && state === 'applied')
  await done(['undo', hosts?.id ?? ''])
  expect(difference(before, await machine())).toEqual(['/etc/sysctl.d/60-macula.conf', KEY])
  await done(['undo', '--all'])
  expect(difference(before, await machine())).toEqual([])
})
