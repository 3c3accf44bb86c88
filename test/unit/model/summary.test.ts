import { describe, expect, test } from 'vitest'
import { inert } from '../../../main/model/atoms.ts'
import { findCycle, neededBy, usedBy, withNeeds } from '../../../main/model/graph.ts'
import { sayDuration, sayList } from '../../../main/model/say.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { sayAddresses, summarise } from '../../../main/model/summary.ts'

function service(id: string, needs: readonly string[] = [], uses: readonly string[] = []): ServiceSpec {
  return {
    id,
    tier: 'tools',
    title: id,
    purpose: id,
    order: 1,
    address: null,
    endpoints: [],
    needs,
    uses,
    env: {},
    runtime: { kind: 'container', image: 'x' },
    origin: 'ours',
    folder: '/x',
    secrets: [],
    warnings: [],
  }
}

describe('the state of several', () => {
  test.each([
    [['works', 'failed', 'starting'], 'failed'],
    [['works', 'starting', 'degraded'], 'starting'],
    [['works', 'degraded', 'stopped'], 'degraded'],
    // What is stopped on purpose or not set up says nothing about the others.
    [['works', 'stopped', 'not set up'], 'works'],
    [['stopped', 'not set up'], 'stopped'],
    [['not set up'], 'not set up'],
    [[], 'not set up'],
  ] as const)('%j is %s', (states, wanted) => expect(summarise(states)).toBe(wanted))
})

describe('needs', () => {
  const all = [
    service('web', ['db', 'cache']),
    service('db', ['disk']),
    service('cache'),
    service('disk'),
    service('board', [], ['web']),
  ]
  test('come before what needs them', () => {
    expect(withNeeds(all, ['web'])).toEqual(['disk', 'db', 'cache', 'web'])
  })
  test('name everything that a stop would hit, however far', () => {
    expect(neededBy(all, ['disk'])).toEqual(['web', 'db'])
    expect(usedBy(all, ['web'])).toEqual(['board'])
    expect(neededBy(all, ['board'])).toEqual([])
  })
  test('a circle is found, and named in order', () => {
    expect(findCycle(all)).toBeUndefined()
    expect(findCycle([service('a', ['b']), service('b', ['a'])])).toEqual(['a', 'b', 'a'])
  })
})

test.each([
  [0.2, '< 1 ms'],
  [3, '3 ms'],
  [800, '0.8 s'],
  [5000, '5.0 s'],
  [65_000, '1 min 5 s'],
  [274_400_000, '3 d 4 h'],
])('%d ms is said as %s', (ms, words) => expect(sayDuration(ms)).toBe(words))

test('lists and addresses are short', () => {
  expect(sayList(['a', 'b', 'c'])).toBe('a, b and c')
  expect(sayList(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c and 3 more')
  expect(sayAddresses(['127.0.0.5', '127.0.0.3', '127.0.0.4', '127.0.0.10'])).toBe('127.0.0.3–5, .10')
  expect(inert(sayList(['\u001B[31mred']))).toBe('red')
})
