import { describe, expect, test } from 'vitest'
import {
  sayThe,
  sayBytes,
  sayClock,
  sayDay,
  sayDuration,
  sayElapsed,
  sayHolder,
  sayList,
  saySecond,
  sentence,
} from '../../../main/model/say.ts'

/** Numbers and things as people read them. */

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

test.each([
  [0.9, '< 1 ms'],
  [1, '1 ms'],
  [499, '499 ms'],
  [500, '0.5 s'],
  [59_900, '59.9 s'],
  [minute, '1 min'],
  [59 * minute + 59 * second, '59 min 59 s'],
  [hour, '1 h'],
  [hour + 5 * second, '1 h'],
  [3 * hour + 12 * minute + 5 * second, '3 h 12 min'],
  [23 * hour + 59 * minute, '23 h 59 min'],
  [day, '1 d'],
  [day + 59 * minute, '1 d'],
  [8 * day + 23 * hour, '8 d 23 h'],
])('%d ms is said as %s', (ms, words) => expect(sayDuration(ms)).toBe(words))

test.each([
  [400, '0.4 s'],
  [99_900, '99.9 s'],
  [100_000, '1:40'],
  [2 * minute + 5 * second, '2:05'],
  [61 * minute, '61:00'],
])('%d ms elapsed are %s', (ms, words) => expect(sayElapsed(ms)).toBe(words))

test.each([
  [400, '0 kB'],
  [812_400, '812 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [1_000_000, '1 MB'],
  [1_044_000, '1.04 MB'],
  [700_000_000, '700 MB'],
  [999_600_000, '1 GB'],
  [41_320_000, '41.3 MB'],
  [1_000_000_000, '1 GB'],
  [1_400_000_000, '1.4 GB'],
  [41_300_000_000, '41.3 GB'],
  [1_000_000_000_000, '1 TB'],
  [5_250_000_000_000_000, '5250 TB'],
  [1_254_000_000, '1.25 GB'],
])('%d bytes are %s', (bytes, words) => expect(sayBytes(bytes)).toBe(words))

describe('instants in local time', () => {
  const at = new Date(2026, 10, 3, 7, 1, 9).getTime()
  test('a clock, with seconds where they matter', () => {
    expect([sayClock(at), saySecond(at)]).toEqual(['07:01', '07:01:09'])
    const late = new Date(2026, 10, 3, 17, 41, 39).getTime()
    expect([sayClock(late), saySecond(late)]).toEqual(['17:41', '17:41:39'])
  })
  test('a day has its year when it is not this one', () => {
    expect(sayDay(at, new Date(2026, 0, 1).getTime())).toBe('3 Nov 07:01')
    expect(sayDay(at, new Date(2027, 10, 3).getTime())).toBe('3 Nov 2026 07:01')
  })
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c', 'd'], 'a, b, c and d'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('%j is said as "%s"', (items, words) => expect(sayList(items)).toBe(words))

test('a list may be shorter', () => {
  expect(sayList(['a', 'b', 'c'], 2)).toBe('a and 2 more')
  expect(sayList(['a', 'b'], 2)).toBe('a and b')
})

test.each([
  ['', ''],
  ['It is gone', 'It is gone.'],
  ['It is gone.', 'It is gone.'],
  ['Wait…', 'Wait…'],
  ['Really?', 'Really?'],
  ['No!', 'No!'],
  ['1.5 GB', '1.5 GB.'],
])('"%s" is a sentence as "%s"', (text, words) => expect(sentence(text)).toBe(words))

test('a program whose process is not known is not named: there is nothing to end', () => {
  expect(sayHolder({ program: 'nginx' })).toBe('a program that this user may not see')
  expect(sayHolder({ pid: 7, unit: { name: 'web.service', of: 'user' } })).toBe('pid 7, web.service')
})

test.each([
  ['Grafana', 'Grafana'],
  ['Hub cluster', 'the Hub cluster'],
  ['Second Cluster', 'the Second Cluster'],
  ['Cluster console', 'Cluster console'],
])('%s within a sentence is %s', (title, says) => {
  expect(sayThe(title)).toBe(says)
})
