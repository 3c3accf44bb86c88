import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { standApart } from '../../../main/system/process/apart.ts'

/** A program with one of its own below it, in a group of its own. */
function family(): ChildProcess {
  return spawn('sh', ['-c', 'sleep 300 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

async function below(child: ChildProcess): Promise<number> {
  const [first] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  return Number(first.toString())
}

function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test.skipIf(process.platform !== 'linux')(
  'an interruption ends the whole group, not only its head',
  async () => {
    const stop = new AbortController()
    const child = family()
    const grandchild = await below(child)
    const ended = standApart(child.pid, stop.signal)
    const exit = once(child, 'exit')
    stop.abort()
    await exit
    await vi.waitFor(() => expect(lives(grandchild)).toBe(false))
    ended(false)
  },
)

test.skipIf(process.platform !== 'linux')(
  'what ran out of time takes what it had started with it',
  async () => {
    const child = family()
    const grandchild = await below(child)
    const ended = standApart(child.pid)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(lives(grandchild)).toBe(true)
    ended(true)
    await vi.waitFor(() => expect(lives(grandchild)).toBe(false))
  },
)

test('nothing is left that listens', () => {
  const before = process.listenerCount('exit')
  const ended = standApart(2 ** 22 + 1)
  expect(process.listenerCount('exit')).toBe(before + 1)
  ended(false)
  expect(process.listenerCount('exit')).toBe(before)
  expect(() => standApart(undefined)(true)).not.toThrow()
})

test.skipIf(process.platform !== 'linux')('our own end (a second Ctrl-C) ends it too', async () => {
  const path = new URL('../../../main/system/process/apart.ts', import.meta.url).pathname
  const script = `
    import { spawn } from 'node:child_process'
    import { standApart } from ${JSON.stringify(path)}
    const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' })
    standApart(child.pid)
    process.stdout.write(String(child.pid), () => process.exit(130))`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  expect(status).toBe(130)
  await vi.waitFor(() => expect(lives(Number(stdout))).toBe(false))
})
