import { expect, test } from 'vitest'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { Reply, Told } from '../../../preload/contract.ts'
import { standIn } from '../cli/stand-in.ts'
import { greenWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

/** Snapshots in files over the gateway: whoever comes in the middle is told how far it is, and how the last one ended. */

const PASSPHRASE = 'correct horse battery'

async function open(over: Partial<Engine> = {}) {
  const { engine, asked } = standIn({ world: greenWorld(), over })
  let opened = 0
  const gateway = await openGateway({
    open: () => Promise.resolve(void (opened += 1)).then(() => systemOf(engine)),
    face: 'browser',
    version: '0.1.0',
  })
  const told: string[] = []
  const connect = (who: string) => {
    const all: Told[] = []
    const client = gateway.connect({
      push: (one) => void (all.push(one), told.push(`${who} ${JSON.stringify(one)}`)),
      ready: () => Promise.resolve(),
    })
    return { ...client, all }
  }
  return { gateway, connect, asked, told, opened: () => opened }
}

const valueOf = (reply: Reply): Record<string, unknown> =>
  reply.ok ? (reply.value as Record<string, unknown>) : expect.fail(JSON.stringify(reply.trouble))

test('who comes in the middle is told the last step at once, and afterwards how it ended', async () => {
  let end: () => void = () => undefined
  const base = standIn({ world: greenWorld() }).engine
  const world = await open({
    createBackup: async (wish, tell, signal) => {
      tell({ kind: 'phase', ms: 1, says: 'Copying the files of Registry' })
      tell({ kind: 'waiting', ms: 2, service: 'registry', says: '42 MB copied' })
      await new Promise<void>((resolve) => {
        end = resolve
      })
      return await base.createBackup(wish, tell, signal)
    },
  })
  const one = world.connect('one')
  const made = one.request('createBackup', {
    run: 'r1',
    name: 'friday',
    registry: 'whole',
    passphrase: PASSPHRASE,
  })
  await expect.poll(() => one.all.some(({ event }) => event === 'run')).toBe(true)
  const two = world.connect('two')
  expect(two.all).toEqual([
    { event: 'runs', payload: [expect.objectContaining({ run: 'r1', verb: 'snapshot', title: 'friday' })] },
    {
      event: 'run',
      payload: { run: 'r1', event: { kind: 'waiting', ms: 2, service: 'registry', says: '42 MB copied' } },
    },
  ])
  end()
  valueOf(await made)
  const answer = valueOf(await two.request('backups', {}))
  expect(answer['ended']).toMatchObject({ run: 'r1', verb: 'snapshot', title: 'friday', ok: true })
  expect(answer['folder']).toBe('/data/snapshots')
  // Once it is over nobody who comes is told of it as if it went on.
  expect(world.connect('three').all).toEqual([])
  expect(world.told.join()).not.toContain(PASSPHRASE)
  expect(JSON.stringify(answer)).not.toContain(PASSPHRASE)
  await world.gateway.close()
})

test('what fails is told to every face with its reason; after a restore everything is opened anew', async () => {
  const world = await open({
    restoreBackup: () =>
      Promise.reject(
        new MaculaError({ kind: 'invalid', what: 'It is damaged.', todo: 'Nothing was changed.' }),
      ),
  })
  const one = world.connect('one')
  const before = world.opened()
  const reply = await one.request('restoreBackup', { run: 'r2', name: 'monday' })
  expect(reply).toMatchObject({ ok: false, trouble: { what: 'It is damaged.' } })
  const two = world.connect('two')
  expect(valueOf(await two.request('backups', {}))['ended']).toMatchObject({
    verb: 'restore snapshot',
    ok: false,
    trouble: { what: 'It is damaged.', todo: 'Nothing was changed.' },
  })
  expect(world.opened()).toBe(before + 1)
  expect(one.all.some(({ event }) => event === 'settings')).toBe(true)
  await world.gateway.close()
})

test.each([
  ['createBackup', { run: 'r', name: '../up', registry: 'whole' }],
  ['createBackup', { run: 'r', name: 'monday', registry: 'whole', passphrase: 'short' }],
  ['restoreBackup', { run: 'r', name: '/etc/passwd' }],
  ['deleteBackup', { name: 'a/b' }],
] as const)('%s takes no path and no short passphrase: %j', async (name, input) => {
  const world = await open()
  const reply = await world.connect('one').request(name, input)
  expect(reply).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
  expect(world.asked).toEqual([])
  await world.gateway.close()
})
