import { describe, expect, test } from 'vitest'
import { processorTime } from '../../cpu.ts'
import { assemble } from '../../../main/system/catalog/assemble.ts'
import { parseFile, type CatalogFile } from '../../../main/system/catalog/fragment.ts'
import { parseFragment as parseWith, type Candidate } from '../../../main/system/catalog/parse.ts'
import { variablesFor } from '../../../main/system/catalog/variables.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import type { CatalogProblem } from '../../../main/model/service.ts'

function file(service: string, text: string, origin: 'ours' | 'user' = 'user'): CatalogFile {
  return { service, origin, folder: `/services/${service}`, file: `/services/${service}/compose.yaml`, text }
}

const parseFragment = (one: CatalogFile) => parseWith(one, variablesFor(defaultSettings, { HOME: '/home/p' }))

const network = 'networks: { macula: { name: macula, external: true } }\n'

/** A sound fragment; `block` replaces lines of its x-macula block. */
function fragment(service: string, block: Readonly<Record<string, string>> = {}, head = ''): string {
  const lines: Record<string, string> = {
    tier: 'tools',
    title: 'Redis',
    purpose: 'Cache',
    endpoints: '[{ id: tcp, name: redis, scheme: tcp, target: 6379, listen: 6379 }]',
    ...block,
  }
  const body = Object.entries(lines).map(([key, value]) => `      ${key}: ${value}\n`)
  return `services:\n  ${service}:\n    image: redis:8.2\n    networks: { macula: {} }\n${head}    x-macula:\n${body.join('')}${network}`
}

function refused(result: Candidate | CatalogProblem): CatalogProblem {
  if (!('reason' in result)) throw new Error(`accepted: ${JSON.stringify(result.spec)}`)
  return result
}

function accepted(result: Candidate | CatalogProblem): Candidate {
  if ('reason' in result) throw new Error(`refused: ${JSON.stringify(result)}`)
  return result
}

const all = (...candidates: readonly Candidate[]) => assemble(candidates, [], [], new Map())

test('a sound fragment becomes a service with the next free address', () => {
  const { catalog, addresses } = all(accepted(parseFragment(file('redis', fragment('redis')))))
  expect(catalog.problems).toEqual([])
  expect(catalog.services[0]).toMatchObject({
    id: 'redis',
    address: '127.0.0.11',
    runtime: { kind: 'container', image: 'redis:8.2' },
  })
  expect(addresses.get('redis')).toBe('127.0.0.11')
})

test('a service keeps its address when another folder comes before it', () => {
  const one = accepted(parseFragment(file('redis', fragment('redis'))))
  const two = accepted(
    parseFragment(
      file(
        'alpha',
        fragment('alpha', { endpoints: '[{ id: tcp, name: alpha, scheme: tcp, target: 1, listen: 1234 }]' }),
      ),
    ),
  )
  const { catalog } = assemble([one, two], [], [], new Map([['redis', '127.0.0.11']]))
  expect(catalog.services.map(({ id, address }) => [id, address])).toEqual([
    ['alpha', '127.0.0.12'],
    ['redis', '127.0.0.11'],
  ])
})

describe('refused with file, line and column', () => {
  test.each([
    ['an unknown key', fragment('redis', { colour: 'red' }), 'colour', 10, 7],
    ['a wrong type', fragment('redis', { order: 'first' }), 'order', 10, 14],
    ['no image', fragment('redis').replace('    image: redis:8.2\n', ''), 'image', 3, 5],
    ['no network of ours', fragment('redis').replace('macula: {}', 'other: {}'), 'network macula', 4, 5],
    ['a network that is not declared', fragment('redis').replace(network, ''), 'declare the network', 1, 1],
    ['another tier', fragment('redis', { tier: 'cellar' }), 'tier', 6, 13],
    ['YAML that is none', 'services:\n  redis: [\n', 'YAML', 3, 1],
    ['a name past Compose', fragment('redis', {}, '    container_name: x\n'), 'container_name', 5, 5],
  ])('%s', (_, text, word, line, column) => {
    const problem = refused(parseFragment(file('redis', text)))
    expect(problem).toMatchObject({ file: '/services/redis/compose.yaml', line, column })
    expect(problem.reason).toContain(word)
  })
})

describe('fault 1: names', () => {
  test.each([
    'a#b',
    'a,b',
    'a/b',
    '..',
    '-x',
    '*.x',
    'Ä',
    'a\u202Eb',
    'a'.repeat(64),
    'a\nconf-script=/x',
    'a\0b',
    '',
  ])('%j', (name) => {
    const endpoints = `[{ id: tcp, name: ${JSON.stringify(name)}, scheme: tcp, target: 1, listen: 1234 }]`
    const problem = refused(parseFragment(file('redis', fragment('redis', { endpoints }))))
    expect(problem.line).toBe(9)
    expect(problem.reason).toContain('endpoints.0.name')
  })
  test('a folder whose name is none', () => {
    expect(refused(parseFragment(file('a b', fragment('redis')))).reason).toContain('folder')
  })
})

describe('fault 2: addresses', () => {
  test.each([
    '127.0.0.2,lockfile=/x',
    '0x7f.1',
    '127.1',
    '::1',
    '0.0.0.0',
    '169.254.169.254',
    '224.0.0.1',
    '10.0.0.1',
  ])('%j', (address) => {
    const problem = refused(
      parseFragment(file('redis', fragment('redis', { address: JSON.stringify(address) }))),
    )
    expect(problem).toMatchObject({ line: 10, reason: expect.stringContaining('address') })
  })
})

describe('fault 3: ports', () => {
  test.each([
    '" 80"',
    '080',
    '1e2',
    '+80',
    '0x50',
    '"+80"',
    '"080"',
    '80abc',
    '-1',
    '0',
    '65536',
    '.nan',
    '80.5',
    '"80"',
  ])('%s', (port) => {
    const endpoints = `[{ id: tcp, name: redis, scheme: tcp, target: 1, listen: ${port} }]`
    const problem = refused(parseFragment(file('redis', fragment('redis', { endpoints }))))
    expect(problem.line).toBe(9)
    expect(problem.reason).toMatch(/listen|must be written as a plain number/)
  })
})

describe('fault 4: there is no way to write a target of another kind', () => {
  test.each(['"EXEC:sh"', '"SYSTEM:id"', '"OPEN:/etc/shadow"', '"a!!b"'])('%s', (target) => {
    const endpoints = `[{ id: tcp, name: redis, scheme: tcp, target: ${target}, listen: 1234 }]`
    expect(refused(parseFragment(file('redis', fragment('redis', { endpoints })))).reason).toContain('target')
  })
})

describe('fault 6: hostile files are refused within a second', () => {
  test('a bomb of aliases', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]\n`)
      .join('')}`
    const took = processorTime()
    expect(refused(parseFragment(file('redis', bomb + fragment('redis')))).reason).toMatch(/alias/)
    expect(took()).toBeLessThan(1000)
  })
  test('50 MB', () => {
    expect(
      refused(parseFragment(file('redis', fragment('redis') + '#'.repeat(50 * 1024 * 1024)))).reason,
    ).toContain('bytes')
  })
  test('an anchor inside itself', () => {
    expect(refused(parseFragment(file('redis', 'services: &a\n  redis: *a\n'))).reason).not.toBe('')
  })
  test('a privileged service with the Docker socket is shown with warnings', () => {
    const head = '    privileged: true\n    volumes: ["/var/run/docker.sock:/x", "/:/host"]\n'
    const { spec } = accepted(parseFragment(file('redis', fragment('redis', {}, head))))
    expect(spec.warnings).toEqual([
      'It runs privileged: it can do anything on this machine.',
      'It mounts the whole file system of this machine.',
      'It mounts the Docker socket: it can start and stop any container.',
    ])
  })
})

describe('what collides is refused, the rest works', () => {
  const redis = accepted(parseFragment(file('redis', fragment('redis', { address: '127.0.0.20' }))))
  const other = (block: Readonly<Record<string, string>>) =>
    accepted(parseFragment(file('other', fragment('other', block))))
  test.each([
    ['the same name elsewhere', { address: '127.0.0.21' }, 'the name redis is taken by Redis'],
    [
      'the same port of the same address',
      {
        address: '127.0.0.20',
        endpoints: '[{ id: tcp, name: other, scheme: tcp, target: 1, listen: 6379 }]',
      },
      '127.0.0.20:6379 is taken by Redis',
    ],
    [
      'a missing need',
      { endpoints: '[]', needs: '[nowhere]' },
      'it needs nowhere, which is not in the catalog',
    ],
  ])('%s', (_, block, reason) => {
    const { catalog } = all(redis, other(block))
    expect(catalog.services.map(({ id }) => id)).not.toHaveLength(2)
    expect(catalog.problems.map((problem) => problem.reason)).toEqual([expect.stringContaining(reason)])
    expect(catalog.problems[0]?.line).toBeGreaterThan(1)
  })
  test('fault 29: a circle of needs is named, what stands outside works', () => {
    const ring = (id: string, need: string) =>
      accepted(parseFragment(file(id, fragment(id, { endpoints: '[]', needs: `[${need}]` }))))
    const { catalog } = all(redis, ring('a', 'b'), ring('b', 'c'), ring('c', 'a'))
    expect(catalog.services.map(({ id }) => id)).toEqual(['redis'])
    expect(catalog.problems.map((problem) => problem.reason).join('\n')).toMatch(/a needs b needs c needs a/)
  })
})

describe('further names of a container', () => {
  const named = (id: string, aliases: string, origin?: 'ours') => {
    const one = parseFragment({
      ...file(id, fragment(id, { endpoints: '[]', aliases })),
      ...(origin && { origin }),
    })
    return accepted(one)
  }
  test('are kept', () => {
    expect(all(named('cache', '[macula-cache, minio]')).catalog.services[0]?.aliases).toEqual([
      'macula-cache',
      'minio',
    ])
  })
  test.each([
    ['taken by an id', '[redis]', 'the name redis is taken by Redis'],
    ['taken by another’s', '[kv]', 'the name kv is taken by Redis'],
    ['its own id', '[other]', 'the name other appears twice'],
    ['twice', '[a, a]', 'the name a appears twice'],
  ])('%s: refused with its line', (_, aliases, reason) => {
    const { catalog } = all(named('redis', '[kv]', 'ours'), named('other', aliases))
    expect(catalog.problems.map((problem) => problem.reason)).toEqual([reason])
    expect(catalog.problems[0]?.line).toBeGreaterThan(1)
    expect(catalog.services.map(({ id }) => id)).toEqual(['redis'])
  })
  test('a service of that very name has it, and ours gives it up', () => {
    const { catalog } = all(named('store', '[minio, macula-minio]', 'ours'), named('minio', '[]'))
    expect(catalog.services.map(({ id, aliases }) => [id, aliases])).toEqual([
      ['store', ['macula-minio']],
      ['minio', undefined],
    ])
  })
  test.each(['[Macula]', '[a.b]', '["a b"]', "['x; y']"])('%s is refused', (aliases) => {
    expect(parseFragment(file('cache', fragment('cache', { aliases })))).toMatchObject({
      reason: expect.stringContaining('must be a label'),
    })
  })
})

test('a text that was parsed before has the same values and places, and problems of its own file', () => {
  const named = (name: string, text: string) =>
    ({ service: 'a', origin: 'user', folder: '', file: name, text }) as const
  const good = 'one:\n  two: [1, { three: 4 }]\n'
  const all = ['first', 'second'].map((name) => {
    const parsed = parseFile(named(name, good))
    if ('reason' in parsed) throw new Error(parsed.reason)
    return [parsed.value, parsed.at(['one', 'two', 1, 'three']), parsed.at(['one', 'two'], true)]
  })
  expect(all[1]).toEqual(all[0])
  expect(all[0]).toEqual([
    { one: { two: [1, { three: 4 }] } },
    { line: 2, column: 21 },
    { line: 2, column: 3 },
  ])
  for (const name of ['first', 'second'])
    expect(parseFile(named(name, 'one: [\n'))).toMatchObject({ file: name, reason: expect.any(String) })
})

test('what was parsed is kept for the next look, of the last hundred texts', () => {
  const valueOf = (text: string): unknown => {
    const parsed = parseFile(file('kept', text))
    return 'value' in parsed ? parsed.value : undefined
  }
  const first = valueOf('kept: [1]\n')
  expect(first).toEqual({ kept: [1] })
  expect(valueOf('kept: [1]\n')).toBe(first)
  for (let number = 0; number < 100; number += 1) valueOf(`other: [${number}]\n`)
  const again = valueOf('kept: [1]\n')
  expect(again).toEqual(first)
  expect(again).not.toBe(first)
})
