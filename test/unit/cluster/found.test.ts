import { describe, expect, test } from 'vitest'
import type { ClusterSeen, IngressSeen } from '../../../main/model/cluster.ts'
import { foundNames, foundRows } from '../../../main/model/found.ts'
import { MOST_HOSTS } from '../../../main/model/found-hosts.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import { inUse, may, toggleOf } from '../../../main/model/may.ts'
import { whyNotOpened } from '../../../main/model/open.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { clusterRuntime } from './spec.ts'
import { app, catalog, pod, up, view, worldOf } from './world.ts'

/** What nobody described and is in a cluster all the same. */

const suffix = 'macula.local'
const ingress = (part: Partial<IngressSeen> = {}): IngressSeen => {
  const hosts = part.hosts ?? ['lab.macula.local']
  return {
    namespace: 'demo',
    name: 'lab',
    hosts,
    routes: hosts,
    pods: [pod({ name: 'lab-1', image: 'docker.io/me/lab:1' })],
    selector: 'app=lab',
    ...part,
  }
}
const seen = (...ingresses: readonly IngressSeen[]): ClusterSeen => up({ console: app() }, { ingresses })
const clusters = (...ingresses: readonly IngressSeen[]) => new Map([['hub', seen(...ingresses)]])
const names = (...ingresses: readonly IngressSeen[]) =>
  Object.fromEntries(foundNames(catalog, clusters(...ingresses), suffix))
const rows = (...ingresses: readonly IngressSeen[]) => foundRows(catalog, clusters(...ingresses), suffix)
const short = (found: readonly ServiceSpec[]) =>
  found.map(({ id, endpoints }) => `${id}: ${endpoints.map(({ name }) => name ?? '').join(' ')}`)

/** A second cluster behind the first. */
const two: Catalog = {
  ...catalog,
  services: catalog.services.flatMap((one) => {
    if (one.id !== 'cluster/hub') return [one]
    const { cluster, ...rest } = clusterRuntime()
    return [
      one,
      {
        ...one,
        id: 'second',
        title: 'Second cluster',
        address: '127.0.0.11',
        runtime: { ...rest, cluster: { ...cluster, id: 'second', address: '127.0.0.11' } },
      },
    ]
  }),
}

describe('a cluster with more hosts than get names', () => {
  const many = (count: number, part: Partial<IngressSeen> = {}): IngressSeen =>
    ingress({ hosts: Array.from({ length: count }, (_, index) => `n${index}.macula.local`), ...part })
  const causes = (...ingresses: readonly IngressSeen[]) =>
    makeSnapshot(catalog, suffix, worldOf(seen(...ingresses)), 1).causes.filter(({ id }) => id === 'hosts')

  test('as many as get names: all have one, and nothing is told', () => {
    expect(Object.keys(names(many(MOST_HOSTS)))).toHaveLength(MOST_HOSTS)
    expect(causes(many(MOST_HOSTS))).toEqual([])
  })

  test('one more: the oldest Ingresses keep theirs, whatever they are called and in which order they are told', () => {
    const old = ingress({ name: 'zz', since: '2026-01-01T00:00:00Z', hosts: ['old.macula.local'] })
    const flood = many(MOST_HOSTS, { name: 'aa', since: '2026-01-02T00:00:00Z' })
    const late = ingress({ name: 'a0', since: '2026-01-03T00:00:00Z', hosts: ['late.macula.local'] })
    for (const order of [
      [old, flood, late],
      [late, flood, old],
    ]) {
      const found = names(...order)
      expect(Object.keys(found)).toHaveLength(MOST_HOSTS)
      expect(found).toHaveProperty(['old.macula.local'])
      expect(found).not.toHaveProperty(['late.macula.local'])
      // No row leads where no name does.
      expect(rows(...order).map(({ title }) => title)).toEqual(['aa', 'zz'])
    }
    const [cause] = causes(late, flood, old)
    expect(cause?.headline.what).toBe(
      `Hub cluster: 2 hosts of Ingresses have no name: n${MOST_HOSTS - 1}.macula.local and late.macula.local.`,
    )
    expect(cause?.headline.why).toContain(`${MOST_HOSTS} hosts`)
    expect(cause?.services).toEqual([])
  })

  test('hosts that are described, elsewhere or the same do not count; wildcards make no endless rows', () => {
    const described = ingress({ name: 'console', hosts: ['console.macula.local', 'a.example.org'] })
    expect(causes(many(MOST_HOSTS), many(MOST_HOSTS, { name: 'same' }), described)).toEqual([])
    const wild = Array.from({ length: MOST_HOSTS + 20 }, (_, index) =>
      ingress({ name: `w${index}`, hosts: ['*.macula.local'] }),
    )
    expect(rows(...wild)).toHaveLength(MOST_HOSTS)
  })

  test('another cluster’s names are not touched', () => {
    const found = foundNames(
      two,
      new Map([
        ['hub', seen(many(MOST_HOSTS + 300))],
        ['second', seen(ingress({ hosts: ['lab.macula.local'] }))],
      ]),
      suffix,
    )
    expect(found.get('lab.macula.local')).toBe('127.0.0.11')
    expect(found.size).toBe(MOST_HOSTS + 1)
  })
})

describe('which hosts become names', () => {
  test.each<readonly [string, readonly IngressSeen[], Readonly<Record<string, string>>]>([
    ['one', [ingress()], { 'lab.macula.local': '127.0.0.2' }],
    [
      'several, deep ones too',
      [ingress({ hosts: ['lab.macula.local', 'a.b.macula.local'] })],
      { 'lab.macula.local': '127.0.0.2', 'a.b.macula.local': '127.0.0.2' },
    ],
    ['of two Ingresses once', [ingress(), ingress({ name: 'other' })], { 'lab.macula.local': '127.0.0.2' }],
    ['not one of the catalog', [ingress({ hosts: ['console.macula.local'] })], {}],
    [
      'not outside of the suffix',
      [ingress({ hosts: ['lab.example.org', 'xmacula.local', 'macula.local'] })],
      {},
    ],
    ['no wildcard', [ingress({ hosts: ['*.macula.local', '*.x.macula.local'] })], {}],
    [
      'nothing that is no name',
      [
        ingress({
          hosts: [
            'a b.macula.local',
            'A.macula.local',
            '-a.macula.local',
            'x;y.macula.local',
            `${'a'.repeat(64)}.macula.local`,
            'a\n1.2.3.4 b.macula.local',
          ],
        }),
      ],
      {},
    ],
    [
      'more hosts of an Ingress of a described application',
      [ingress({ app: 'console', hosts: ['console.macula.local', 'api.macula.local'] })],
      { 'api.macula.local': '127.0.0.2' },
    ],
  ])('%s', (_, ingresses, expected) => {
    expect(names(...ingresses)).toEqual(expected)
  })

  test('of two clusters the first of the catalog has it, and the other’s row says so', () => {
    const both = new Map([
      ['hub', seen(ingress())],
      ['second', seen(ingress({ name: 'there', hosts: ['lab.macula.local', 'own.macula.local'] }))],
    ])
    expect(Object.fromEntries(foundNames(two, both, suffix))).toEqual({
      'lab.macula.local': '127.0.0.2',
      'own.macula.local': '127.0.0.11',
    })
    const found = foundRows(two, both, suffix)
    expect(short(found)).toEqual(['demo-lab: lab', 'demo-there: own'])
    expect(found[1]?.warnings).toEqual([
      'lab.macula.local resolves to another cluster, whose Ingress has it too.',
    ])
  })

  test.each<readonly [string, ClusterSeen, number]>([
    ['up', seen(ingress()), 1],
    [
      'down, as it was last told',
      { kind: 'down', says: '', nodes: [], adopted: false, ingresses: [ingress()] },
      1,
    ],
    ['down, and never seen up', { kind: 'down', says: '', nodes: [], adopted: false }, 0],
    ['stopped', { kind: 'stopped', nodes: [], adopted: false }, 0],
    ['gone', { kind: 'absent', wasMade: true }, 0],
  ])('of a cluster that is %s', (_, is, count) => {
    expect(foundNames(catalog, new Map([['hub', is]]), suffix).size).toBe(count)
    expect(foundRows(catalog, new Map([['hub', is]]), suffix)).toHaveLength(count)
  })
})

describe('which rows there are', () => {
  test.each<readonly [string, readonly IngressSeen[], readonly string[]]>([
    [
      'one for each Ingress, by namespace and name',
      [ingress({ name: 'b' }), ingress({ name: 'a' })],
      ['demo-a: lab', 'demo-b: lab'],
    ],
    ['none for what is described', [ingress({ app: 'console', hosts: ['console.macula.local'] })], []],
    [
      'none for an Ingress by hand whose host is described',
      [ingress({ hosts: ['console.macula.local'] })],
      [],
    ],
    ['none without a host of ours', [ingress({ hosts: ['x.example.org'] })], []],
    ['one that only tells of a wildcard', [ingress({ hosts: ['*.x.macula.local'] })], ['demo-lab: ']],
    [
      'none for a wildcard of a described application',
      [ingress({ app: 'console', hosts: ['*.x.macula.local'] })],
      [],
    ],
    [
      'its id is never another row’s',
      [ingress({ namespace: 'k', name: 'x' }), ingress({ namespace: 'k-x', name: '' })],
      ['k-x: lab', 'k-x-: lab'],
    ],
    ['dots are no part of an id', [ingress({ name: 'a.b' })], ['demo-a-b: lab']],
  ])('%s', (_, ingresses, expected) => {
    expect(short(rows(...ingresses))).toEqual(expected)
  })

  test('an id that the catalog has is left to it', () => {
    expect(
      short(rows(ingress({ namespace: 'con', name: 'sole' }), ingress({ namespace: 'peer1', name: '' })))[0],
    ).toBe('con-sole: lab')
    const mine: Catalog = {
      ...catalog,
      services: catalog.services.map((one) => (one.id === 'peer1' ? { ...one, id: 'demo-lab' } : one)),
    }
    expect(foundRows(mine, clusters(ingress()), suffix)[0]?.id).toBe('demo-lab-hub')
  })

  test('however many sound alike, no two rows have one id', () => {
    const alike = [
      ['a', 'b-c-d'],
      ['a', 'b-c.d'],
      ['a', 'b.c.d'],
      ['a-b', 'c-d'],
      ['a-b-c', 'd'],
      // What is cut off makes long ones alike.
      ['n'.repeat(60), 'one'],
      ['n'.repeat(60), 'two'],
    ].map(([namespace = '', name = ''], index) =>
      ingress({ namespace, name, hosts: [`lab${index}.macula.local`] }),
    )
    const ids = rows(...alike).map(({ id }) => id)
    expect(ids).toHaveLength(alike.length)
    expect(new Set(ids).size, ids.join(' ')).toBe(alike.length)
    // The same whatever order the cluster tells them in.
    expect(rows(...alike.toReversed()).map(({ id }) => id)).toEqual(ids)
  })

  test('a part of a host opens by that part', () => {
    const [row] = rows(ingress({ routes: ['lab.macula.local/api', 'lab.macula.local/b'] }))
    expect(row?.endpoints[0]).toMatchObject({ open: '/api', probe: { path: '/api' } })
    expect(
      rows(ingress({ routes: ['lab.macula.local/a{}', 'lab.macula.local'] }))[0]?.endpoints[0]?.open,
    ).toBe('/')
    expect(rows(ingress({ routes: ['lab.macula.local/a b'] }))[0]?.endpoints[0]?.open).toBe('/')
  })
})

describe('how a row is judged', () => {
  const answered = (part: Partial<World> = {}): World =>
    worldOf(undefined, {
      names: new Map([['lab.macula.local', { kind: 'answer', addresses: ['127.0.0.2'], ms: 2 }]]),
      answers: new Map([
        [answerKey('demo-lab', 'web', 'front'), { kind: 'answer', says: 'HTTP 200', status: 200, ms: 4 }],
      ]),
      ...part,
    })
  const judged = (one: IngressSeen, part: Partial<World> = {}) =>
    view(makeSnapshot(catalog, suffix, answered({ clusters: clusters(one), ...part }), 1), 'demo-lab')

  test('it works, says where it is, opens, and is nobody’s to start or stop here', () => {
    const row = judged(ingress())
    expect(row).toMatchObject({
      state: 'works',
      cluster: 'found',
      tier: 'applications',
      title: 'lab',
      purpose: 'Not described here: Ingress demo/lab in Hub cluster',
      address: '127.0.0.2:80',
      names: ['lab.macula.local'],
      container: { name: 'lab-1', image: 'docker.io/me/lab:1' },
    })
    expect(row.ladder.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
    expect(inUse(row)?.access.url).toBe('http://lab.macula.local')
    expect(
      (['start', 'stop', 'restart', 'reset', 'delete', 'pull'] as const).filter((verb) => may(verb, row)),
    ).toEqual([])
    expect(toggleOf(row).can).toBe(false)
  })

  test('it stands behind the applications that are described, before the next tier', () => {
    const { services } = makeSnapshot(catalog, suffix, answered({ clusters: clusters(ingress()) }), 1)
    expect(services.map(({ id }) => id)).toEqual(['cluster/hub', 'console', 'peer1', 'demo-lab'])
  })

  const chosenByNone = Object.fromEntries(
    Object.entries(ingress({ pods: [] })).filter(([key]) => key !== 'selector'),
  ) as unknown as IngressSeen
  const bad = pod({ name: 'lab-1', ready: false, reason: 'CrashLoopBackOff', exitCode: 3, restarts: 4 })
  const lost = new Map([
    [
      answerKey('demo-lab', 'web', 'front'),
      { kind: 'answer', says: 'HTTP 404', status: 404, ms: 4 } as const,
    ],
  ])
  test.each<readonly [string, IngressSeen, Partial<World>, string, RegExp, RegExp]>([
    ['no pod', ingress({ pods: [] }), {}, 'failed', /^no pod behind/, /^kubectl -n demo describe pods/],
    [
      'a pod that crashes',
      ingress({ pods: [bad] }),
      {},
      'failed',
      /exit code 3/,
      /^kubectl -n demo describe pods/,
    ],
    ['a Service without pods of its own that answers', chosenByNone, {}, 'works', /^$/, /^$/],
    [
      'a class that nobody heeds',
      ingress({ routes: [], ignored: 'traefik' }),
      { answers: lost },
      'failed',
      /class traefik is not routed/,
      /ingressClassName: nginx/,
    ],
    [
      'an image of ours that nobody pushed',
      ingress({
        pods: [pod({ ready: false, reason: 'ErrImagePull', image: 'localhost:5001/lab:1', pushed: false })],
      }),
      {},
      'not set up',
      /push localhost:5001\/lab:1/,
      /^Push it: docker push/,
    ],
  ])('%s', (_, one, part, state, reason, todo) => {
    const row = judged(one, part)
    expect(row.state).toBe(state)
    expect(row.reason).toMatch(reason)
    expect(row.headline?.todo ?? '').toMatch(todo)
    // What only works for what is described is never offered.
    expect(JSON.stringify(row)).not.toMatch(/maculactl (?:up|restart) demo-lab/)
  })

  test('what keeps it from being opened is told with what its maker can do, never with a start of ours', () => {
    const waits = ingress({
      pods: [pod({ ready: false, reason: 'ErrImagePull', image: 'localhost:5001/lab:1', pushed: false })],
    })
    const snapshot = makeSnapshot(catalog, suffix, answered({ clusters: clusters(waits) }), 1)
    expect(whyNotOpened(snapshot, view(snapshot, 'demo-lab')).todo).toBe(
      'Push it: docker push localhost:5001/lab:1',
    )
  })

  test('while the API server is away it is unknown; more hosts of a described application stand by its pods', () => {
    const away: ClusterSeen = { kind: 'down', says: 'x', nodes: [], adopted: false, ingresses: [ingress()] }
    expect(judged(ingress(), { clusters: new Map([['hub', away]]) }).state).toBe('unknown')
    const more = ingress({ app: 'console', hosts: ['lab.macula.local'], pods: [] })
    expect(judged(more).container?.name).toBe('console-1')
  })

  test('fault 7: what an Ingress is called is inert', () => {
    const row = judged(ingress({ name: 'lab' }))
    expect(row.title).toBe('lab')
    expect(rows(ingress({ name: 'a\u001b[31mb\u202e' }))[0]?.title).toBe('ab\uFFFD')
  })
})
