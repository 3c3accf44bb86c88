import { describe, expect, test } from 'vitest'
import { findTarget, knownWords, nearest, resolveServices } from '../../../main/cli/targets.ts'
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
      what: 'The service shop cannot be used: its file is refused.',
      why: '/s/shop/compose.yaml:4:5 ports …',
      todo: 'Correct it there, then try again. maculactl doctor lists all that is refused.',
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
    expect(troubleFrom(() => ids('zzzzzz')).todo).toMatch(/^Known are: ingress, registry, /)
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
