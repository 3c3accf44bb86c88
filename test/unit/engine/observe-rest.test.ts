import { beforeEach, describe, expect, test } from 'vitest'
import { observer } from '../../../main/engine/look/observe.ts'
import { APP_REST_MS } from '../../../main/engine/look/resting.ts'
import { isAskable, nothingSeen, worldOf, type Seen } from '../../../main/engine/look/seen.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { deferred } from '../../deferred.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'

/** The rest of what is read: answers, addresses, the name server's route, clusters, and what would be made now. */

const one = service('one', { endpoints: [endpoint({ target: 80 })], address: null })
const two = service('two', { endpoints: [endpoint({ target: 81 })], address: '127.0.0.12' })
const kind = service('cluster/hub', { address: '127.0.0.2', runtime: clusterRuntime() })
const shop = service('shop', { address: '127.0.0.2', title: 'Shop', runtime: clusterRuntime('shop') })
const catalog: Catalog = { services: [one, two, kind, shop], forwards: [], problems: [] }
const up = { kind: 'up', version: '29', apiVersion: '1.52', native: true } as const
const running = (id: string): ContainerSeen => ({
  ...newContainer(id, { id: `c-${id}`, image: `image-${id}`, imageId: 's', config: 'c' }),
  state: 'running',
  address: '172.23.0.9',
})
const down = { kind: 'down', code: 'absent', says: 'No socket.' } as const

let seen: Seen
beforeEach(() => {
  seen = {
    ...nothingSeen(),
    docker: up,
    containers: new Map([
      ['one', running('one')],
      ['two', running('two')],
    ]),
  }
})

function looking(part: Readonly<Record<string, object>>) {
  const adapters = {
    clock: { now: () => 77 },
    secrets: { read: () => Promise.resolve(new Map()) },
    ...part,
  }
  return observer(adapters as unknown as Adapters, defaultSettings, () => catalog, seen)
}

const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 1 }
const closed: AnswerSeen = { kind: 'closed', ms: 1 }

describe('answers', () => {
  test('of a service that was asked take the place of its old ones, those of others stay', async () => {
    seen.answers.set('one/old/front', good)
    seen.answers.set('two/web/direct', good)
    await looking({ host: { ask: () => Promise.resolve(closed) } }).answers([one])
    expect([...seen.answers]).toEqual([
      ['two/web/direct', good],
      ['one/web/direct', closed],
    ])
  })

  test('a late answer does not hide one to a later question, of that service alone', async () => {
    const late = deferred<AnswerSeen>()
    const given = [late.promise, Promise.resolve(closed), Promise.resolve(good)]
    const begun = deferred<boolean>()
    const ask = () => {
      begun.resolve(true)
      return given.shift()
    }
    const observe = looking({ host: { ask } })
    const slow = observe.answers([one])
    // The slow one has asked.
    await begun.promise
    await observe.answers([one])
    await observe.answers([two])
    late.resolve(good)
    await slow
    expect(Object.fromEntries(seen.answers)).toEqual({ 'one/web/direct': closed, 'two/web/direct': good })
  })

  test('secrets that cannot be read for once are those that were', async () => {
    const probe = { path: '/', expect: [], headers: { Key: '{secret:KEY}' } }
    const keyed = { ...one, endpoints: [endpoint({ probe })] }
    const keys: unknown[] = []
    let reads = 0
    const observe = looking({
      host: {
        ask: (question: { probe: typeof probe }) => {
          keys.push(question.probe.headers.Key)
          return Promise.resolve(good)
        },
      },
      secrets: {
        read: () => {
          reads += 1
          return reads === 1 ? Promise.resolve(new Map([['KEY', 'k1']])) : Promise.reject(new Error('EIO'))
        },
      },
    })
    await observe.answers([keyed])
    await observe.answers([keyed])
    expect(keys).toEqual(['k1', 'k1'])
  })
})

test('an application that answered rests for two minutes, unless something changed or it answered ill; containers do not', async () => {
  let now = 1_000_000
  let answer: AnswerSeen = good
  const asked: string[] = []
  const web = { ...shop, endpoints: [endpoint({ target: 80, name: 'shop' })] }
  seen.clusters.set('hub', { kind: 'up' } as ClusterSeen)
  const observe = looking({
    clock: { now: () => now },
    host: {
      ask: (question: { host: string }) => {
        asked.push(question.host)
        return Promise.resolve(answer)
      },
    },
  })
  const askedBy = async (how?: 'again'): Promise<readonly string[]> => {
    asked.length = 0
    await observe.answers([one, web], how)
    return [...new Set(asked)].map((host) => (host.startsWith('shop') ? 'shop' : 'one')).sort()
  }
  expect(await askedBy()).toEqual(['one', 'shop'])
  now += APP_REST_MS - 1
  expect(await askedBy('again')).toEqual(['one'])
  expect([...seen.answers.keys()].some((key) => key.startsWith('shop/'))).toBe(true)
  // Somebody looked, or its pods changed.
  expect(await askedBy()).toEqual(['one', 'shop'])
  now += APP_REST_MS
  answer = closed
  expect(await askedBy('again')).toEqual(['one', 'shop'])
  expect(await askedBy('again')).toEqual(['one', 'shop'])
})

describe('whether a service can be asked', () => {
  const clusters = (state: ClusterSeen['kind']): Partial<Seen> => ({
    clusters: new Map([['hub', { kind: state } as ClusterSeen]]),
  })
  test.each<readonly [string, ServiceSpec, Partial<Seen>, boolean]>([
    ['it runs', one, {}, true],
    [
      'it does not run',
      one,
      { containers: new Map([['one', { ...running('one'), state: 'exited' }]]) },
      false,
    ],
    ['it is not there', one, { containers: new Map() }, false],
    ['Docker is down', one, { docker: down }, false],
    ['an application of a cluster that is up', shop, clusters('up'), true],
    ['an application of a cluster that is down', shop, clusters('down'), false],
    ['an application of a cluster nothing is known of', shop, {}, false],
    ['a cluster itself', kind, clusters('up'), false],
  ])('%s', (_, spec, part, is) => {
    expect(isAskable({ ...seen, ...part }, spec)).toBe(is)
  })
})

test('each address is tried once, for all who share it', async () => {
  const tried: string[] = []
  const host = {
    canBind: (address: string) => {
      tried.push(address)
      return Promise.resolve({ kind: 'ok', ms: 0 })
    },
  }
  await looking({ host }).addresses()
  expect(tried).toEqual(['127.0.0.12', '127.0.0.2'])
  expect([...seen.addresses.keys()]).toEqual(tried)
})

describe('the name server’s route', () => {
  const route = (id: string, isInPlace: () => Promise<boolean>) => ({
    id,
    title: `The route ${id}`,
    needsServer: id === 'b',
    isInPlace,
  })
  const no = () => Promise.resolve(false)
  const yes = () => Promise.resolve(true)
  const fails = () => Promise.reject(new Error('EACCES'))

  test.each([
    ['the first that is in place', [route('a', no), route('b', yes), route('c', yes)], 'b'],
    ['one that cannot be read is not in place', [route('a', fails), route('c', yes)], 'c'],
    ['none is', [route('a', no)], undefined],
    ['there is none', [], undefined],
  ])('%s', async (_, routes, id) => {
    await looking({ routes, nameServer: { seen: () => Promise.resolve({ kind: 'stopped' }) } }).nameServer()
    expect(seen.route).toEqual(
      id === undefined
        ? { kind: 'absent' }
        : { kind: 'in place', id, title: `The route ${id}`, needsServer: id === 'b' },
    )
  })
})

describe('clusters', () => {
  const see = (asked: unknown[]) => ({
    see: (...all: unknown[]) => {
      asked.push(all)
      return Promise.resolve({ kind: 'absent', wasMade: false })
    },
  })

  test('are asked for with their applications, and with where the registry is', async () => {
    seen.containers.set('registry', { ...running('registry'), address: '172.23.0.20' })
    seen.answers.set('shop/web/front', good)
    const asked: unknown[] = []
    await looking({ clusters: see(asked) }).clusters()
    expect(asked).toMatchObject([
      [
        { id: 'hub' },
        [
          {
            title: 'Shop',
            app: { id: 'shop' },
            image: expect.stringContaining('/macula/shop:dev') as unknown,
          },
        ],
        { address: '172.23.0.20', port: 5000 },
      ],
    ])
    expect(seen.clusters.get('hub')).toEqual({ kind: 'absent', wasMade: false })
    expect([...seen.answers.keys()]).toEqual([])
  })

  test('are not while Docker is down: what was known stays', async () => {
    seen.docker = down
    const asked: unknown[] = []
    await looking({ clusters: see(asked) }).clusters()
    expect([asked, seen.clusters.size]).toEqual([[], 0])
  })
})

test('the limit of open files is read once; where it cannot be, it is tried again', async () => {
  const given = [Promise.reject(new Error('EACCES')), Promise.resolve({ open: 3, most: 1024 })]
  const observe = looking({ host: { openFiles: () => given.shift() } })
  await observe.files()
  expect(seen.files).toBeUndefined()
  expect(worldOf(seen, 1)).not.toHaveProperty('files')
  await observe.files()
  await observe.files()
  expect(worldOf(seen, 1).files).toEqual({ open: 3, most: 1024 })
})
