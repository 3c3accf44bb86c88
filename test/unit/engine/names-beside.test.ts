import { beforeEach, describe, expect, test } from 'vitest'
import type { Adapters, Endpoint } from '../../../main/engine/adapters.ts'
import { listedNames, namesNow, routeInput } from '../../../main/engine/look/names.ts'
import { observer } from '../../../main/engine/look/observe.ts'
import { nothingSeen, type Seen } from '../../../main/engine/look/seen.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'

/** Names beside the catalog: those of Ingresses, and what PowerDNS has. */

const catalog: Catalog = {
  services: [service('web', { endpoints: [endpoint({ name: 'web' })], address: '127.0.0.11' })],
  forwards: [],
  problems: [],
}
const suffix = defaultSettings.suffix
let seen: Seen
let asked: string[]
beforeEach(() => {
  asked = []
  seen = {
    ...nothingSeen(),
    docker: { kind: 'up', version: '29', apiVersion: '1.52', native: true },
    containers: new Map([
      [
        'powerdns',
        {
          ...newContainer('powerdns', { id: 'p', image: 'i', imageId: 's', config: 'c' }),
          state: 'running',
          address: '172.23.0.10',
        },
      ],
    ]),
  }
})

function looking(part: object = {}, key: string | null = 'k') {
  const adapters = {
    secrets: {
      read: () => Promise.resolve(new Map(key === null ? [] : [['POWERDNS_API_KEY', key] as const])),
    },
    routes: [],
    zones: {
      answers: ({ address, port }: Endpoint, names: readonly string[]) => {
        asked.push(`dns ${address}:${port} ${names.join(' ')}`)
        return Promise.resolve(new Map([[`web.${suffix}`, ['10.1.1.1']]]))
      },
      records: ({ address, port }: Endpoint, by: string) => {
        asked.push(`api ${address}:${port} ${by}`)
        return Promise.resolve(new Map([[`shop.${suffix}`, ['10.0.0.1', '127.0.0.2']]]))
      },
      ...part,
    },
  }
  return observer(adapters as unknown as Adapters, defaultSettings, () => catalog, seen)
}

describe('which names there are', () => {
  test('the catalog’s hold where an Ingress or a record has the same', () => {
    seen.ingressNames = new Map([
      [`web.${suffix}`, '127.0.0.2'],
      [`demo.${suffix}`, '127.0.0.2'],
    ])
    seen.records = new Map([
      [`web.${suffix}`, ['127.0.0.9']],
      [`demo.${suffix}`, ['127.0.0.9']],
      [`shop.${suffix}`, ['10.0.0.1', '127.0.0.3']],
      ['beam00.lab', ['10.9.8.7']],
      ['github.com', ['127.0.0.3']],
      [`evil${suffix}`, ['127.0.0.3']],
      [suffix, ['127.0.0.3']],
    ])
    const now = { [`web.${suffix}`]: '127.0.0.11', [`demo.${suffix}`]: '127.0.0.2' }
    expect(Object.fromEntries(namesNow(catalog, defaultSettings, seen))).toEqual(now)
    // Where names are listed, a record counts by its address of this machine, and only under the suffix.
    expect(Object.fromEntries(listedNames(catalog, defaultSettings, seen))).toEqual({
      ...now,
      [`shop.${suffix}`]: '127.0.0.3',
    })
  })

  test.each([
    [true, new Map(), false],
    [false, new Map(), true],
    [true, new Map([['hub', { kind: 'down' }]]), true],
    [true, new Map([['hub', { kind: 'stopped' }]]), true],
    [true, new Map([['hub', { kind: 'absent' }]]), false],
  ])('names that are written stay while what has them is away: %j', (known, clusters, loose) => {
    seen.recordsKnown = known
    seen.clusters = clusters
    expect(routeInput(catalog, defaultSettings, seen).loose).toBe(loose)
  })
})

describe('what PowerDNS has', () => {
  test('of ours is asked by DNS, its own by its API where names are listed one by one', async () => {
    await looking().zones()
    expect(asked).toEqual([`dns 172.23.0.10:53 web.${suffix}`, 'api 172.23.0.10:8081 k'])
    expect(seen.theirs.get(`web.${suffix}`)).toEqual(['10.1.1.1'])
    expect(seen.records.get(`shop.${suffix}`)).toEqual(['10.0.0.1', '127.0.0.2'])
    expect(seen.recordsKnown).toBe(true)
  })

  test('where a name server is asked its own are not read', async () => {
    seen.route = { kind: 'in place', id: 'r', title: 'resolved', needsServer: true }
    await looking().zones()
    expect(asked).toEqual([`dns 172.23.0.10:53 web.${suffix}`])
  })

  test.each<readonly [string, () => Promise<void>]>([
    [
      'it does not run',
      async () => {
        seen.containers.clear()
        await looking().zones()
      },
    ],
    ['there is no key', async () => await looking({}, null).zones()],
    [
      'it cannot be read',
      async () => await looking({ records: () => Promise.reject(new Error('no')) }).zones(),
    ],
  ])('while %s, what was known is not gone, and not all there is', async (_, look) => {
    seen.records = new Map([['old.macula.local', ['127.0.0.2']]])
    seen.recordsKnown = true
    await look()
    expect([...seen.records.keys()]).toEqual(['old.macula.local'])
    expect(seen.recordsKnown).toBe(false)
  })

  test('what waits is told by the route that lists names, and only where none is in place', async () => {
    const route = (isInPlace: boolean, names: readonly string[] | undefined) => ({
      id: 'route-hosts',
      title: 'hosts file',
      needsServer: false,
      isInPlace: () => Promise.resolve(isInPlace),
      waits: () => Promise.resolve(names),
    })
    const see = async (...routes: readonly object[]) => {
      const adapters = { routes, nameServer: { seen: () => Promise.resolve({ kind: 'stopped' }) } }
      await observer(adapters as unknown as Adapters, defaultSettings, () => catalog, seen).route()
      return seen.route
    }
    expect(await see(route(false, ['shop.macula.local']))).toEqual({
      kind: 'absent',
      waits: { route: 'route-hosts', title: 'hosts file', names: ['shop.macula.local'] },
    })
    expect(await see(route(false, []), route(false, undefined))).toEqual({ kind: 'absent' })
    expect(await see(route(true, ['shop.macula.local']))).toMatchObject({ kind: 'in place' })
  })
})
