import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { as, run, user } from './actor.ts'

/** A port of ours that another program takes: our forwarder ends, and the other one listens there. */

/** How long the table of listeners is read until it says so. */
const patience = { timeout: 180_000, interval: 100 } as const

/** The line of the table of listeners for "address:port"; empty: nobody listens there. */
export async function listenerAt(key: string): Promise<string> {
  const { out } = await run('ss', ['-Hltnp'])
  return out.split('\n').find((one) => one.includes(`${key} `)) ?? ''
}

/** The pid of our forwarder at "address:port"; one that is on its way back is waited for. */
export async function forwarderAt(key: string): Promise<number> {
  await untilHeld(key, 'socat')
  const pid = Number(/\("socat",pid=(\d+)/.exec(await listenerAt(key))?.[1])
  expect(pid).toBeGreaterThan(1)
  return pid
}

/** Ends our forwarder at "address:port". */
export async function endForwarder(key: string): Promise<void> {
  process.kill(await forwarderAt(key), 'SIGKILL')
}

/** Until `program` listens at "address:port". */
export async function untilHeld(key: string, program: string): Promise<void> {
  await expect.poll(async () => await listenerAt(key), patience).toContain(`("${program}",`)
}

/** Until nobody listens at "address:port". */
export async function untilFree(key: string): Promise<void> {
  await expect.poll(async () => await listenerAt(key), patience).toBe('')
}

/** A server of Python's that has our port. */
export interface Held {
  readonly child: ChildProcess
  readonly pid: number
  /** Its command, as the table of processes has it. */
  readonly command: string
  /** Ends it; resolves when it is gone. */
  readonly leave: () => Promise<void>
}

/** Takes a port of ours at `address` from our forwarder; `who`: whose program has it then. */
export async function holdPort(address: string, who: string = user): Promise<Held> {
  const key = `${address}:80`
  await endForwarder(key)
  // prettier-ignore
  const server = [
    'python3', '-m', 'http.server', '80', '--bind', address, '--directory', '/usr/share/misc',
  ]
  const [program = '', ...words] = who === 'root' ? server : as(who, server)
  const child = spawn(program, words, { stdio: 'ignore' })
  await untilHeld(key, 'python3')
  return {
    child,
    pid: child.pid ?? 0,
    command: server.join(' '),
    async leave() {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await gone
    },
  }
}
