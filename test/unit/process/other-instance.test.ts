import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openNameServer } from '../../../main/system/dns/open-name-server.ts'
import { FORWARD_WORD } from '../../../main/system/forward/own-forwarder.ts'
import { openForwarders } from '../../../main/system/forward/open-forwarders.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { markedEnvironment } from '../../../main/system/process/mark.ts'
import { argvOf, isAlive, recordsIn, startOf, type PidRecord } from '../../../main/system/process/record.ts'

/** Records of one folder, while the settings name another project than when they were written. */

const owner = { uid: process.getuid?.() ?? 0, project: `other-${process.pid}` }
const old = { ...owner, project: `${owner.project}-old` }
const forward = { address: '127.77.0.9', port: 23_009, host: '127.77.1.9', toPort: 80 }
const words = Object.values(forward).map(String)

let paths: Paths
const children: ChildProcess[] = []
beforeEach(async () => {
  paths = pathsOf({ MACULA_HOME: await mkdtemp(join(tmpdir(), 'macula-other-')) }, '/assets')
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(join(paths.state, '..'), { recursive: true, force: true })
})

/** A process as we would have started it for `whose`, with a record; undefined: without a mark, as where none can be read. */
async function recorded(name: string, whose: typeof owner | undefined, args: readonly string[]) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)', '--', ...args], {
    detached: true,
    stdio: 'ignore',
    env: whose ? { ...markedEnvironment({ owner: whose, state: paths.state }) } : {},
  })
  children.push(child)
  await new Promise((resolve) => child.once('spawn', resolve))
  const pid = child.pid ?? 0
  const record: PidRecord = { pid, started: (await startOf(pid)) ?? '', argv: (await argvOf(pid)) ?? [] }
  await recordsIn(join(paths.state, 'pids')).write(name, record)
  return record
}

describe('what another instance started is none of ours, though its record lies in our folder', () => {
  const name = `forward-${forward.address}-${forward.port}`
  const forwarders = (whose: typeof owner) => openForwarders(paths, whose, process.env, ['/nonexistent'])

  test('a forwarder is neither listed nor ended, and is known to its own instance on', async () => {
    const record = await recorded(name, old, [FORWARD_WORD, ...words])
    expect(await forwarders(owner).list()).toEqual([])
    await forwarders(owner).stop()
    await forwarders(owner).stop([forward])
    expect(await isAlive(record)).toBe(true)
    expect(await forwarders(old).list()).toMatchObject([{ ...forward, pid: record.pid }])
    await forwarders(old).stop()
    expect(await isAlive(record)).toBe(false)
  })

  test.each([
    ['of ours', owner],
    ['that carries no mark', undefined],
  ])('one %s is listed and ended', async (_, whose) => {
    const record = await recorded(name, whose, [FORWARD_WORD, ...words])
    expect(await forwarders(owner).list()).toMatchObject([{ ...forward, pid: record.pid }])
    expect(await forwarders(owner).list('quick')).toMatchObject([{ ...forward, pid: record.pid }])
    await forwarders(owner).stop()
    expect(await isAlive(record)).toBe(false)
    expect(await forwarders(owner).list('quick')).toEqual([])
  })

  test.skipIf(process.platform !== 'linux')(
    'a record of a process that is another now tells of none, and stays for the reading that counts',
    async () => {
      const record = await recorded(name, owner, [FORWARD_WORD, ...words])
      const records = recordsIn(join(paths.state, 'pids'))
      await records.write(name, { ...record, started: 'before' })
      expect(await forwarders(owner).list('quick')).toEqual([])
      expect(await records.names()).toEqual([name])
    },
  )

  test('a name server goes on, and its record stays for it', async () => {
    const server = (whose: typeof owner) =>
      openNameServer(paths, whose, defaultSettings, { PATH: '/nonexistent' })
    const record = await recorded('dnsmasq', old, ['--conf-file=/x'])
    await server(owner).stop()
    expect(await isAlive(record)).toBe(true)
    expect(await server(owner).seen()).not.toMatchObject({ pid: record.pid })
    await server(old).stop()
    expect(await isAlive(record)).toBe(false)
  })
})
