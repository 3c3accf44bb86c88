import { describe, expect, test } from 'vitest'
import { findCycle, neededBy, needsOf, usedBy, withNeeds } from '../../../main/model/graph.ts'
import { listenersOf, namesOf } from '../../../main/model/listeners.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { endpoint, inCluster, spec } from './rows.ts'

/** What the catalog says by itself: what needs what, and which addresses, ports and names it wants. */

const needing = (id: string, ...needs: readonly string[]): ServiceSpec => spec(id, 1, { needs })

describe('needs', () => {
  const square = [needing('web', 'a', 'b'), needing('a', 'db'), needing('b', 'db'), needing('db')]
  test('what two need comes once, before both', () => {
    expect(withNeeds(square, ['web'])).toEqual(['db', 'a', 'b', 'web'])
    expect(withNeeds(square, ['a', 'web', 'a'])).toEqual(['db', 'a', 'b', 'web'])
  })
  test('what is not in the catalog needs nothing', () => {
    expect(withNeeds(square, ['gone'])).toEqual(['gone'])
    expect(needsOf(square, 'gone')).toEqual([])
    expect(needsOf(square, 'a')).toEqual(['db'])
  })
  test('what needs it is told without itself, however it is ordered', () => {
    expect(neededBy([needing('db'), needing('a', 'db'), needing('web', 'a')], ['db', 'a'])).toEqual(['web'])
  })
  test('what uses it is told without itself', () => {
    const both = [spec('a', 1, { uses: ['b', 'x'] }), spec('b', 2, { uses: ['a'] }), spec('c', 3)]
    expect(usedBy(both, ['b'])).toEqual(['a'])
    expect(usedBy(both, ['a', 'b'])).toEqual([])
  })
})

describe('a circle of needs', () => {
  test.each<readonly [string, readonly ServiceSpec[], readonly string[] | undefined]>([
    ['none', [needing('a', 'b'), needing('b')], undefined],
    ['a need that is not there', [needing('a', 'gone')], undefined],
    ['with itself', [needing('a', 'a')], ['a', 'a']],
    [
      'what leads into it is no part of it',
      [needing('c', 'a'), needing('a', 'b'), needing('b', 'a')],
      ['a', 'b', 'a'],
    ],
    ['by the second need', [needing('a', 'b', 'c'), needing('b'), needing('c', 'a')], ['a', 'c', 'a']],
    ['not by the first service', [needing('x'), needing('a', 'b'), needing('b', 'a')], ['a', 'b', 'a']],
  ])('%s', (_, services, cycle) => expect(findCycle(services)).toEqual(cycle))

  test('each service is walked once, by however many ways it is needed', () => {
    // Two ways at each of 40 steps are a trillion ways.
    const steps = Array.from({ length: 40 }, (_, at) => [
      needing(`l${at}`, `l${at + 1}`, `r${at + 1}`),
      needing(`r${at}`, `l${at + 1}`, `r${at + 1}`),
    ]).flat()
    expect(findCycle(steps)).toBeUndefined()
  })
})

const catalogOf = (services: readonly ServiceSpec[], forwards: Catalog['forwards'] = []): Catalog => ({
  services,
  forwards,
  problems: [],
})

describe('the listeners that the catalog wants', () => {
  const ingress = spec('ingress', 1, { endpoints: [endpoint({ target: 8080 })] })
  const of = (...services: readonly ServiceSpec[]): readonly string[] =>
    listenersOf(catalogOf(services)).map(
      ({ address, port, role, to }) =>
        `${role} ${address}:${port} > ${to.kind === 'service' ? to.service : to.host}:${to.port}${
          to.kind === 'service' && to.without ? ` else ${to.without.service}:${to.without.port}` : ''
        }`,
    )

  test.each<readonly [string, Parameters<typeof spec>[2], readonly string[]]>([
    ['nothing', { endpoints: [endpoint()] }, []],
    ['a port', { endpoints: [endpoint({ listen: 3000 })] }, ['native 127.0.0.2:3000 > a:80']],
    [
      'a page at port 80 too',
      { endpoints: [endpoint({ listen: 3000, clean: true })] },
      ['native 127.0.0.2:3000 > a:80', 'clean 127.0.0.2:80 > a:80'],
    ],
    [
      'a page at port 80 itself',
      { endpoints: [endpoint({ listen: 80, clean: true })] },
      ['native 127.0.0.2:80 > a:80'],
    ],
    ['a page without a port', { endpoints: [endpoint({ clean: true })] }, ['clean 127.0.0.2:80 > a:80']],
    ['a route', { endpoints: [endpoint({ ingress: '/' })] }, ['ingress 127.0.0.2:80 > ingress:8080']],
    [
      'port 80 is led to the first that asks for it',
      { endpoints: [endpoint({ clean: true, target: 81 }), endpoint({ ingress: '/' })] },
      ['clean 127.0.0.2:80 > a:81'],
    ],
    [
      'a clean URL with a name goes by the ingress',
      { endpoints: [endpoint({ name: 'a', listen: 3000, clean: true })] },
      ['native 127.0.0.2:3000 > a:80', 'ingress 127.0.0.2:80 > ingress:8080 else a:80'],
    ],
    [
      'so does a page whose own port is 80',
      { endpoints: [endpoint({ name: 'a', listen: 80, clean: true })] },
      ['ingress 127.0.0.2:80 > ingress:8080 else a:80'],
    ],
    [
      'what speaks no HTTP goes straight',
      { endpoints: [endpoint({ name: 'a', scheme: 'tcp', listen: 80, clean: true })] },
      ['native 127.0.0.2:80 > a:80'],
    ],
    [
      'a name without port 80 is told there what it is',
      { endpoints: [endpoint({ name: 'a', scheme: 'postgres', listen: 5432 })] },
      ['native 127.0.0.2:5432 > a:80', 'ingress 127.0.0.2:80 > ingress:8080'],
    ],
    ['inside Docker only', { address: null, endpoints: [endpoint({ listen: 3000 })] }, []],
    ['in a cluster', { ...inCluster('a'), endpoints: [endpoint({ listen: 3000, ingress: '/' })] }, []],
  ])('%s', (_, part, wanted) => expect(of(spec('a', 2, part), ingress)).toEqual(wanted))

  test('nothing is led to an ingress that is not there, or has no port', () => {
    const routed = spec('a', 2, { endpoints: [endpoint({ ingress: '/' })] })
    expect(of(routed)).toEqual([])
    expect(of(spec('b', 3, { endpoints: [endpoint()] }), routed)).toEqual([])
    expect(of(routed, spec('ingress', 1, { endpoints: [] }))).toEqual([])
  })

  test('a fixed forward leads to the cluster’s own port', () => {
    const forward = {
      address: '127.0.0.2',
      listen: 80,
      host: '127.0.0.1',
      port: 8080,
      tier: 'host',
      cluster: 'hub',
    } as const
    expect(listenersOf(catalogOf([], [forward]))).toStrictEqual([
      {
        address: '127.0.0.2',
        port: 80,
        role: 'fixed',
        to: { kind: 'fixed', host: '127.0.0.1', port: 8080, cluster: 'hub' },
      },
    ])
  })
})

test('names are those of endpoints that have an address', () => {
  const services = [
    spec('a', 2, { endpoints: [endpoint({ name: 'a' }), endpoint(), endpoint({ name: 'b' })] }),
    spec('inside', 3, { address: null }),
  ]
  expect([...namesOf(catalogOf(services), 'macula.local')]).toEqual([
    ['a.macula.local', '127.0.0.2'],
    ['b.macula.local', '127.0.0.2'],
  ])
})
