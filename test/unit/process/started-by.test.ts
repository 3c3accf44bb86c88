import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { markedEnvironment, startedBy } from '../../../main/system/process/mark.ts'
import { networkOf, statFields, userOf } from '../../../main/system/process/proc.ts'
import { startOf } from '../../../main/system/process/record.ts'
import { hasAnySocket } from '../../../main/system/process/opened.ts'
import { isFree } from '../../../main/system/process/sockets.ts'
import { isSuspended } from '../../../main/system/process/suspended.ts'

/** What the kernel tells of processes. A pid that no process can have is one that is gone. */

const owner = { uid: process.getuid?.() ?? 0, project: `started-${process.pid}` }
const mark = { owner, state: '/nonexistent' }
const NOBODY = 2 ** 30

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A process that waits, in a group of its own or in ours. */
async function waits(env: Readonly<Record<string, string>>, detached = true): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 60_000)'], {
    detached,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env },
  })
  children.push(child)
  await once(child.stdout as NodeJS.EventEmitter, 'data')
  return child.pid ?? 0
}

describe('processes of this instance', () => {
  test('are found by their environment, without those that are known or only belong to a group', async () => {
    const env = markedEnvironment(mark)
    const [own, other] = [
      await waits(env),
      await waits(markedEnvironment({ ...mark, owner: { ...owner, project: 'x' } })),
    ]
    const member = await waits(env, false)
    const found = (await startedBy(mark)).map(({ pid }) => pid)
    expect(found).toEqual([own])
    expect(found).not.toContain(other)
    expect(found).not.toContain(member)
    expect(await startedBy(mark, new Set([own]))).toEqual([])
  })

  test('state, user and network; nothing of what is gone', async () => {
    const pid = await waits({})
    expect([userOf(pid), networkOf(pid), statFields(pid)[2]]).toEqual([
      owner.uid,
      networkOf('self'),
      String(pid),
    ])
    expect(await startOf(pid)).toMatch(/^[0-9a-f-]{36}\/\d+$/)
    expect(await isSuspended(pid)).toBe(false)
    process.kill(pid, 'SIGSTOP')
    await expect.poll(async () => await isSuspended(pid)).toBe(true)
    expect([userOf(NOBODY), networkOf(NOBODY), statFields(NOBODY)]).toEqual([undefined, undefined, []])
    expect([await startOf(NOBODY), await isSuspended(NOBODY), hasAnySocket(NOBODY)]).toEqual([
      undefined,
      false,
      false,
    ])
  })
})

describe('whether an address and port is free', () => {
  test('not while somebody listens there, on all addresses too, and again afterwards', async () => {
    for (const host of ['127.77.0.31', '0.0.0.0', '::']) {
      const server = createServer().listen({ host, port: 0 })
      await once(server, 'listening')
      const { port } = server.address() as { port: number }
      const place = { address: '127.77.0.31', port }
      expect(await isFree(place)).toBe(false)
      expect(hasAnySocket(process.pid)).toBe(true)
      server.close()
      await once(server, 'close')
      expect(await isFree(place)).toBe(true)
      expect(await isFree(place)).toBe(true)
    }
  })
})
