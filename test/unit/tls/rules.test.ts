import { describe, expect, test } from 'vitest'
import {
  certificateNames,
  coversName,
  DAY_MS,
  domainsOf,
  leafDates,
  lifetimes,
  troubleOfAuthority,
  whyNotVouched,
  whyRenew,
  type AuthoritySeen,
  type LeafSeen,
} from '../../../main/model/tls.ts'

const now = Date.UTC(2026, 10, 26)
const authority = (part: Partial<AuthoritySeen> = {}): AuthoritySeen => ({
  fingerprint: 'AA',
  notBefore: now - DAY_MS,
  notAfter: now + lifetimes.authority,
  subject: 'Macula Desktop authority',
  certificate: '',
  domains: ['macula.local', 'lab'],
  file: '/data/tls/ca.pem',
  ...part,
})
const leaf = (part: Partial<LeafSeen> = {}): LeafSeen => ({
  fingerprint: 'BB',
  notBefore: now - DAY_MS,
  notAfter: now + 300 * DAY_MS,
  names: ['*.macula.local', 'grafana.macula.local'],
  ...part,
})

describe('what an authority can vouch for', () => {
  test.each([
    'macula.local',
    'grafana.macula.local',
    'a.b.macula.local',
    '*.macula.local',
    '*.beam.lab',
    'lab',
  ])('%s', (name) => {
    expect(whyNotVouched(name, ['macula.local', 'lab'])).toBeUndefined()
  })

  test.each([
    ['example.com', /not below macula\.local or lab/],
    ['xmacula.local', /not below/],
    ['macula.local.example.com', /not below/],
    ['local', /not below/],
    ['*.local', /not a host name/],
    ['*', /not a host name/],
    ['127.0.0.1', /is an address/],
    ['::1', /is an address/],
    ['a b.macula.local', /not a host name/],
    ['A.macula.local', /not a host name/],
    ['*.*.macula.local', /not a host name/],
    ['a\n.macula.local', /not a host name/],
    ['', /not a host name/],
  ])('not %j', (name, why) => {
    expect(whyNotVouched(name, ['macula.local', 'lab'])).toMatch(why)
  })
})

test('the suffix and the zones, each once', () => {
  expect(domainsOf({ suffix: 'macula.local', zones: ['lab', 'macula.local'] })).toEqual([
    'macula.local',
    'lab',
  ])
})

test('a certificate has each name and all of one level; what cannot be vouched for is left out', () => {
  expect(
    certificateNames(
      ['s3.macula.local', 'a.s3.macula.local', 'console.example.com', 's3.macula.local'],
      'macula.local',
      ['macula.local'],
    ),
  ).toEqual(['*.macula.local', 'a.s3.macula.local', 's3.macula.local'])
})

test.each([
  ['grafana.macula.local', true],
  ['new.macula.local', true],
  ['a.new.macula.local', false],
  ['macula.local', false],
  ['grafana.macula.local.example.com', false],
])('a wildcard stands for exactly one label: %s %s', (host, holds) => {
  expect(coversName(leaf().names, host)).toBe(holds)
})

describe('a certificate is made anew', () => {
  const wanted = ['*.macula.local', 'grafana.macula.local']
  test.each<[string, LeafSeen | undefined, readonly string[], RegExp | undefined]>([
    ['where there is none', undefined, wanted, /none yet/],
    ['not while it serves', leaf(), wanted, undefined],
    ['not for names that went', leaf(), ['*.macula.local'], undefined],
    ['for a name that came', leaf(), [...wanted, 'a.b.macula.local'], /lacks a\.b\.macula\.local/],
    ['for several', leaf(), [...wanted, 'x.macula.local', 'y.macula.local'], /lacks 2 names/],
    ['before its end', leaf({ notAfter: now + lifetimes.renew - 1 }), wanted, /ends 2027-02-23/],
    ['not long before', leaf({ notAfter: now + lifetimes.renew }), wanted, undefined],
    ['after its end', leaf({ notAfter: now - 1 }), wanted, /ends/],
    ['where the clock was set back', leaf({ notBefore: now + 1 }), wanted, /not valid yet/],
  ])('%s', (_, seen, names, why) => {
    if (why === undefined) expect(whyRenew(seen, names, now)).toBeUndefined()
    else expect(whyRenew(seen, names, now)).toMatch(why)
  })
})

describe('its dates', () => {
  test('hold no longer than browsers take, and begin a day before', () => {
    const { notBefore, notAfter } = leafDates(authority({ notBefore: now - 9 * DAY_MS }), now)
    expect(notBefore).toBe(now - DAY_MS)
    expect((notAfter - notBefore) / DAY_MS).toBeLessThanOrEqual(397)
  })

  test('are never outside of those of its authority', () => {
    const own = authority({ notBefore: now - 1000, notAfter: now + 10 * DAY_MS })
    expect(leafDates(own, now)).toEqual({ notBefore: now - 1000, notAfter: now + 10 * DAY_MS })
  })
})

describe('an authority is told', () => {
  test.each<[string, AuthoritySeen, readonly string[], boolean, RegExp]>([
    [
      'that it is of another suffix',
      authority({ domains: ['old.local'] }),
      ['macula.local'],
      true,
      /not for macula\.local/,
    ],
    ['that it is without bounds', authority({ domains: [] }), ['macula.local'], true, /vouches for nothing/],
    [
      'that a zone came',
      authority({ domains: ['macula.local'] }),
      ['macula.local', 'lab'],
      true,
      /not for lab/,
    ],
    ['that the clock was set back', authority({ notBefore: now + DAY_MS }), ['macula.local'], true, /clock/],
    ['that it ended', authority({ notAfter: now }), ['macula.local'], true, /ended on 2026-11-26/],
    [
      'that it ends soon',
      authority({ notAfter: now + 100 * DAY_MS }),
      ['macula.local'],
      false,
      /ends on 2027-03-06/,
    ],
  ])('%s', (_, own, wanted, fatal, what) => {
    const told = troubleOfAuthority(own, wanted, now)
    expect(told?.fatal).toBe(fatal)
    expect(told?.trouble.what).toMatch(what)
    expect(told?.trouble.todo).not.toBe('')
  })

  test('nothing while it is sound, also where a domain is below one of its own', () => {
    expect(troubleOfAuthority(authority(), ['macula.local', 'beam.lab'], now)).toBeUndefined()
  })
})
