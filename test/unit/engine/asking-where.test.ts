import { describe, expect, test } from 'vitest'
import {
  askAccess,
  askService,
  directTarget,
  listenerKeys,
  type Asking,
} from '../../../main/engine/look/asking.ts'
import { wantedForwards } from '../../../main/engine/look/forwards.ts'
import { createNamer } from '../../../main/engine/look/holders.ts'
import type { HostAdapter } from '../../../main/engine/adapters.ts'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { AnswerSeen, ContainerSeen, ListenerSeen } from '../../../main/model/observation.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { endpoint, service } from '../stack/fixture.ts'

/** Where a service is asked, and what leads there. A program that is not ours is never asked. */

const container = (part: Partial<ContainerSeen> = {}): ContainerSeen =>
  ({
    state: 'running',
    address: '172.23.0.9',
    published: { 80: '127.0.0.1:49153' },
    ...part,
  }) as ContainerSeen
const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 1 }
const ours: ListenerSeen = { kind: 'ours', pid: 7, program: 'socat', ms: 1 }

describe('where a container answers itself', () => {
  test.each<readonly [string, ContainerSeen | undefined, boolean, object | undefined]>([
    ['at its address', container(), true, { address: '172.23.0.9', port: 80 }],
    ['nowhere while it has none', container({ address: '' }), true, undefined],
    ['at its published port on another engine', container(), false, { address: '127.0.0.1', port: 49153 }],
    ['nowhere when none is published', container({ published: {} }), false, undefined],
    ['nowhere when it does not run', container({ state: 'exited' }), true, undefined],
    ['nowhere when there is none', undefined, true, undefined],
  ])('%s', (_, seen, native, at) => {
    expect(directTarget(seen, 80, native)).toEqual(at)
  })
})

/** Asks one service; tells the questions, and what came of them. */
function asking(
  spec: ServiceSpec,
  part: Partial<Asking> = {},
  answer: (port: number) => AnswerSeen = () => good,
) {
  const questions: Parameters<HostAdapter['ask']>[0][] = []
  const host = {
    ask: (question: Parameters<HostAdapter['ask']>[0]) => {
      questions.push(question)
      return Promise.resolve(answer(question.port))
    },
  } as unknown as HostAdapter
  const all: Asking = {
    host,
    settings: { ...defaultSettings, suffix: 'macula.local' },
    secrets: new Map([['TOKEN', 's3cret']]),
    listeners: new Map([
      ['127.0.0.77:80', ours],
      ['127.0.0.77:8080', ours],
    ]),
    containers: new Map([[spec.id, container()]]),
    clusters: new Map(),
    native: true,
    ...part,
  }
  return { all, questions }
}

const web = endpoint({ name: 'web', listen: 8080, clean: true })
const spec = service('web', { endpoints: [web] })
const application = service('shop', {
  endpoints: [endpoint({ name: 'shop', ingress: '/' })],
  runtime: clusterRuntime('shop'),
})
const clusters = (kind: ClusterSeen['kind']) => new Map([['hub', { kind } as ClusterSeen]])

describe('one access is asked', () => {
  test.each<
    readonly [string, ServiceSpec, 'front' | 'native' | 'direct', Partial<Asking>, string | undefined]
  >([
    ['at port 80 of its address', spec, 'front', {}, '127.0.0.77:80 web.macula.local'],
    ['at its own port', spec, 'native', {}, '127.0.0.77:8080 web.macula.local'],
    ['at its container', spec, 'direct', {}, '172.23.0.9:80 web.macula.local'],
    ['past the forwarder of a cluster', application, 'direct', {}, '127.0.0.1:8080 shop.macula.local'],
    [
      'by its address where it has no name',
      service('web', { endpoints: [endpoint()] }),
      'direct',
      {},
      '172.23.0.9:80 172.23.0.9',
    ],
    ['not without an address', { ...spec, address: null }, 'front', {}, undefined],
    ['not without a port of its own', service('web', { endpoints: [endpoint()] }), 'native', {}, undefined],
    ['not where nobody listens', spec, 'native', { listeners: new Map() }, undefined],
    [
      'not where a stranger listens',
      spec,
      'front',
      { listeners: new Map([['127.0.0.77:80', { kind: 'foreign', holder: {}, ms: 1 }]]) },
      undefined,
    ],
    [
      'not where ours leads elsewhere',
      spec,
      'front',
      { listeners: new Map([['127.0.0.77:80', { kind: 'astray', pid: 1, to: 'x', ms: 1 }]]) },
      undefined,
    ],
    ['not while its container does not run', spec, 'direct', { containers: new Map() }, undefined],
  ])('%s', async (_, one, access, part, at) => {
    const { all, questions } = asking(one, part)
    const seen = await askAccess(all, one, one.endpoints[0] ?? web, access)
    expect(questions.map(({ address, port, host }) => `${address}:${port} ${host}`)).toEqual(
      at === undefined ? [] : [at],
    )
    expect(seen).toEqual(at === undefined ? undefined : good)
  })

  test.each<readonly [string, ServiceSpec, 'front' | 'native' | 'direct', boolean, true | undefined]>([
    ['a container at its address', spec, 'direct', true, true],
    ['not what Docker publishes', service('web', { endpoints: [endpoint()] }), 'direct', false, undefined],
    ['not what a forwarder leads to', spec, 'native', true, undefined],
    ['not what a cluster publishes', application, 'direct', true, undefined],
  ])('it is asked itself: %s', async (_, one, access, native, isItself) => {
    const { all, questions } = asking(one, { native, clusters: clusters('up') })
    await askAccess(all, one, one.endpoints[0] ?? web, access)
    expect(questions.map((question) => question.isItself)).toEqual([isItself])
  })

  test.each([
    ['udp', 53, 'dns'],
    ['tcp', 53, 'dns'],
    ['http', 53, undefined],
    ['udp', 5353, undefined],
  ] as const)('%s to its port %i: %s', async (scheme, target, speaks) => {
    const { all, questions } = asking(spec)
    await askAccess(all, spec, endpoint({ scheme, target }), 'direct')
    expect(questions.map((question) => question.speaks)).toEqual([speaks])
  })

  test('with the secrets of its probe, and three seconds when nothing else is said', async () => {
    const headers = {
      Authorization: 'Bearer {secret:TOKEN}',
      'X-Key': '{secret:NONE}-{secret:TOKEN}',
      Plain: 'TOKEN',
    }
    const probed = endpoint({ probe: { path: '/health', expect: [200], headers } })
    const { all, questions } = asking(spec)
    await askAccess(all, spec, probed, 'direct')
    await askAccess(all, spec, probed, 'direct', 50)
    expect(questions[0]).toMatchObject({
      scheme: 'http',
      probe: {
        path: '/health',
        expect: [200],
        headers: { Authorization: 'Bearer s3cret', 'X-Key': '-s3cret', Plain: 'TOKEN' },
      },
    })
    expect(questions.map(({ deadline }) => deadline)).toEqual([3000, 50])
  })
})

describe('a service is asked', () => {
  const bad: AnswerSeen = { kind: 'closed', ms: 1 }
  const named = service('web', { endpoints: [endpoint({ name: 'web', ingress: '/' })] })

  test.each<readonly [string, ServiceSpec, Partial<Asking>, (port: number) => AnswerSeen, readonly string[]]>(
    [
      [
        'as people use it; its container is not asked while that answers',
        spec,
        {},
        () => good,
        ['front', 'native'],
      ],
      ['its container too when none of these answers', spec, {}, () => bad, ['front', 'native', 'direct']],
      [
        'its container not, while one of these answers',
        spec,
        {},
        (port) => (port === 80 ? bad : good),
        ['front', 'native'],
      ],
      ['its container alone, without an address', { ...spec, address: null }, {}, () => good, ['direct']],
      ['its container too, where it opens by name only', named, {}, () => good, ['front', 'direct']],
      [
        'an application of a cluster that runs',
        application,
        { clusters: clusters('up') },
        () => good,
        ['front'],
      ],
      [
        'an application at its cluster, where nothing of ours listens',
        application,
        { listeners: new Map(), clusters: clusters('up') },
        () => good,
        ['direct'],
      ],
      [
        'an application not, while its cluster is stopped',
        application,
        { clusters: clusters('stopped') },
        () => good,
        [],
      ],
      ['an application not, while nothing is known of its cluster', application, {}, () => good, []],
    ],
  )('%s', async (_, one, part, answer, accesses) => {
    const { all } = asking(one, part, answer)
    const seen = await askService(all, one)
    expect([...seen.keys()].map((key) => key.split('/').at(-1))).toEqual(accesses)
  })
})

describe('what leads to services', () => {
  const one = service('one', { address: '127.0.0.11', endpoints: [endpoint({ listen: 8080, clean: true })] })
  const catalog: Catalog = {
    services: [
      one,
      service('two', { address: '127.0.0.12', endpoints: [endpoint({ listen: 9090 })] }),
      service('three', { address: null, endpoints: [endpoint({ listen: 7070 })] }),
    ],
    forwards: [
      {
        address: '127.0.0.2',
        listen: 80,
        host: '127.0.0.1',
        port: 8081,
        tier: 'applications',
        cluster: 'hub',
      },
    ],
    problems: [],
  }
  const told = (
    containers: Readonly<Record<string, ContainerSeen>>,
    wanted: readonly string[] = [],
    seen: ReadonlyMap<string, ClusterSeen> = new Map(),
    native = true,
  ) =>
    wantedForwards(catalog, new Map(Object.entries(containers)), new Set(wanted), native, seen).map(
      (forward) => `${forward.address}:${forward.port} to ${forward.host}:${forward.toPort}`,
    )

  const toOne = ['127.0.0.11:8080 to 172.23.0.9:80', '127.0.0.11:80 to 172.23.0.9:80']
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['one that runs, at each of its ports', told({ one: container() }), toOne],
    ['one that runs and is wanted', told({ one: container() }, ['one']), toOne],
    [
      'one that is wanted and does not run: nothing yet',
      told({ one: container({ state: 'exited' }) }, ['one']),
      [],
    ],
    ['one that is wanted and was never made: nothing yet', told({}, ['one']), []],
    ['one without an address: nothing', told({ three: container() }), []],
    [
      'elsewhere: to what is published',
      told({ one: container() }, [], new Map(), false),
      ['127.0.0.11:8080 to 127.0.0.1:49153', '127.0.0.11:80 to 127.0.0.1:49153'],
    ],
    ['a cluster that runs', told({}, [], clusters('up')), ['127.0.0.2:80 to 127.0.0.1:8081']],
    ['a cluster that is wanted', told({}, ['cluster/hub']), ['127.0.0.2:80 to 127.0.0.1:8081']],
    ['a cluster that is stopped: nothing', told({}, [], clusters('stopped')), []],
  ])('%s', (_, all, expected) => {
    expect(all).toEqual(expected)
  })

  test('every listener of the catalog has its key', () => {
    expect(listenerKeys(catalog).map(({ key, address, port }) => `${key} ${address} ${port}`)).toEqual([
      '127.0.0.11:8080 127.0.0.11 8080',
      '127.0.0.11:80 127.0.0.11 80',
      '127.0.0.12:9090 127.0.0.12 9090',
      '127.0.0.2:80 127.0.0.2 80',
    ])
  })
})

test('a holder that is a container is called by its name, which is asked for once; without one by its id', async () => {
  const asked: string[] = []
  const name = createNamer({
    nameOf: (container) => {
      asked.push(container)
      return Promise.resolve(container === 'abc' ? 'web-1' : undefined)
    },
  })
  const holders = await Promise.all(
    [{ pid: 1 }, { pid: 2, container: 'abc' }, { pid: 3, container: 'abc' }, { container: 'gone' }].map(name),
  )
  expect(holders).toEqual([
    { pid: 1 },
    { pid: 2, container: 'web-1' },
    { pid: 3, container: 'web-1' },
    { container: 'gone', unknown: true },
  ])
  expect(asked).toEqual(['abc', 'gone'])
})

test('the container of a service of ours is told as that service', async () => {
  const service = { id: 'web', title: 'Web' }
  const name = createNamer({ nameOf: () => Promise.resolve('web-1') }, (one) =>
    one === 'web-1' ? service : undefined,
  )
  expect(await name({ container: 'abc' })).toEqual({ container: 'web-1', service })
})

describe('a password that the probe is asked with is missing', () => {
  const keyed = endpoint({ probe: { ...web.probe, headers: { Key: '{secret:TOKEN}' } } })
  const refused: AnswerSeen = { kind: 'wrong', says: 'answers HTTP 401', status: 401, ms: 1 }
  test.each<readonly [string, AnswerSeen, ReadonlyMap<string, string>, AnswerSeen]>([
    ['it is told with the refusal', refused, new Map(), { ...refused, without: 'TOKEN' }],
    ['with it the refusal is the program’s own', refused, new Map([['TOKEN', 'x']]), refused],
    ['an answer stays one', good, new Map(), good],
  ])('%s', async (_, answer, secrets, seen) => {
    const { all } = asking(spec, { secrets }, () => answer)
    expect(await askAccess(all, spec, keyed, 'direct')).toEqual(seen)
  })
})
