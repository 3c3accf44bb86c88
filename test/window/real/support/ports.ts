import { expect } from 'vitest'
import { run } from '../../../integration/support/actor.ts'
import { patience } from './waiting.ts'

/** Who listens on "address:port", as ss tells it; empty: nobody. */
export async function listenerAt(key: string): Promise<string> {
  const { out } = await run('ss', ['-Hltnp'])
  return out.split('\n').find((one) => one.includes(`${key} `)) ?? ''
}

/** Ends the forwarder of "address:port", so that another may have it; one that is on its way back is waited for. */
export async function endForwarder(key: string): Promise<void> {
  await untilHeld(key, 'socat')
  const pid = Number(/\("socat",pid=(\d+)/.exec(await listenerAt(key))?.[1])
  expect(pid).toBeGreaterThan(1)
  process.kill(pid, 'SIGKILL')
}

/** Until a program of this name has "address:port". */
export async function untilHeld(key: string, by: string): Promise<void> {
  await expect.poll(async () => await listenerAt(key), patience).toContain(by)
}
