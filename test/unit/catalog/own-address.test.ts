import { expect, test } from 'vitest'
import { askAccess, type Asking } from '../../../main/engine/look/asking.ts'
import { wantedForwards } from '../../../main/engine/look/forwards.ts'
import { listenerKey, listenersOf } from '../../../main/model/listeners.ts'
import { addressesOf } from '../../../main/model/native-port.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { inRange } from '../../../main/system/catalog/addresses.ts'
import { assemble } from '../../../main/system/catalog/assemble.ts'
import { parseFragment, type Candidate } from '../../../main/system/catalog/parse.ts'
import { variablesFor } from '../../../main/system/catalog/variables.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { portsOf } from '../../../main/system/stack/compose-texts.ts'
import { newContainer } from '../engine/fake-container.ts'

/** A port of a service on a loopback address of its own, beside the service's. */

function read(id: string, endpoints: string, address = '      address: 127.0.0.1\n') {
  const text = `services:
  ${id}:
    image: redis:8
    networks: { macula: {} }
    x-macula:
      tier: tools
      title: ${id.toUpperCase()}
      purpose: A test
${address}      endpoints: ${endpoints}
networks: { macula: { name: macula, external: true } }
`
  return parseFragment(
    { service: id, origin: 'user', folder: `/s/${id}`, file: `/s/${id}/compose.yaml`, text },
    variablesFor(defaultSettings, { HOME: '/home/p' }),
  )
}
function candidate(...given: Parameters<typeof read>): Candidate {
  const found = read(...given)
  if ('reason' in found) throw new Error(found.reason)
  return found
}

const both = `[{ id: api, name: dns, scheme: http, target: 8081, listen: 8081 },
        { id: dns, scheme: udp, target: 53, listen: 5300, address: 127.0.0.100 },
        { id: tcp, scheme: tcp, target: 53, listen: 5300, address: 127.0.0.100 }]`
const catalogOf = (...all: readonly Candidate[]): Catalog => assemble(all, [], [], new Map()).catalog

test('it is forwarded there and asked there, while the service runs; its other ports stay', async () => {
  const catalog = catalogOf(candidate('powerdns', both))
  expect(catalog.problems).toEqual([])
  const keys = ['127.0.0.1:8081', '127.0.0.100:5300/udp', '127.0.0.100:5300']
  expect(listenersOf(catalog).map(listenerKey)).toEqual(keys)
  const [service] = catalog.services
  expect(addressesOf(service!)).toEqual(['127.0.0.1', '127.0.0.100'])
  const container = {
    ...newContainer('powerdns', { id: 'p', image: 'p', imageId: 'p', config: 'p' }),
    state: 'running' as const,
    address: '172.23.0.10',
  }
  const containers = new Map([['powerdns', container]])
  const forwards = wantedForwards(catalog, containers, new Set(), true, new Map())
  expect(forwards.map((one) => `${listenerKey(one)} ${one.host}:${one.toPort}`)).toEqual([
    `${keys[0]} 172.23.0.10:8081`,
    `${keys[1]} 172.23.0.10:53`,
    `${keys[2]} 172.23.0.10:53`,
  ])
  const asked: string[] = []
  const asking = {
    settings: defaultSettings,
    secrets: new Map(),
    listeners: new Map(keys.map((key) => [key, { kind: 'ours' }])),
    containers,
    clusters: new Map(),
    native: true,
    host: {
      ask: async ({ address, port }: { readonly address: string; readonly port: number }) => {
        asked.push(`${address}:${port}`)
        return await Promise.resolve({ kind: 'answer', says: '', ms: 1 })
      },
    },
  } as unknown as Asking
  for (const endpoint of service!.endpoints) await askAccess(asking, service!, endpoint, 'native')
  expect(asked).toEqual(['127.0.0.1:8081', '127.0.0.100:5300', '127.0.0.100:5300'])
})

test('nobody else gets it, and with another range of addresses it moves along', () => {
  const holder = candidate('a', both)
  const other = candidate(
    'b',
    '[{ id: t, scheme: tcp, target: 1, listen: 5300 }]',
    '      address: 127.0.0.100\n',
  )
  expect(catalogOf(holder, other).problems.map(({ reason }) => reason)).toEqual([
    '127.0.0.100:5300 is taken by A',
  ])
  const own = both.replaceAll('127.0.0.100', '127.0.0.11')
  const free = candidate('b', '[{ id: t, scheme: tcp, target: 1, listen: 1 }]', '')
  expect(catalogOf(candidate('a', own), free).services.map(({ address }) => address)).toEqual([
    '127.0.0.1',
    '127.0.0.12',
  ])
  const moved = inRange(catalogOf(holder), '127.0.7.0/24')
  expect(listenersOf(moved).map(listenerKey)).toContain('127.0.7.100:5300/udp')
})

test.each([
  ['name: dns, listen: 5300', /address of its own/],
  ['', /address of its own/],
  ['listen: 5300, clean: true', /address of its own/],
])('it is for a port without a name: %s is refused', (part, why) => {
  const found = read('a', `[{ id: t, scheme: tcp, target: 53, address: 127.0.0.100${part && `, ${part}`} }]`)
  expect('reason' in found ? found.reason : 'accepted').toMatch(why)
})

test('PowerDNS’ port 53 is published once a protocol: what is published twice may be read by either', () => {
  const ports = portsOf(candidate('powerdns', both).spec, { ...defaultSettings, dnsPort: 5354 })
  expect(ports).toEqual(['127.0.0.1::8081', '127.0.0.1:5356:53/tcp', '127.0.0.1:5356:53/udp'])
})
