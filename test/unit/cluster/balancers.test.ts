import { describe, expect, test } from 'vitest'
import {
  balancerForwards,
  areAllGiven,
  balancerNotes,
  balancerWishes,
  isBalancerAddress,
} from '../../../main/model/balancers.ts'
import type { BalancerSeen, ClusterSeen } from '../../../main/model/cluster.ts'
import { unwantedForwards } from '../../../main/engine/look/forwards.ts'
import { balancersOf } from '../../../main/system/kind/balancer-objects.ts'
import { app, catalog, node, up } from './world.ts'

/** Services of type LoadBalancer: who gets which address, and where it leads. */

const range = '127.0.0.0/24'
const one = (part: Partial<BalancerSeen> = {}): BalancerSeen => ({
  namespace: 'mesh',
  name: 'bootstrap',
  addresses: [],
  ports: [
    { port: 80, nodePort: 30080 },
    { port: 4433, nodePort: 30443, protocol: 'udp' },
  ],
  ...part,
})
const cluster = (...balancers: readonly BalancerSeen[]): ClusterSeen =>
  up({ console: app() }, { balancers, nodes: [node({ address: '172.23.0.9' })] })
const given = (clusters: Readonly<Record<string, ClusterSeen>>, taken: readonly string[] = [], of = range) =>
  balancerWishes(new Map(Object.entries(clusters)), of, new Set(taken)).map(
    ({ cluster: id, balancer, address }) => `${id} ${balancer.name} ${address}`,
  )

describe('which address', () => {
  test('the first that is free; what one has stays its own', () => {
    expect(given({ kind: cluster(one(), one({ name: 'other' })) })).toEqual([
      'kind bootstrap 127.0.0.64',
      'kind other 127.0.0.65',
    ])
    expect(
      given({ kind: cluster(one({ addresses: ['127.0.0.64'] }), one({ name: 'other' })) }, ['127.0.0.65']),
    ).toEqual(['kind other 127.0.0.66'])
    expect(given({ kind: cluster(one({ addresses: ['127.0.0.64'] })) })).toEqual([])
  })

  test('of two clusters with one address the second gets another', () => {
    const has = one({ addresses: ['127.0.0.64'] })
    expect(given({ kind: cluster(has), second: cluster({ ...has, name: 'again' }) })).toEqual([
      'second again 127.0.0.65',
    ])
  })

  test('one of an earlier range of loopback gets one of this', () => {
    expect(given({ kind: cluster(one({ addresses: ['127.0.0.64'] })) }, [], '127.0.3.0/24')).toEqual([
      'kind bootstrap 127.0.3.64',
    ])
  })

  test('what another controller serves, and what has no node ports, gets none; nor does one too many', () => {
    expect(given({ kind: cluster(one({ addresses: ['192.168.1.240'] }), one({ ports: [] })) })).toEqual([])
    const many = Array.from({ length: 70 }, (_, index) => one({ name: `n${index}` }))
    const all = given({ kind: cluster(...many) })
    expect([all.length, new Set(all.map((line) => line.split(' ')[2])).size]).toEqual([64, 64])
    expect(all.every((line) => isBalancerAddress(line.split(' ')[2] ?? ''))).toBe(true)
  })
})

test('each port leads to the node’s port, by its own protocol; without an address or a node nothing does', () => {
  const has = one({ addresses: ['127.0.0.64'] })
  const of = (seen: ClusterSeen) => balancerForwards(new Map([['hub', seen]]), range)
  expect(of(cluster(has))).toEqual([
    { address: '127.0.0.64', port: 80, host: '172.23.0.9', toPort: 30080 },
    { address: '127.0.0.64', port: 4433, host: '172.23.0.9', toPort: 30443, protocol: 'udp' },
  ])
  expect(of(cluster(one()))).toEqual([])
  expect(of(up({}, { balancers: [has], nodes: [node({ address: '' })] }))).toEqual([])
})

test('a forwarder goes with its Service, and stays while its cluster does not tell', () => {
  const forward = {
    address: '127.0.0.64',
    port: 4433,
    host: '172.23.0.9',
    toPort: 30443,
    protocol: 'udp' as const,
  }
  const left = (seen: ClusterSeen) =>
    unwantedForwards(catalog, [forward], [], { containers: new Map(), clusters: new Map([['hub', seen]]) })
  expect(left(cluster())).toEqual([forward])
  expect(left({ kind: 'down', says: 'x', nodes: [], adopted: false })).toEqual([])
})

test('rows tell the address, or why there is none', () => {
  const notes = (balancer: BalancerSeen, native = true) =>
    balancerNotes(cluster(balancer), () => true, native)[0]
  expect(notes(one({ addresses: ['127.0.0.64'] }))).toBe(
    'LoadBalancer bootstrap: 127.0.0.64, ports 80, 4433/udp.',
  )
  expect(notes(one())).toContain('no address yet')
  expect(notes(one({ ports: [] }))).toContain('asks for no node ports')
  expect(notes(one(), false)).toContain('a machine of its own')
  expect(balancerNotes(cluster(one()), () => false, true)).toEqual([])
})

test('where all are given away the row says so, and what helps', () => {
  const held = Array.from({ length: 64 }, (_, index) =>
    one({ name: `n${index}`, addresses: [`127.0.0.${64 + index}`] }),
  )
  const seen = cluster(...held, one({ name: 'last' }))
  const full = (given: ClusterSeen): boolean => areAllGiven(new Map([['hub', given]]), [])
  expect([full(seen), full(cluster(...held.slice(1)))]).toEqual([true, false])
  // What another controller gave is none of ours.
  expect(full(cluster(...held.slice(1), one({ addresses: ['10.1.1.64'] })))).toBe(false)
  expect(balancerNotes(seen, ({ name }) => name === 'last', true, full(seen))).toEqual([
    'LoadBalancer last has no address: all 64 (numbers 64 to 127 of the addresses) are given away. Remove a Service of type LoadBalancer, and it gets that one’s.',
  ])
})

test('they are read of a ServiceList; other types, classes of their own and what is going are not', () => {
  const service = (name: string, spec: object, more: object = {}) => ({
    metadata: { name, namespace: 'mesh', labels: { 'dev.macula/app': 'boot' }, ...more },
    spec: { type: 'LoadBalancer', ...spec },
    status: { loadBalancer: { ingress: [{ ip: '127.0.0.64' }] } },
  })
  const ports = [
    { port: 4433, nodePort: 30443, protocol: 'UDP' },
    { port: 80, nodePort: 30080 },
    { port: 81 },
    { port: 9, nodePort: 30009, protocol: 'SCTP' },
  ]
  expect(
    balancersOf({
      items: [
        service('bootstrap', { ports }),
        service('plain', { type: 'ClusterIP' }),
        service('class', { loadBalancerClass: 'x' }),
        service('gone', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      ],
    }),
  ).toEqual([
    {
      namespace: 'mesh',
      name: 'bootstrap',
      app: 'boot',
      addresses: ['127.0.0.64'],
      ports: [
        { port: 4433, nodePort: 30443, protocol: 'udp' },
        { port: 80, nodePort: 30080 },
      ],
    },
  ])
})
