import { beforeEach, describe, expect, test } from 'vitest'
import { observer } from '../../../main/engine/look/observe.ts'
import { nothingSeen, type Seen } from '../../../main/engine/look/seen.ts'
import type { Adapters, Forward } from '../../../main/engine/adapters.ts'
import type { ContainerSeen, ListenerSeen, NameSeen } from '../../../main/model/observation.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { deferred } from '../../deferred.ts'
import { clusterRuntime, clusterSpec } from '../cluster/spec.ts'
import { node, up as clusterUp } from '../cluster/world.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'

/** Each part of the outside as it is read; what comes late never hides what is newer. */

const catalog: Catalog = {
  services: [
    service('one', {
      address: '127.0.0.11',
      endpoints: [endpoint({ name: 'one', listen: 8080, clean: true })],
    }),
    service('two', { address: '127.0.0.12', endpoints: [endpoint({ name: 'two', listen: 9090 })] }),
    service('also', { address: '127.0.0.12', endpoints: [endpoint({ id: 'none' })] }),
    service('cluster/hub', { address: '127.0.0.2', runtime: clusterRuntime() }),
    service('shop', { address: '127.0.0.2', endpoints: [], runtime: clusterRuntime('shop') }),
  ],
  forwards: [],
  problems: [],
}

const up = { kind: 'up', version: '29', apiVersion: '1.52', native: true } as const
const container = (id: string, part: Partial<ContainerSeen> = {}): ContainerSeen => ({
  ...newContainer(id, { id: `c-${id}`, image: 'i', imageId: 's', config: 'c' }),
  state: 'running',
  address: '172.23.0.9',
  ...part,
})
const settings = { ...defaultSettings, suffix: 'macula.local' }

let seen: Seen
beforeEach(() => {
  seen = { ...nothingSeen(), docker: up }
})

/** The verbs of looking over an outside of which only what a test gives is there. */
function looking(part: Readonly<Record<string, object>>) {
  const free = { kind: 'free', ms: 1 }
  const adapters = {
    clock: { now: () => 77 },
    routes: [],
    ...part,
    forwarders: { list: () => Promise.resolve([]), ...part['forwarders'] },
    host: {
      lowestPort: () => Promise.resolve(80),
      listener: () => Promise.resolve(free),
      ...part['host'],
    },
    docker: { see: () => Promise.resolve(up), ...part['docker'] },
    secrets: { read: () => Promise.resolve(new Map()), ...part['secrets'] },
  }
  return observer(adapters as unknown as Adapters, settings, () => catalog, seen)
}

test('out of memory is remembered while the container runs again, read of all or of one', async () => {
  const ended = container('one', { state: 'restarting', oomKilled: true, exitCode: 137, restarts: 1 })
  const again = container('one', { restarts: 2 })
  const reads = [[ended], [again]]
  const look = looking({ docker: { containers: () => Promise.resolve(reads.shift() ?? []) } })
  await look.containers()
  await look.containers()
  expect(seen.containers.get('one')).toMatchObject({ state: 'running', oomKilled: true })
  look.saw('one', ended)
  look.saw('one', again)
  expect(seen.containers.get('one')).toMatchObject({ state: 'running', oomKilled: true })
})

describe('names', () => {
  const answers = (addresses: readonly string[]): NameSeen => ({ kind: 'answer', addresses, ms: 1 })
  const lines = [{ file: '/etc/hosts', line: 3, text: '10.0.0.1 one.macula.local' }]

  async function named(one: NameSeen, twos: NameSeen = answers(['127.0.0.12']), fails = false) {
    const asked: string[] = []
    await looking({
      host: {
        lookup: (name: string, deadline: number) => {
          asked.push(`${name} ${deadline}`)
          return Promise.resolve(name.startsWith('one') ? one : twos)
        },
        nameLines: (name: string, address: string) => {
          asked.push(`${name} is ${address}`)
          return fails ? Promise.reject(new Error('no file')) : Promise.resolve(lines)
        },
      },
    }).names()
    return { asked, seen: seen.names.get('one.macula.local') }
  }
  const both = ['one.macula.local 6000', 'two.macula.local 6000']
  const source = 'one.macula.local is 127.0.0.11'

  test.each<readonly [string, NameSeen, readonly string[], boolean]>([
    ['as it should be: its files are not read', answers(['127.0.0.11']), both, false],
    ['no answer in time: nor then', { kind: 'timeout', ms: 6000 }, both, true],
    ['another address', answers(['10.0.0.1']), [...both, source], true],
    ['another address before ours', answers(['10.0.0.1', '127.0.0.11']), [...both, source], true],
    ['another address after ours', answers(['127.0.0.11', '10.0.0.1']), [...both, source], false],
    ['no such name', { kind: 'none', code: 'ENOTFOUND', ms: 1 }, [...both, source], true],
  ])('%s', async (_, answer, asked, isBad) => {
    const result = await named(answer)
    expect(result.asked).toEqual(asked)
    expect(result.seen).toEqual(asked.includes(source) ? { ...answer, lines } : answer)
    expect(seen.namesAre).toBe(isBad ? 'bad' : 'good')
    expect([...seen.names.keys()]).toEqual(['one.macula.local', 'two.macula.local'])
  })

  test('a file that cannot be read, or says nothing, leaves the answer as it is', async () => {
    const other = answers(['10.0.0.1'])
    expect((await named(other, undefined, true)).seen).toEqual(other)
  })

  test('since when they are bad is kept, until all are good; of what was never good it is not known', async () => {
    await named(answers([]))
    await named(answers([]))
    expect(seen.namesBadSince).toBeUndefined()
    await named(answers(['127.0.0.11']))
    await named(answers([]))
    expect(seen.namesBadSince).toBe(77)
    seen.namesBadSince = 5
    await named(answers(['127.0.0.11']), answers(['10.0.0.1']))
    expect(seen.namesBadSince).toBe(5)
    await named(answers(['127.0.0.11']))
    expect(seen.namesBadSince).toBeUndefined()
  })
})

describe('listeners', () => {
  const ours = (pid: number): ListenerSeen => ({ kind: 'ours', pid, program: 'socat', ms: 1 })
  const foreign: ListenerSeen = { kind: 'foreign', holder: { pid: 9, container: 'abc' }, ms: 1 }

  test('one that leads elsewhere than wanted is astray, told with where; the others are as they are', async () => {
    seen.containers.set('one', container('one'))
    const right = { address: '127.0.0.11', port: 8080, host: '172.23.0.9', toPort: 80 }
    const list = (all: readonly Forward[]) => ({ list: () => Promise.resolve(all) })
    const host = { listener: () => Promise.resolve(ours(5)) }
    const rows = [
      [right, 'ours'],
      [{ ...right, host: '172.23.0.8' }, 'astray'],
      [{ ...right, toPort: 81 }, 'astray'],
      // Of another port or address, so it says nothing of this one.
      [{ ...right, port: 80, toPort: 81 }, 'ours'],
      [{ ...right, address: '127.0.0.12', toPort: 81 }, 'ours'],
    ] as const
    for (const [forward, kind] of rows) {
      await looking({ host, forwarders: list([forward]) }).listeners()
      expect(seen.listeners.get('127.0.0.11:8080')?.kind).toBe(kind)
      // Nothing is wanted of one that does not run.
      expect(seen.listeners.get('127.0.0.12:9090')?.kind).toBe('ours')
      if (kind === 'astray')
        expect(seen.listeners.get('127.0.0.11:8080')).toEqual({
          kind: 'astray',
          pid: 5,
          to: `${forward.host}:${forward.toPort}`,
          ms: 1,
        })
    }
  })

  test('what leads to a LoadBalancer at a cluster’s address is looked at too, and where it leads compared', async () => {
    const balancer = {
      namespace: 'mesh',
      name: 'boot',
      selector: 'app=boot',
      addresses: ['127.0.0.64'],
      ports: [{ port: 4433, nodePort: 30_443, protocol: 'udp' as const }],
    }
    const host = 'boot.macula.local'
    const ingresses = [
      { namespace: 'mesh', name: 'boot', hosts: [host], routes: [host], pods: [], selector: 'app=boot' },
    ]
    const nodes = [node({ address: '172.23.0.9' })]
    seen.clusters.set(clusterSpec.id, clusterUp({}, { balancers: [balancer], ingresses, nodes }))
    const forward = { address: '127.0.0.2', port: 4433, protocol: 'udp' as const, host: '172.23.0.9' }
    for (const [toPort, kind] of [
      [30_443, 'ours'],
      [30_444, 'astray'],
    ] as const) {
      const forwarders = { list: () => Promise.resolve([{ ...forward, toPort }]) }
      await looking({ host: { listener: () => Promise.resolve(ours(5)) }, forwarders }).listeners()
      expect([toPort, seen.listeners.get('127.0.0.2:4433/udp')?.kind]).toEqual([toPort, kind])
    }
  })

  test('one that a container of ours publishes is told as its service', async () => {
    const holder = { container: 'abc' }
    const part = {
      host: { listener: () => Promise.resolve({ kind: 'foreign', holder, ms: 1 }) },
      docker: { nameOf: () => Promise.resolve('macula-one-1') },
    }
    const told = (): unknown => seen.listeners.get('127.0.0.11:80')
    await looking(part).listeners()
    expect(told()).toMatchObject({ holder: { container: 'macula-one-1' } })
    expect(told()).not.toHaveProperty('holder.service')
    for (const [id, title] of [
      ['one', catalog.services.find((one) => one.id === 'one')?.title],
      ['away', 'away'],
    ] as const) {
      seen.containers = new Map([[id, { name: 'macula-one-1' } as ContainerSeen]])
      await looking(part).listeners()
      expect(told()).toMatchObject({ holder: { service: { id, title } } })
    }
  })

  test.each([
    ['below the lowest port that may be listened on', 81, { kind: 'refused', code: 'EACCES', ms: 1 }],
    ['at the lowest', 80, { kind: 'free', ms: 1 }],
  ])('one that is free %s', async (_, lowest, expected) => {
    await looking({ host: { lowestPort: () => Promise.resolve(lowest) } }).listeners()
    expect(seen.listeners.get('127.0.0.11:80')).toEqual(expected)
    expect(seen.listeners.get('127.0.0.11:8080')).toEqual({ kind: 'free', ms: 1 })
  })

  test('one that listens below the lowest port listens', async () => {
    const host = { lowestPort: () => Promise.resolve(1024), listener: () => Promise.resolve(ours(5)) }
    await looking({ host }).listeners()
    expect(seen.listeners.get('127.0.0.11:80')?.kind).toBe('ours')
  })

  test('a stranger is named by its container, and looked at twice at first: ours may have no record yet', async () => {
    let looks = 0
    const host = {
      listener: (address: string, port: number) => {
        if (port !== 9090) return Promise.resolve({ kind: 'free', ms: 1 })
        looks += 1
        return Promise.resolve(foreign)
      },
    }
    const observe = looking({ host, docker: { nameOf: () => Promise.resolve('web-1') } })
    await observe.listeners()
    expect(looks).toBe(2)
    expect(seen.listeners.get('127.0.0.12:9090')).toEqual({
      ...foreign,
      holder: { pid: 9, container: 'web-1' },
    })
    // One that is known is not waited for again.
    await observe.listeners()
    expect(looks).toBe(3)
  })

  test('a late reading does not hide what a later one found', async () => {
    const late = deferred<ListenerSeen>()
    const begun = deferred<boolean>()
    const given = [late.promise, Promise.resolve(ours(2))]
    const host = {
      listener: (_: string, port: number) => {
        if (port !== 9090) return Promise.resolve({ kind: 'free', ms: 1 })
        begun.resolve(true)
        return given.shift()
      },
    }
    const observe = looking({ host })
    const slow = observe.listeners()
    // The slow one must have begun to ask.
    await begun.promise
    await observe.listeners()
    late.resolve(ours(1))
    await slow
    expect(seen.listeners.get('127.0.0.12:9090')).toEqual(ours(2))
  })
})

describe('containers', () => {
  const list = (...all: (readonly ContainerSeen[] | Promise<readonly ContainerSeen[]>)[]) => {
    let count = 0
    return { containers: () => Promise.resolve(all[Math.min((count += 1), all.length) - 1] ?? []) }
  }

  test('are read by their service; those that are gone are gone with their answers', async () => {
    const observe = looking({ docker: list([container('one'), container('two')], [container('two')]) })
    await observe.containers()
    expect([...seen.containers.keys()]).toEqual(['one', 'two'])
    for (const key of ['one/web/front', 'two/web/front'])
      seen.answers.set(key, { kind: 'answer', says: 'HTTP 200', ms: 1 })
    await observe.containers()
    expect([...seen.containers.keys()]).toEqual(['two'])
    expect([...seen.answers.keys()]).toEqual(['two/web/front'])
  })

  test.each<readonly [string, ContainerSeen | undefined, readonly string[]]>([
    ['ended', container('one', { state: 'exited' }), ['one exited', 'two running']],
    ['was removed', undefined, ['two running']],
  ])(
    'one that %s while all were read is what was seen of it, not what the reading found',
    async (_, now, all) => {
      const late = deferred<readonly ContainerSeen[]>()
      const observe = looking({ docker: list(late.promise, [container('one'), container('two')]) })
      const slow = observe.containers()
      observe.saw('one', now)
      late.resolve([container('one'), container('two')])
      await slow
      const states = () => [...seen.containers.values()].map(({ service: id, state }) => `${id} ${state}`)
      expect(states()).toEqual(all)
      // A reading that began afterwards is newer.
      await observe.containers()
      expect(states()).toEqual(['one running', 'two running'])
    },
  )

  test('while one takes the place of another, what is told of the one before takes nothing from it', async () => {
    const old = container('one', { id: 'old', createdAt: 1 })
    const anew = container('one', { id: 'new', createdAt: 2, state: 'created' })
    const late = deferred<readonly ContainerSeen[]>()
    const observe = looking({ docker: list([old], late.promise, [anew, old], [old, anew]) })
    await observe.containers()
    // All were being read when it was told that the one before is gone.
    const slow = observe.containers()
    observe.saw('one', undefined)
    late.resolve([anew])
    await slow
    expect(seen.containers.get('one')).toEqual(anew)
    // A look at the one before that comes late.
    observe.saw('one', { ...old, state: 'exited' })
    expect(seen.containers.get('one')).toEqual(anew)
    for (let reading = 0; reading < 2; reading += 1) {
      await observe.containers()
      expect(seen.containers.get('one')).toEqual(anew)
    }
  })

  test('one that was seen before all were read, and is older than what they found, does not hide it', async () => {
    const anew = container('one', { id: 'new', createdAt: 2, state: 'created' })
    const late = deferred<readonly ContainerSeen[]>()
    const observe = looking({ docker: list(late.promise) })
    const slow = observe.containers()
    observe.saw('one', container('one', { id: 'old', createdAt: 1 }))
    late.resolve([anew])
    await slow
    expect(seen.containers.get('one')).toEqual(anew)
  })

  test('a late reading of all does not hide a later one', async () => {
    const late = deferred<readonly ContainerSeen[]>()
    const observe = looking({ docker: list(late.promise, [container('two')]) })
    const slow = observe.containers()
    await observe.containers()
    late.resolve([container('one')])
    await slow
    expect([...seen.containers.keys()]).toEqual(['two'])
  })

  test('something newer of a service changes its turn, of others it does not', () => {
    const observe = looking({})
    const [one, two] = [observe.turnOf('one'), observe.turnOf('two')]
    observe.saw('one', container('one'))
    expect(observe.turnOf('one')).not.toBe(one)
    expect(observe.turnOf('two')).toBe(two)
  })

  test.each<readonly [string, object]>([
    ['Docker is down', { kind: 'down', code: 'absent', says: 'No socket.' }],
    ['Docker has another person’s', { ...up, other: { user: 'ben' } }],
  ])('%s: what was known is not true any more, and nothing more is read', async (_, docker) => {
    seen.containers.set('one', container('one'))
    seen.answers.set('one/web/front', { kind: 'closed', ms: 1 })
    seen.expected = new Map([['one', {} as never]])
    let reads = 0
    const observe = looking({
      docker: {
        see: () => Promise.resolve(docker),
        containers: () => Promise.resolve([container('one', { state: `${(reads += 1)}` as never })]),
      },
    })
    await observe.docker()
    await observe.containers()
    expect([seen.containers.size, seen.answers.size, seen.expected.size, reads]).toEqual([0, 0, 0, 0])
  })

  test('that cannot be listed: Docker itself is asked', async () => {
    const down = { kind: 'down', code: 'absent', says: 'No socket.' }
    await looking({
      docker: { see: () => Promise.resolve(down), containers: () => Promise.reject(new Error('EPIPE')) },
    }).containers()
    expect(seen.docker).toEqual(down)
  })
})
