import { describe, expect, test } from 'vitest'
import { nearest } from '../../../main/cli/nearest.ts'
import { findTarget, knownWords, resolveServices, setNotes } from '../../../main/cli/targets.ts'
import { troubleOf } from '../../../main/model/errors.ts'
import { catalog, suffix } from './fixture.ts'

const ids = (...words: string[]): readonly string[] =>
  resolveServices(catalog, suffix, words).map((service) => service.id)

function troubleFrom(work: () => unknown) {
  try {
    work()
  } catch (error) {
    return troubleOf(error)
  }
  throw new Error('it did not fail')
}

describe('words on the command line', () => {
  test.each([
    ['a service id', 'grafana', ['grafana']],
    ['any case', 'GRAFANA', ['grafana']],
    ['a title', 'registry ui', ['registry-ui']],
    ['a tier id', 'data', ['timescaledb', 'object-store']],
    ['a tier title', 'Tools', ['excalidraw']],
    ["an endpoint's name: s3", 's3', ['object-store']],
    ["an endpoint's name: dns", 'dns', ['powerdns']],
    ["an endpoint's name: draw", 'draw', ['excalidraw']],
    ["an endpoint's name: postgres", 'postgres', ['timescaledb']],
    ['a whole name', 'otlp.macula.local', ['alloy']],
    ['service/endpoint', 'object-store/api', ['object-store']],
    ['a cluster by kind and name', 'cluster/hub', ['cluster/hub']],
    ['a cluster by its bare id', 'Hub', ['cluster/hub']],
  ])('%s is understood', (_, word, expected) => {
    expect(ids(word)).toEqual(expected)
  })

  test('a cluster may be called as an application is: the bare word is the application', () => {
    const services = catalog.services.map((one) =>
      one.id === 'cluster/hub' ? { ...one, id: 'cluster/peer1' } : one,
    )
    const both = { ...catalog, services }
    const found = (word: string): readonly string[] =>
      resolveServices(both, suffix, [word]).map(({ id }) => id)
    expect([found('peer1'), found('cluster/peer1')]).toEqual([['peer1'], ['cluster/peer1']])
    expect(knownWords(both)).toEqual(expect.arrayContaining(['peer1', 'cluster/peer1']))
    expect(knownWords(catalog)).toContain('hub')
    expect(knownWords(catalog)).not.toContain('cluster/hub')
  })

  test('several words give each service once, in catalog order', () => {
    expect(ids('s3', 'grafana', 'data', 'Grafana')).toEqual(['grafana', 'timescaledb', 'object-store'])
  })

  test('no word means all', () => {
    expect(ids()).toHaveLength(catalog.services.length)
  })

  test('an endpoint after a slash is found by id and by name', () => {
    for (const word of ['object-store/api', 'object-store/s3', 'S3'])
      expect(findTarget(catalog, suffix, word)).toMatchObject({ endpoint: { id: 'api' } })
  })

  test('a service whose file is refused is told with file, place and reason, not as one that is not there', () => {
    const problem = { service: 'shop', file: '/s/shop/compose.yaml', line: 4, column: 5, reason: 'ports …' }
    const refused = { ...catalog, problems: [problem] }
    expect(troubleFrom(() => resolveServices(refused, suffix, ['Shop']))).toEqual({
      kind: 'usage',
      what: 'The service shop cannot be used: its file has an error.',
      why: '/s/shop/compose.yaml:4:5 ports …',
      todo: 'Correct it there, then try again. maculactl doctor lists every file with an error.',
    })
    expect(troubleFrom(() => resolveServices(refused, suffix, ['shoe'])).what).toContain('There is no')
  })

  test('unknown words are a usage error that names all of them, with near ones', () => {
    const trouble = troubleFrom(() => ids('grafanna', 'grafana', 'promethius'))
    expect(trouble).toEqual({
      kind: 'usage',
      what: 'There is no service or tier "grafanna" or "promethius".',
      todo: 'Did you mean grafana or prometheus?',
    })
  })

  test('a word near to nothing gets the whole list', () => {
    expect(troubleFrom(() => ids('zzzzzz')).todo).toMatch(/^There are: ingress, registry, /)
  })

  test('what begins like the word is near, three at most', () => {
    expect(nearest('powerdns-', ['powerdns', 'powerdns-db', 'powerdns-admin'])).toEqual([
      'powerdns-db',
      'powerdns-admin',
      'powerdns',
    ])
    expect(nearest('', ['a', 'b'])).toEqual(['a', 'b'])
  })
})

describe('sets of a person', () => {
  const sets = {
    frontend: ['timescaledb', 'grafana', 'grafanna'],
    favourites: ['cluster/hub'],
    lost: ['shop'],
    empty: [],
  }
  const own = { ...catalog, sets }
  const idsOf = (...words: string[]): readonly string[] =>
    resolveServices(own, suffix, words).map((service) => service.id)

  test.each([
    [['@frontend'], ['grafana', 'timescaledb']],
    [['@Frontend'], ['grafana', 'timescaledb']],
    [['@favourites'], ['cluster/hub']],
    [
      ['@frontend', 'grafana', 'tools'],
      ['grafana', 'excalidraw', 'timescaledb'],
    ],
  ])('%j are the services that are there, each once, in catalog order', (words, expected) => {
    expect(idsOf(...words)).toEqual(expected)
  })

  test('one that names a service which is gone says so, once', () => {
    expect(setNotes(own, suffix, ['@frontend', 'loki', '@FRONTEND', '@favourites'])).toEqual([
      'The set frontend also names grafanna, and there is no such service.',
    ])
  })

  test.each([
    ['@lost', { what: 'The set lost names no service that exists.', why: 'It names shop.' }],
    ['@empty', { what: 'The set empty names no service that exists.' }],
    ['@fronted', { what: 'There is no service, tier or set "@fronted".', todo: 'Did you mean @frontend?' }],
    ['@constructor', { what: 'There is no service, tier or set "@constructor".' }],
    ['@', { what: 'There is no service, tier or set "@".' }],
  ])('%s is a usage error', (word, trouble) => {
    expect(troubleFrom(() => idsOf(word))).toMatchObject({ kind: 'usage', ...trouble })
  })

  test('without any set it is said how one is made; a service never has the name of a set', () => {
    expect(troubleFrom(() => ids('@frontend'))).toMatchObject({
      what: 'There is no set "@frontend": there are none yet.',
      todo: 'Make one in the window (Settings, Sets) or under "sets" in settings.json.',
    })
    expect(() => idsOf('frontend')).toThrow('There is no service')
    expect(knownWords(own)).toEqual(expect.arrayContaining(['@frontend', '@favourites']))
  })
})

test.each(['', '/', '/web', '@'])(
  'a word without a name (%j, as an unset variable gives) means nothing',
  (word) => {
    expect(findTarget(catalog, suffix, word)).toBeUndefined()
  },
)

test.each([
  ['gra\u001B]52;c;aGk=\u0007\u001B[31mfana', String.raw`gra\u{1b}]52;c;aGk=\u{7}\u{1b}[31mfana`],
  ['gra\u200Bfana', String.raw`gra\u{200b}fana`],
  ['gra\u00ADfana', String.raw`gra\u{ad}fana`],
  ['gra\uFE0Ffana', String.raw`gra\u{fe0f}fana`],
])('a word with what nobody sees (%j) is not told as the one that it looks like', (word, shown) => {
  expect(troubleFrom(() => ids(word))).toMatchObject({
    what: `There is no service or tier "${shown}".`,
    todo: 'Did you mean grafana?',
  })
})
