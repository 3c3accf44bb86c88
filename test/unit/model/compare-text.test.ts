import { expect, test } from 'vitest'
import { compareText } from '../../../main/model/compare-text.ts'

const words = [
  '',
  ' ',
  '-',
  'a',
  'A',
  'b',
  'B',
  'ab',
  'aB',
  'Ab',
  'AB',
  'a-b',
  'a b',
  'a1',
  'a10',
  'a9',
  '1',
  '-a',
  ' a',
  'powerdns',
  'powerdns-admin',
  'powerdns-db',
  'PowerDNS',
  'PowerDNS-Admin',
  'Registry',
  'Registry UI',
  'registry-ui',
  'object-store',
  'Object store',
  'tempo',
  'Tempo 2',
  'Loki',
  'loki',
  // Beyond those: as the tables have it.
  'Übersicht',
  'uebersicht',
  'a.b',
  'a_b',
  'été',
]

test('texts are in the order of localeCompare', () => {
  const pairs = words.flatMap((one) => words.map((two) => [one, two] as const))
  const wrong = pairs.filter(
    ([one, two]) => Math.sign(compareText(one, two)) !== Math.sign(one.localeCompare(two)),
  )
  expect(wrong).toEqual([])
})

test('random words of letters, digits, blanks and hyphens are too', () => {
  const signs = 'abcXYZ019- '
  let seed = 7
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const word = (): string => Array.from({ length: next(7) }, () => signs[next(signs.length)]).join('')
  for (let round = 0; round < 5000; round += 1) {
    const [one, two] = [word(), word()]
    expect([one, two, Math.sign(compareText(one, two))]).toEqual([
      one,
      two,
      Math.sign(one.localeCompare(two)),
    ])
  }
})
