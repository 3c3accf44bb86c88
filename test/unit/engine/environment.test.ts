import { describe, expect, test } from 'vitest'
import { fillVariables, variablesFor } from '../../../main/engine/run/environment.ts'
import { MASK } from '../../../main/model/clean.ts'
import type { Catalog, EndpointSpec, ServiceSpec } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { endpoint, service } from '../stack/fixture.ts'

/** The variables of a service, each from its template. */

const web: Partial<EndpointSpec> = { name: 'web', clean: true, target: 3000, listen: 3000 }

function filled(
  template: string,
  part: Partial<EndpointSpec> = web,
  more: Partial<ServiceSpec> = {},
  snapshot?: Snapshot,
): string | undefined {
  const one = service('web', { endpoints: [endpoint(part)], env: { VALUE: template }, ...more })
  const catalog: Catalog = { services: [one], forwards: [], problems: [] }
  const secrets = new Map([
    ['KEY', 'k1'],
    ['HARD', `'"$#\\ :/@%{}`],
    ['HIDDEN', MASK],
  ])
  return variablesFor(catalog, ['web'], 'macula.local', secrets, snapshot)[0]?.value
}

describe('where it will be, when nothing was looked at', () => {
  test.each<readonly [string, string, Partial<EndpointSpec>, Partial<ServiceSpec>, string]>([
    ['its name', '{name:web}', web, {}, 'web.macula.local'],
    ['by its name at port 80', '{url:web}', web, {}, 'http://web.macula.local'],
    ['host and port', '{host:web}:{port:web}', web, {}, 'web.macula.local:80'],
    [
      'its own port, where it has no front',
      '{url:web}',
      { ...web, clean: false },
      {},
      'http://web.macula.local:3000',
    ],
    ['the port of its container, where it has none', '{port:web}', { name: 'web', target: 81 }, {}, '81'],
    ['by its address, without a name', '{host:web}', { target: 81 }, {}, '127.0.0.77'],
    ['nowhere, without either', '{host:web}', { target: 81 }, { address: null }, ''],
    ['a name that it has not stays as it is written', '{name:web}', { target: 81 }, {}, '{name:web}'],
    ['of an endpoint that there is not: its address', '{host:api}', web, {}, '127.0.0.77'],
    ['nor has that a port', '{port:api}', web, {}, '0'],
    ['nor a name', '{name:api}', web, {}, '{name:api}'],
    ['a secret', 'a-{secret:KEY}-b', web, {}, 'a-k1-b'],
    ['any secret, as it is', '{secret:HARD}', web, {}, `'"$#\\ :/@%{}`],
    [
      'any secret within a URL, so that nothing of it ends a part',
      'postgres://macula:{secret:HARD}@{host:web}/x',
      web,
      {},
      'postgres://macula:%27%22%24%23%5C%20%3A%2F%40%25%7B%7D@web.macula.local/x',
    ],
    ['a hidden one within a URL', 'amqp://me:{secret:HIDDEN}@h', web, {}, `amqp://me:${MASK}@h`],
    ['a secret that there is not', 'a-{secret:NONE}-b', web, {}, 'a--b'],
    ['what is no template', '{other:web} {host}', web, {}, '{other:web} {host}'],
  ])('%s', (_, template, part, more, value) => {
    expect(filled(template, part, more)).toBe(value)
  })
})

describe('where it works now', () => {
  const access = (host: string, port: number, works: boolean) => ({
    kind: port === 80 ? 'front' : 'native',
    host,
    port,
    works,
    state: works ? 'ok' : 'bad',
  })
  const seen = (id: string, end: string, accesses: readonly object[]) =>
    ({ services: [{ id, endpoints: [{ id: end, accesses }] }] }) as unknown as Snapshot

  test('as it was seen', () => {
    const snapshot = seen('web', 'web', [access('127.0.0.77', 3000, true)])
    expect(filled('{host:web}:{port:web}', web, {}, snapshot)).toBe('127.0.0.77:3000')
  })

  test.each([
    ['by name', 'web.macula.local', 80, true, 'web.macula.local'],
    ['by name and port', 'web.macula.local', 3000, true, 'web.macula.local:3000'],
    ['by address', '127.0.0.77', 3000, true, '127.0.0.77:3000'],
    ['nowhere', '127.0.0.77', 3000, false, 'web.macula.local'],
  ])('the name, where it works %s', (_, host, port, works, value) => {
    expect(filled('{name:web}', web, {}, seen('web', 'web', [access(host, port, works)]))).toBe(value)
  })

  const held = (host: string, port: number) => ({ ...access(host, port, false), elsewhere: true })
  const ways = (...all: readonly object[]) => seen('web', 'web', all)
  test.each([
    [
      'port 80 is another program’s',
      ways(held('web.macula.local', 80), access('web.macula.local', 3000, false)),
      ['http://web.macula.local:3000', 'web.macula.local:3000'],
    ],
    [
      'its name leads elsewhere',
      ways(held('web.macula.local', 80), held('web.macula.local', 3000), access('127.0.0.77', 3000, false)),
      ['http://127.0.0.77:3000', '127.0.0.77:3000'],
    ],
    [
      'all is free and it is stopped',
      ways(access('web.macula.local', 80, false), access('web.macula.local', 3000, false)),
      ['http://web.macula.local', 'web.macula.local'],
    ],
  ])('nothing that is handed on leads to somebody else’s program: %s', (_, snapshot, values) => {
    expect(['{url:web}', '{name:web}'].map((template) => filled(template, web, {}, snapshot))).toEqual(values)
  })

  test.each([
    ['stopped', true],
    ['failed', false],
  ])('where every way is another’s and it is %s, there is no value but the reason', (state, isStartable) => {
    const all = [held('web.macula.local', 80), held('web.macula.local', 3000), held('127.0.0.77', 3000)]
    const snapshot = {
      services: [{ id: 'web', title: 'Web', state, endpoints: [{ id: 'web', accesses: all }] }],
    } as unknown as Snapshot
    const one = service('web', {
      endpoints: [endpoint(web)],
      env: {
        URL: '{url:web}/x',
        NAME: '{name:web}',
        DSN: 'pg://{secret:KEY}@{host:web}',
        KEY: '{secret:KEY}',
      },
    })
    const found = variablesFor(
      { services: [one], forwards: [], problems: [] },
      ['web'],
      'macula.local',
      new Map([['KEY', 'k1']]),
      snapshot,
    )
    expect(found.map(({ name, value }) => [name, value])).toEqual([
      ['URL', ''],
      ['NAME', ''],
      ['DSN', ''],
      ['KEY', 'k1'],
    ])
    const [first, , , last] = found
    expect(first?.nowhere).toContain('(web.macula.local:80, web.macula.local:3000 and 127.0.0.77:3000)')
    expect(first?.nowhere?.includes('maculactl up web')).toBe(isStartable)
    expect(last?.nowhere).toBeUndefined()
  })

  test.each([
    ['another service', seen('other', 'web', [access('127.0.0.1', 1, true)])],
    ['another endpoint', seen('web', 'api', [access('127.0.0.1', 1, true)])],
    ['nothing', seen('web', 'web', [])],
  ])('where %s was seen: where it will be', (_, snapshot) => {
    expect(filled('{host:web}:{port:web}', web, {}, snapshot)).toBe('web.macula.local:80')
  })
})

test('of those that were asked for, in the order of the catalog; what holds a secret is marked', () => {
  const services = ['one', 'two', 'three'].map((id) =>
    service(id, { env: { [`${id}_KEY`]: '{secret:KEY}', [`${id}_ID`]: '{host:web}' } }),
  )
  const asked: unknown[] = []
  const all = fillVariables(
    { services, forwards: [], problems: [] },
    ['three', 'one'],
    new Map([['KEY', 'k']]),
    (spec, kind, id, whole) => {
      asked.push([spec.id, kind, id, whole])
      return 'here'
    },
  )
  expect(all).toEqual([
    { service: 'one', name: 'one_KEY', secret: true, value: 'k' },
    { service: 'one', name: 'one_ID', secret: false, value: 'here' },
    { service: 'three', name: 'three_KEY', secret: true, value: 'k' },
    { service: 'three', name: 'three_ID', secret: false, value: 'here' },
  ])
  expect(asked).toEqual([
    ['one', 'host', 'web', '{host:web}'],
    ['three', 'host', 'web', '{host:web}'],
  ])
})
