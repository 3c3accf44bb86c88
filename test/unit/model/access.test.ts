import { describe, expect, test } from 'vitest'
import {
  accessesOf,
  accessesWithout,
  bestAccess,
  fqdn,
  hasFront,
  isByNameOnly,
  toldAccess,
  urlOf,
} from '../../../main/model/access.ts'
import type { AnswerSeen, ContainerSeen, ListenerSeen, NameSeen } from '../../../main/model/observation.ts'
import type { EndpointSpec } from '../../../main/model/service.ts'
import type { Access } from '../../../main/model/snapshot.ts'
import type { World } from '../../../main/model/world.ts'
import { endpoint, frameOf, rung, spec, up } from './rows.ts'
import { seen as tempo } from './tempo.ts'

/** All ways into an endpoint, best first, and why one does not work. */

const page = endpoint({ name: 'a', target: 8080, listen: 3000, clean: true })
const ours: ListenerSeen = { kind: 'ours', pid: 4, program: 'socat', ms: 1 }
const fine: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 3 }
const right: NameSeen = { kind: 'answer', addresses: ['127.0.0.1'], ms: 3 }
const slow: NameSeen = { ...right, ms: 5000 }

interface Look {
  readonly name?: NameSeen | undefined
  /** By port; `ours` where it is not told. */
  readonly ports?: Readonly<Record<number, ListenerSeen | undefined>>
  /** By access; a good one where it is not told. */
  readonly answers?: Readonly<Record<string, AnswerSeen | undefined>>
  readonly container?: Partial<ContainerSeen> | undefined
  readonly docker?: World['docker']
  readonly address?: string | null
}

function ways(one: EndpointSpec, look: Look = {}): readonly Access[] {
  const known = <T>(map: Readonly<Record<string, T | undefined>>): ReadonlyMap<string, T> =>
    new Map(Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
  const ports = { 80: ours, 3000: ours, 5432: ours, ...look.ports }
  const answers = { front: fine, native: fine, direct: fine, ...look.answers }
  const { address = '127.0.0.1' } = look
  const world: Partial<World> = {
    names: known({ 'a.macula.local': 'name' in look ? look.name : right }),
    listeners: known(
      Object.fromEntries(Object.entries(ports).map(([port, seen]) => [`127.0.0.1:${port}`, seen])),
    ),
    answers: known(
      Object.fromEntries(Object.entries(answers).map(([access, seen]) => [`a/web/${access}`, seen])),
    ),
    containers: new Map(
      'container' in look && look.container === undefined ? [] : [['a', { ...tempo, ...look.container }]],
    ),
    docker: look.docker ?? up,
  }
  return accessesOf(spec('a', 1, { address }), one, 'macula.local', frameOf([], world).world)
}

/** "clean", "named: slow, name takes 5.0 s", "direct: untried, not tried". */
const said = (accesses: readonly Access[]): readonly string[] =>
  accesses.map(({ kind, works, reason, slow: isSlow, untried }) =>
    works
      ? kind
      : `${kind}: ${[...(isSlow ? ['slow'] : []), ...(untried ? ['untried'] : []), reason].join(', ')}`,
  )

test('all ways that work, best first', () => {
  expect(ways(page)).toStrictEqual([
    { kind: 'clean', url: 'http://a.macula.local', host: 'a.macula.local', port: 80, works: true },
    { kind: 'named', url: 'http://a.macula.local:3000', host: 'a.macula.local', port: 3000, works: true },
    { kind: 'address', url: 'http://127.0.0.1:3000', host: '127.0.0.1', port: 3000, works: true },
    { kind: 'direct', url: 'http://172.23.0.24:8080', host: '172.23.0.24', port: 8080, works: true },
  ])
})

describe('which ways there are', () => {
  const onlyFront = { native: undefined }
  const onlyNative = { front: undefined }
  test.each<readonly [string, EndpointSpec, Look, readonly string[]]>([
    [
      'a page at port 80 itself',
      endpoint({ name: 'a', listen: 80 }),
      { answers: onlyFront },
      ['clean', 'address', 'direct'],
    ],
    [
      'a page by host name only',
      endpoint({ name: 'a', ingress: '/' }),
      { answers: onlyFront },
      ['clean', 'direct'],
    ],
    [
      'a database',
      endpoint({ name: 'a', scheme: 'postgres', listen: 5432 }),
      { answers: onlyNative },
      ['named', 'address', 'direct'],
    ],
    [
      'a program at port 80 that speaks no HTTP',
      endpoint({ name: 'a', scheme: 'tcp', listen: 80 }),
      { answers: onlyNative },
      ['named', 'address', 'direct'],
    ],
    ['without a name', endpoint({ listen: 3000, clean: true }), {}, ['address', 'direct']],
    ['inside Docker only', page, { address: null }, ['direct']],
    ['no container', page, { container: undefined }, ['clean', 'named', 'address']],
    ['a container without an address', page, { container: { address: '' } }, ['clean', 'named', 'address']],
    ['a container that ended', page, { container: { state: 'exited' } }, ['clean', 'named', 'address']],
    ['an engine elsewhere', page, { docker: { ...up, native: false } }, ['clean', 'named', 'address']],
    [
      'an engine that is down',
      page,
      { docker: { kind: 'down', code: 'slow', says: '' } },
      ['clean', 'named', 'address'],
    ],
  ])('%s', (_, one, look, kinds) => expect(said(ways(one, look))).toEqual(kinds))
})

describe('what leads to somebody else’s program', () => {
  const nginx: ListenerSeen = { kind: 'foreign', holder: { pid: 8, program: 'nginx' }, ms: 1 }
  const elsewhere = (look: Look) => ways(page, look).flatMap((one) => (one.elsewhere ? [one.kind] : []))
  const told = (look: Look) => toldAccess(ways(page, { container: undefined, ...look }))?.url
  const silent = { answers: { front: undefined, native: undefined, direct: undefined } }
  test.each<readonly [string, Look, readonly string[], string | undefined]>([
    ['nothing', {}, [], 'http://a.macula.local'],
    ['nothing, while it is stopped', silent, [], 'http://a.macula.local'],
    ['a held port', { ...silent, ports: { 80: nginx } }, ['clean'], 'http://a.macula.local:3000'],
    [
      'a name that leads elsewhere',
      { ...silent, name: { kind: 'answer', addresses: ['10.0.0.1'], ms: 1 } },
      ['clean', 'named'],
      'http://127.0.0.1:3000',
    ],
    [
      'a name that nobody here knows, while it is stopped: its address is told',
      { ...silent, name: { kind: 'none', code: 'ENOTFOUND', ms: 1 } },
      [],
      'http://127.0.0.1:3000',
    ],
    // A name that is not known leads nowhere.
    [
      'not a name without address',
      { ...silent, name: { kind: 'answer', addresses: [], ms: 1 } },
      [],
      'http://a.macula.local',
    ],
    [
      'all of them',
      { ...silent, ports: { 80: nginx, 3000: nginx } },
      ['clean', 'named', 'address'],
      undefined,
    ],
  ])('%s', (_, look, kinds, url) => {
    expect(elsewhere(look)).toEqual(kinds)
    expect(told(look)).toBe(url)
  })

  test('is said of what does not run too', () => {
    const stopped = accessesWithout(
      ways(page, { ...silent, ports: { 80: nginx } }),
      rung('container', 'stop', { reason: 'stopped' }),
    )
    expect(stopped.map((one) => [one.kind, one.reason, one.elsewhere === true])).toEqual([
      ['clean', 'stopped', true],
      ['named', 'stopped', false],
      ['address', 'stopped', false],
      ['direct', 'stopped', false],
    ])
  })
})

describe('why a way does not work', () => {
  const nginx: ListenerSeen = { kind: 'foreign', holder: { pid: 8, program: 'nginx' }, ms: 1 }
  const wrong: AnswerSeen = { kind: 'wrong', says: 'HTTP 404', status: 404, ms: 2 }
  const byName = (says: string): readonly string[] => [
    `clean: ${says}`,
    `named: ${says}`,
    'address',
    'direct',
  ]
  const at80 = (says: string): readonly string[] => [`clean: ${says}`, 'named', 'address', 'direct']

  test.each<readonly [string, Look, readonly string[]]>([
    ['its name is slow', { name: slow }, byName('slow, name takes 5.0 s')],
    ['its name was not checked yet', { name: undefined }, byName('name not looked up yet')],
    [
      'its name is not known',
      { name: { kind: 'none', code: 'ENOTFOUND', ms: 2 } },
      byName('name is not known'),
    ],
    [
      'its name is not answered',
      { name: { kind: 'timeout', ms: 6000 } },
      byName('name not answered in 6.0 s'),
    ],
    [
      'its name is another address',
      { name: { kind: 'answer', addresses: ['10.0.0.1', '127.0.0.1'], ms: 3 } },
      byName('name resolves to 10.0.0.1'),
    ],
    [
      'its name has no address',
      { name: { kind: 'answer', addresses: [], ms: 3 } },
      byName('name resolves to nothing'),
    ],
    ['its port is another program’s', { ports: { 80: nginx } }, at80('nginx (pid 8) has 127.0.0.1:80')],
    [
      'our forwarder hangs',
      { ports: { 80: { kind: 'hung', pid: 4, program: 'socat', hung: 'deaf', ms: 1 } } },
      at80('our forwarder on 127.0.0.1:80 takes no connection'),
    ],
    [
      'our forwarder leads elsewhere',
      { ports: { 80: { kind: 'astray', pid: 4, to: '172.23.0.9:80', ms: 1 } } },
      at80('our forwarder on 127.0.0.1:80 forwards to 172.23.0.9:80'),
    ],
    [
      'its port is closed to us',
      { ports: { 80: { kind: 'refused', code: 'EACCES', ms: 1 } } },
      at80('127.0.0.1:80 is closed to this user'),
    ],
    [
      'nobody listens',
      { ports: { 80: { kind: 'free', ms: 1 } } },
      at80('no forwarder of ours on 127.0.0.1:80'),
    ],
    ['who listens was not looked at', { ports: { 80: undefined } }, ['clean', 'named', 'address', 'direct']],
    ['it was not asked there', { answers: { front: undefined } }, at80('untried, not tried')],
    ['it answers wrong there', { answers: { front: wrong } }, at80('HTTP 404')],
    [
      'it answers wrong past our forwarder',
      { answers: { direct: wrong } },
      ['clean', 'named', 'address', 'direct: HTTP 404'],
    ],
    [
      'its native port is another program’s',
      { ports: { 3000: nginx } },
      [
        'clean',
        'named: nginx (pid 8) has 127.0.0.1:3000',
        'address: nginx (pid 8) has 127.0.0.1:3000',
        'direct',
      ],
    ],
    [
      'a slow name is the lesser evil beside who has the port',
      { name: slow, ports: { 80: nginx } },
      ['clean: nginx (pid 8) has 127.0.0.1:80', 'named: slow, name takes 5.0 s', 'address', 'direct'],
    ],
    [
      'a slow name does not lead to what answers wrong',
      { name: slow, answers: { front: wrong } },
      ['clean: name takes 5.0 s', 'named: slow, name takes 5.0 s', 'address', 'direct'],
    ],
    [
      'another name is told before who has the port',
      { name: { kind: 'none', code: 'ENOTFOUND', ms: 2 }, ports: { 80: nginx } },
      byName('name is not known'),
    ],
  ])('%s', (_, look, wanted) => expect(said(ways(page, look))).toEqual(wanted))
})

test.each<readonly [string, Partial<EndpointSpec>, number, string]>([
  ['a page at port 80', {}, 80, 'http://h'],
  ['a page at another port', {}, 3000, 'http://h:3000'],
  ['a page by https', { scheme: 'https' }, 443, 'https://h'],
  ['a page by https at another port', { scheme: 'https' }, 80, 'https://h:80'],
  ['a page with a path of its own', { open: '/ui', ingress: '/v2/' }, 80, 'http://h/ui'],
  ['a path of https', { scheme: 'https', open: '/ui' }, 443, 'https://h/ui'],
  ['what is routed by a path', { ingress: '/v2/' }, 80, 'http://h/v2/'],
  ['a root', { open: '/', ingress: '/v2/' }, 80, 'http://h'],
  ['a database', { scheme: 'postgres', open: '/x' }, 5432, 'postgres://h:5432'],
  ['any other', { scheme: 'tcp', open: '/x' }, 80, 'h:80'],
])('%s is opened as it is', (_, part, port, url) => expect(urlOf(endpoint(part), 'h', port)).toBe(url))

test.each<readonly [string, Partial<EndpointSpec>, boolean, boolean]>([
  ['none', {}, false, false],
  ['clean', { clean: true }, true, false],
  ['routed only', { ingress: '/' }, true, true],
  ['routed, with a port of its own', { ingress: '/', listen: 5000 }, true, false],
  ['HTTP at port 80', { listen: 80 }, true, false],
  ['HTTP at another port', { listen: 81 }, false, false],
  ['no HTTP at port 80', { scheme: 'tcp', listen: 80 }, false, false],
])('%s: a clean address %s, by name only %s', (_, part, front, only) => {
  expect([hasFront(endpoint(part)), isByNameOnly(endpoint(part))]).toEqual([front, only])
})

test('a name is a label under the suffix', () => {
  expect(fqdn(endpoint({ name: 'a' }), 'macula.local')).toBe('a.macula.local')
  expect(fqdn(endpoint(), 'macula.local')).toBeUndefined()
})

describe('the ways into what does not run', () => {
  const off: Access = {
    kind: 'clean',
    url: 'http://a',
    host: 'a',
    port: 80,
    works: false,
    reason: 'name takes 5.0 s',
    slow: true,
  }
  const untried: Access = {
    kind: 'address',
    url: 'x',
    host: 'x',
    port: 1,
    works: false,
    reason: 'not tried',
    untried: true,
  }
  const works: Access = { kind: 'direct', url: 'x', host: 'x', port: 1, works: true }

  test.each(['stop', 'unreached', 'progress'] as const)('%s: each says why it does not run', (state) => {
    expect(
      accessesWithout([off, untried], rung('container', state, { reason: 'exit code 1' })),
    ).toStrictEqual([
      { kind: 'clean', url: 'http://a', host: 'a', port: 80, works: false, reason: 'exit code 1' },
      { kind: 'address', url: 'x', host: 'x', port: 1, works: false, reason: 'exit code 1' },
    ])
  })

  test.each<readonly [string, readonly Access[], ReturnType<typeof rung>]>([
    ['it runs', [off], rung('container', 'ok', { reason: 'x' })],
    ['it cannot be seen', [off], rung('container', 'unknown', { reason: 'x' })],
    ['there is no reason', [off], rung('container', 'stop')],
    ['one of them works all the same', [off, works], rung('container', 'stop', { reason: 'x' })],
  ])('they stay as they are when %s', (_, accesses, container) => {
    expect(accessesWithout(accesses, container)).toBe(accesses)
  })

  test('the first that works is used', () => {
    expect(bestAccess([off, untried, works, works])).toBe(2)
    expect(bestAccess([off])).toBe(-1)
  })
})
