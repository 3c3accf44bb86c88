import { beforeEach, describe, expect, test } from 'vitest'
import { forward, notOurs } from '../../../main/engine/run/fix.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** The fixes of faces: names and forwarders put right, and those that only a person carries out. */

test.each([
  [
    'set-up needs a password',
    { kind: 'setup' } as const,
    {
      kind: 'usage',
      what: 'This needs your password.',
      why: 'Changes of the machine are read and allowed first.',
      todo: 'Open set-up, or run maculactl setup.',
    },
  ],
  [
    'a log is read',
    { kind: 'logs', service: 'grafana' } as const,
    {
      kind: 'usage',
      what: 'The log of grafana says more; there is nothing to carry out.',
      todo: 'maculactl logs grafana',
    },
  ],
  [
    'something else is explained',
    { kind: 'none' } as const,
    {
      kind: 'usage',
      what: 'Only a person can do this.',
      todo: 'The explanation beside it says how.',
    },
  ],
])('a fix that is not ours to carry out says what to do: %s', (_, action, trouble) => {
  expect(notOurs(action as Parameters<typeof notOurs>[0]).trouble).toEqual(trouble)
})

describe('names and forwarders', () => {
  let stack: ReturnType<typeof fakeStack>
  beforeEach(async () => {
    stack = fakeStack(['one', 'two', 'three'], (id) => ({
      address: { one: '127.0.0.11', two: '127.0.0.12' }[id] ?? null,
      endpoints: [endpoint({ listen: 8080 })],
    }))
    await stack.up()
    stack.forget()
  })
  const repair = async () => await forward(stack.context, stack.tell)
  const fails = (port: string) => {
    const { forwarders } = stack.context.adapters
    const ensure = forwarders.ensure.bind(forwarders)
    Object.assign(forwarders, {
      ensure: async (all: Parameters<typeof ensure>[0]) =>
        (await ensure(all)).map((one) =>
          one.forward.address === port
            ? { kind: 'failed', forward: one.forward, code: 'EACCES', says: 'It may not.' }
            : one,
        ),
    })
  }

  test('what was missing is there again, for what runs', async () => {
    await stack.down(['three'])
    stack.forget()
    stack.world.forwards.delete('127.0.0.11:8080')
    stack.world.nameServer = false
    const { ms, ...result } = await repair()
    expect(result).toEqual({ ok: true, done: ['one', 'two'], failed: [], skipped: [] })
    expect([stack.world.nameServer, [...stack.world.forwards.keys()].toSorted()]).toEqual([
      true,
      ['127.0.0.11:8080', '127.0.0.12:8080'],
    ])
    expect(stack.told.map((event) => ('says' in event ? event.says : event.kind))).toEqual([
      'Restoring names and forwarders',
      'started',
    ])
    for (const event of stack.told) expect(event.ms).toBeLessThan(ms)
    expect(ms).toBeLessThan(60_000)
  })

  test('one that cannot be had fails its own service, with what was said', async () => {
    stack.world.forwards.clear()
    fails('127.0.0.12')
    expect(await repair()).toMatchObject({
      ok: false,
      done: ['one', 'three'],
      failed: [
        {
          service: 'two',
          trouble: {
            kind: 'failed',
            what: 'TWO has no forwarder on 127.0.0.12:8080.',
            why: 'It may not.',
            todo: 'maculactl doctor says what is in the way.',
          },
        },
      ],
      skipped: [],
    })
  })

  test('with nothing wanted, no name server is started', async () => {
    await stack.down()
    await repair()
    expect(stack.world.nameServer).toBe(false)
  })

  test('what is another person’s is refused before anything is put right', async () => {
    const beside = { project: 'm2', subnet: '172.24.0.0/24', addresses: '127.0.1.0/24', dnsPort: 5355 }
    const other = { uid: 1001, project: 'macula', has: 'a network', bySudo: false, beside, file: 'f' }
    Object.assign(stack.context.adapters.docker, {
      see: () => Promise.resolve({ kind: 'up', version: '29', apiVersion: '1.52', native: true, other }),
    })
    stack.world.forwards.clear()
    await expect(repair()).rejects.toMatchObject({ trouble: { kind: 'refused' } })
    expect([stack.told, stack.world.forwards.size]).toEqual([[], 0])
  })
})
