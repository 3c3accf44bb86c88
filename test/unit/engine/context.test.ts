import { beforeEach, describe, expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** Names and forwarders beside what runs: a detour when they fail, never a failure. */

const addresses: Readonly<Record<string, string | null>> = { one: '127.0.0.11', two: '127.0.0.12' }
const specs = (id: string): Partial<ServiceSpec> => ({
  address: addresses[id] ?? null,
  endpoints: [endpoint({ listen: id === 'one' ? 80 : 8080 })],
})

let stack: ReturnType<typeof fakeStack>
beforeEach(() => {
  stack = fakeStack(['one', 'two', 'three'], specs)
})

const replace = (part: object): void => void Object.assign(stack.context.adapters.forwarders, part)
const one = (): ServiceSpec => {
  const [found] = stack.catalog.services
  if (!found) throw new Error('there is one')
  return found
}
const forwards = (): readonly string[] =>
  stack.told.flatMap((event) =>
    event.kind === 'forward' ? [`${event.listener} ${event.ok} ${event.says}`] : [],
  )

describe('forwarders', () => {
  test('are there as soon as their service answers, are told once, and lead to its container', async () => {
    await stack.up()
    expect(forwards().toSorted()).toEqual(['127.0.0.11:80 true started', '127.0.0.12:8080 true started'])
    expect([...stack.world.forwards.values()]).toContainEqual({
      address: '127.0.0.11',
      port: 80,
      host: '172.23.0.9',
      toPort: 80,
    })
    // Each before its service counts as done.
    const at = stack.told.findIndex((event) => event.kind === 'forward')
    expect(at).toBeGreaterThan(stack.told.findIndex((event) => event.kind === 'answers'))
    stack.forget()
    await stack.up()
    expect(forwards()).toEqual([])
  })

  test('below the lowest port that may be listened on, none is tried', async () => {
    Object.assign(stack.context.adapters.host, { lowestPort: () => Promise.resolve(1024) })
    await stack.up()
    expect(forwards()).toEqual(['127.0.0.12:8080 true started'])
  })

  test('on the lowest port itself one is', async () => {
    Object.assign(stack.context.adapters.host, { lowestPort: () => Promise.resolve(8080) })
    await stack.up()
    expect(forwards()).toEqual(['127.0.0.12:8080 true started'])
  })

  test('one that cannot listen says why, and no service fails for it; the next start tries again', async () => {
    const { forwarders } = stack.context.adapters
    const ensure = forwarders.ensure.bind(forwarders)
    replace({
      ensure: (all: Parameters<typeof ensure>[0]) =>
        Promise.resolve(
          all.map((forward) => ({ kind: 'failed', forward, code: 'EADDRINUSE', says: 'It is held.' })),
        ),
    })
    expect((await stack.up(['one'])).ok).toBe(true)
    expect(new Set(forwards())).toEqual(new Set(['127.0.0.11:80 false It is held.']))
    stack.forget()
    replace({ ensure })
    await stack.up(['one'])
    expect(forwards()).toEqual(['127.0.0.11:80 true started'])
  })

  test('of one service that began to answer are not those of the others', async () => {
    await stack.up()
    stack.world.forwards.clear()
    stack.forget()
    await stack.context.forwardsOf(one(), stack.tell, () => 7)
    expect(stack.told).toEqual([
      { kind: 'forward', ms: 7, listener: '127.0.0.11:80', ok: true, says: 'started' },
    ])
  })

  test('at an address of its own one of an endpoint waits for no other service either', async () => {
    const own = '127.0.0.100'
    const two = fakeStack(['dns', 'slow'], (id) =>
      id === 'dns'
        ? { address: '127.0.0.11', endpoints: [endpoint({ listen: 5300, address: own })] }
        : { endpoints: [endpoint({ target: 81 })] },
    )
    let isThere = false
    two.world.answer = (port) => {
      isThere ||= two.told.some((event) => event.kind === 'forward' && event.listener === `${own}:5300`)
      return port === 81 && !isThere
        ? { kind: 'refused', code: 'ECONNREFUSED', ms: 1 }
        : { kind: 'answer', says: 'HTTP 200', ms: 1 }
    }
    expect((await two.up()).ok).toBe(true)
  })

  test('at other services’ addresses those that lead to the ingress wait for none of them', async () => {
    const two = fakeStack(['ingress', 'data', 'slow'], (id) =>
      id === 'ingress'
        ? { address: '127.0.0.1', endpoints: [endpoint({ listen: 80 })] }
        : id === 'data'
          ? { address: '127.0.0.9', endpoints: [endpoint({ listen: 9000, name: 's3', target: 82 })] }
          : { endpoints: [endpoint({ target: 81 })] },
    )
    const has = (listener: string): boolean =>
      two.told.some((event) => event.kind === 'forward' && event.listener === listener)
    const { docker } = two.context.adapters
    const start = docker.start.bind(docker)
    const round = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))
    Object.assign(docker, {
      start: async (id: string) => {
        // The ingress runs after the other one has its forwarders.
        while (id.startsWith('ingress') && !has('127.0.0.9:9000')) await round()
        await start(id)
      },
    })
    two.world.answer = (port) =>
      port === 81 && !has('127.0.0.9:80')
        ? { kind: 'refused', code: 'ECONNREFUSED', ms: 1 }
        : { kind: 'answer', says: 'HTTP 200', ms: 1 }
    expect((await two.up()).ok).toBe(true)
    expect(
      two.told.filter((event) => event.kind === 'forward' && event.listener === '127.0.0.9:80'),
    ).toHaveLength(1)
  })

  test('of one address come one after the other, and one failure is not the next one’s', async () => {
    await stack.up()
    let [now, most, calls] = [0, 0, 0]
    replace({
      ensure: async () => {
        calls += 1
        now += 1
        most = Math.max(most, now)
        await Promise.resolve()
        now -= 1
        if (calls === 1) throw new Error('socat is gone')
        return []
      },
    })
    const turns = [1, 2, 3].map(async () => await stack.context.forwardsOf(one(), stack.tell, () => 0))
    const ends = await Promise.allSettled(turns)
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect([most, calls]).toEqual([1, 3])
  })

  test('that lead anew are asked at once, for whoever watches', async () => {
    await stack.up()
    stack.world.forwards.delete('127.0.0.12:8080')
    const leave = stack.truth.subscribe(() => undefined)
    await stack.truth.look()
    const asked: number[] = []
    stack.world.answer = (port) => {
      asked.push(port)
      return { kind: 'answer', says: 'HTTP 200', ms: 1 }
    }
    await stack.context.reconcileForwards(stack.tell, () => 0)
    leave()
    expect(asked).toContain(8080)
    // One's own accesses were right before.
    expect(asked.filter((port) => port === 80)).toHaveLength(0)
  })

  test('of what does not run any more end, those of the others stay', async () => {
    await stack.up()
    await stack.down(['one'])
    expect([...stack.world.forwards.keys()]).toEqual(['127.0.0.12:8080'])
    await stack.down()
    expect([...stack.world.forwards.keys()]).toEqual([])
  })

  describe('that nothing wants', () => {
    const stray = { address: '127.0.0.57', port: 8080, host: '172.23.0.9', toPort: 80 }
    const keys = (): readonly string[] => [...stack.world.forwards.keys()].toSorted()
    const ours = ['127.0.0.11:80', '127.0.0.12:8080']

    test.each<readonly [string, () => Promise<unknown>]>([
      ['the next start', async () => await stack.up(['two'])],
      ['the next stop', async () => await stack.down(['three'])],
      [
        'the next time that they are put right',
        async () => await stack.context.reconcileForwards(stack.tell, () => 0),
      ],
    ])('end with %s: of a service or address that the catalog has no more', async (_, run) => {
      await stack.up()
      stack.world.forwards.set('127.0.0.57:8080', stray)
      await run()
      expect(keys()).toEqual(ours)
    })

    test('one whose container is gone has ended before another can get its address', async () => {
      await stack.up()
      stack.world.containers.delete('one')
      stack.world.containers.delete('two')
      const seen: (readonly string[])[] = []
      stack.world.started = (container) => (seen.push(keys()), container)
      await stack.up(['two'])
      expect(seen).toEqual([[]])
      expect(keys()).toEqual(['127.0.0.12:8080'])
    })

    test('one that leads elsewhere than wanted has ended too, and is there again at the end', async () => {
      await stack.up()
      stack.world.forwards.set('127.0.0.11:80', {
        ...stray,
        address: '127.0.0.11',
        port: 80,
        host: '172.23.0.3',
      })
      stack.world.containers.delete('two')
      const seen: (readonly string[])[] = []
      stack.world.started = (container) => (seen.push(keys()), container)
      await stack.up(['two'])
      expect(seen).toEqual([[]])
      expect(stack.world.forwards.get('127.0.0.11:80')).toMatchObject({ host: '172.23.0.9' })
    })

    test.each([['paused' as const], ['restarting' as const]])(
      'one of a %s service stays, unless another container has its address',
      async (state) => {
        await stack.up()
        stack.world.forwards.set('127.0.0.11:80', {
          ...stray,
          address: '127.0.0.11',
          port: 80,
          host: '172.23.0.3',
        })
        stack.change('one', () => ({ state, address: '' }))
        await stack.up(['three'])
        expect(keys()).toEqual(ours)
        stack.change('two', () => ({ address: '172.23.0.3' }))
        await stack.up(['three'])
        expect(keys()).toEqual(['127.0.0.12:8080'])
      },
    )

    test('none ends while Docker does not tell what runs', async () => {
      await stack.up()
      stack.world.forwards.set('127.0.0.57:8080', stray)
      Object.assign(stack.context.adapters.docker, { containers: () => Promise.reject(new Error('busy')) })
      stack.truth.seen.containers.clear()
      await stack.context.reconcileForwards(stack.tell, () => 0)
      expect(keys()).toEqual([...ours, '127.0.0.57:8080'])
      stack.truth.seen.docker = { kind: 'down', code: 'absent', says: 'There is no socket.' }
      await stack.context.idle(true)
      expect(keys()).toEqual([...ours, '127.0.0.57:8080'])
    })

    test('none of a cluster ends that was not looked at', async () => {
      await stack.up()
      stack.catalog.forwards.push({
        tier: 'host',
        address: '127.0.0.57',
        listen: 8080,
        host: '127.0.0.1',
        port: 1,
        cluster: 'hub',
      })
      stack.world.forwards.set('127.0.0.57:8080', stray)
      await stack.context.reconcileForwards(stack.tell, () => 0)
      expect(keys()).toEqual([...ours, '127.0.0.57:8080'])
      stack.truth.seen.clusters.set('hub', { kind: 'absent', wasMade: true })
      await stack.context.reconcileForwards(stack.tell, () => 0)
      expect(keys()).toEqual(ours)
    })
  })

  test('that are all wanted are left alone', async () => {
    await stack.up()
    let stops = 0
    replace({ stop: () => Promise.resolve(void (stops += 1)) })
    await stack.context.idle()
    expect(stops).toBe(0)
  })
})

describe('names', () => {
  const server = (part: object): void => void Object.assign(stack.context.adapters.nameServer, part)

  test('are answered as soon as anything runs', async () => {
    await stack.up(['three'])
    expect(stack.truth.seen.nameServer).toMatchObject({ kind: 'runs' })
    expect(stack.notes()).toEqual([])
  })

  test.each([
    [
      'with a reason and a way out',
      { why: 'Port 5354 is held.', todo: 'End it.' },
      ' Port 5354 is held. End it.',
    ],
    ['without', {}, ''],
  ])('a name server that does not start is told, %s, and is no failure', async (_, more, says) => {
    const what = 'dnsmasq does not start.'
    server({ ensure: () => Promise.reject(new MaculaError({ kind: 'failed', what, ...more })) })
    expect((await stack.up(['three'])).ok).toBe(true)
    expect(stack.notes()).toEqual([`${what}${says} Services open by address.`])
  })

  test('one that cannot be looked at stays as it was seen', async () => {
    await stack.up(['three'])
    const before = stack.truth.seen.nameServer
    server({ seen: () => Promise.reject(new Error('no /proc')) })
    await stack.context.names(stack.tell, () => 0)
    expect(stack.truth.seen.nameServer).toBe(before)
  })
})

describe('Docker must be there, and ours', () => {
  const docker = (seen: object): void =>
    void Object.assign(stack.context.adapters.docker, { see: () => Promise.resolve(seen) })

  test.each<readonly [string, () => Promise<unknown>, string]>([
    ['up', async () => await stack.up(), 'nothing can be started or stopped'],
    ['down', async () => await stack.down(), 'nothing can be started or stopped'],
    ['restart', async () => await stack.restart(), 'nothing can be started or stopped'],
    ['reset', async () => await stack.reset('one'), 'no data can be moved'],
  ])('%s says why it cannot', async (_, run, so) => {
    docker({ kind: 'down', code: 'absent', says: 'There is no socket.' })
    await expect(run()).rejects.toMatchObject({
      trouble: {
        kind: 'outside',
        what: `Docker does not answer, so ${so}.`,
        why: 'There is no socket.',
        todo: expect.stringMatching(/\w/) as unknown,
      },
    })
    expect(stack.did).toEqual([])
  })

  test('before it was asked, that is said', async () => {
    await expect(stack.context.needDocker()).rejects.toMatchObject({
      trouble: { why: 'It is still being asked.', todo: 'maculactl doctor says what to do.' },
    })
    expect(stack.context.isOthers()).toBe(false)
  })

  test('what is another person’s is refused', async () => {
    const beside = { project: 'macula-2', subnet: '172.24.0.0/24', addresses: '127.0.1.0/24', dnsPort: 5355 }
    const other = {
      user: 'ben',
      uid: 1001,
      project: 'macula',
      has: 'a network',
      bySudo: false,
      beside,
      file: 'f',
    }
    docker({ kind: 'up', version: '29', apiVersion: '1.52', native: true, other })
    await expect(stack.up()).rejects.toMatchObject({ trouble: { kind: 'refused' } })
    expect(stack.context.isOthers()).toBe(true)
    expect(() => stack.context.needOwn()).toThrow(MaculaError)
    expect(stack.did).toEqual([])
  })

  test('what is ours is not', async () => {
    await stack.up()
    expect(stack.context.isOthers()).toBe(false)
    expect(() => stack.context.needOwn()).not.toThrow()
  })
})
