import { expect, test, vi } from 'vitest'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import { MASK } from '../../../main/model/clean.ts'
import type { Told } from '../../../preload/contract.ts'
import { runCommand } from '../cli/run-command.ts'
import { standIn } from '../cli/stand-in.ts'
import { greenWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

/** Another process changes a secret while a window or `logs -f` is open: neither shows the new one, nor the old one again. */

const OLD = 'OldOldOldOld'
const NEW = 'NewNewNewNew'
const line = (text: string) => ({ service: 'grafana', at: 1, stream: 'out' as const, text })

/** What an engine says of secrets and logs; they change after the first line. */
function changing() {
  let known: readonly string[] | Error = [OLD]
  const set = (now: readonly string[] | Error): void => void (known = now)
  return {
    set,
    secrets: () => (known instanceof Error ? Promise.reject(known) : Promise.resolve(known)),
    async *logs() {
      await Promise.resolve()
      set([NEW])
      yield line(`first ${NEW} and ${OLD}`)
    },
  }
}

test('a line of a log that the window follows', async () => {
  const world = changing()
  const told: Told[] = []
  const gateway = await openGateway({
    open: () => Promise.resolve(systemOf({ ...standIn({ world: greenWorld() }).engine, ...world })),
    face: 'browser',
    version: '0.1.0',
  })
  const client = gateway.connect({ push: (one) => void told.push(one), ready: () => Promise.resolve() })
  try {
    await client.request('openLogs', { stream: 's', services: ['grafana'], tail: 10, follow: true })
    await vi.waitFor(() => expect(told.map(({ event }) => event)).toContain('streamEnd'), { timeout: 20_000 })
    expect(told.find(({ event }) => event === 'log')?.payload).toMatchObject({
      lines: [{ text: `first ${MASK} and ${MASK}` }],
    })
  } finally {
    client.close()
    await gateway.close()
  }
})

test('an answer to the window, also while the file cannot be read: nothing is forgotten', async () => {
  const world = changing()
  const engine = {
    ...standIn({ world: greenWorld() }).engine,
    ...world,
    events: () => Promise.reject(new Error(`${OLD} ${NEW}`)),
  }
  const gateway = await openGateway({
    open: () => Promise.resolve(systemOf(engine)),
    face: 'browser',
    version: '0.1.0',
  })
  const client = gateway.connect({ push: () => undefined, ready: () => Promise.resolve() })
  const why = async (): Promise<unknown> => await client.request('clusterEvents', { service: 'grafana' })
  try {
    world.set([NEW])
    expect(await why()).toMatchObject({ ok: false, trouble: { why: `${MASK} ${MASK}` } })
    world.set(new Error('damaged'))
    expect(await why()).toMatchObject({ ok: false, trouble: { why: `${MASK} ${MASK}` } })
  } finally {
    client.close()
    await gateway.close()
  }
})

test('a line of maculactl logs', async () => {
  for (const argv of [
    ['logs', 'grafana'],
    ['logs', 'grafana', '--json'],
  ]) {
    const world = changing()
    const { out } = await runCommand({ over: { secrets: world.secrets, logs: () => world.logs() } }).run(
      ...argv,
    )
    expect(out).toContain(`first ${MASK} and ${MASK}`)
  }
})

test('what a command fails with, when it made the secret itself', async () => {
  const { secrets, set } = changing()
  const setSecrets = () => {
    set([NEW])
    return Promise.reject(new Error(`psql said ${NEW}, not ${OLD}`))
  }
  const ended = await runCommand({ over: { secrets, rotateSecrets: setSecrets } }).run(
    'secrets',
    'rotate',
    'POSTGRES_PASSWORD',
  )
  expect(ended.err).toContain(`psql said ${MASK}, not ${MASK}`)
})
