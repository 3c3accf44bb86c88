import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressOf, linkOf, placeOf, placeOfLink, views, type Place } from '../../../main/model/places.ts'

const known: readonly (readonly [string, Place])[] = [
  ['/services', { view: 'services' }],
  ['/services/grafana', { view: 'services', service: 'grafana' }],
  ['/services/cluster/hub', { view: 'services', service: 'cluster/hub' }],
  ['/services?search=%40frontend%20failed', { view: 'services', search: '@frontend failed' }],
  ['/logs', { view: 'logs' }],
  ['/logs?service=loki', { view: 'logs', service: 'loki' }],
  ['/logs?service=loki&service=cluster/hub', { view: 'logs', services: ['loki', 'cluster/hub'] }],
  [
    '/logs?service=loki&search=level%3D%22error%22%20%26%20x',
    { view: 'logs', service: 'loki', search: 'level="error" & x' },
  ],
  ['/logs?search=%C3%BCber', { view: 'logs', search: 'über' }],
  ['/doctor', { view: 'doctor' }],
  ['/changes', { view: 'changes' }],
  ['/settings', { view: 'settings' }],
  ['/setup', { view: 'wizard' }],
  ['/setup/names', { view: 'wizard', step: 'names' }],
  ['/activity', { view: 'activity' }],
  ['/activity?service=tempo&at=1795000000000', { view: 'activity', service: 'tempo', at: 1_795_000_000_000 }],
  ['/logs?service=loki&at=17', { view: 'logs', service: 'loki', at: 17 }],
]

test.each(known)('%s is an address, and what is written for its place', (address, place) => {
  expect(placeOf(address)).toEqual(place)
  expect(addressOf(place)).toBe(address)
  expect(placeOfLink(`macula://app${address}`)).toEqual(place)
  expect(linkOf(place)).toBe(`macula://app${address}`)
})

test('every view has an address that leads to it and to no other', () => {
  expect(views.map((view) => placeOf(addressOf({ view })))).toEqual(views.map((view) => ({ view })))
})

test('what is written for any ids and any search is read again', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/)
  const id = fc.oneof(
    label,
    label.map((one) => `cluster/${one}`),
  )
  const search = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(id, search, (service, text) => {
      const place: Place = { view: 'logs', service, search: text }
      // Text that would hide or turn what is beside it is no search of an address: a reload shows the view without it.
      const isRefused = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)
      expect(placeOf(addressOf(place))).toEqual(isRefused ? { view: 'logs', service } : place)
    }),
  )
})

test.each([
  ['a character of two halves at the end of what is taken', `${'x'.repeat(199)}😀`, 'x'.repeat(199)],
  ['half a character', 'x\uD83Dy', undefined],
  ['joined characters', '👩‍💻', undefined],
  ['10,000 characters', 'ü'.repeat(10_000), 'ü'.repeat(200)],
])('a search of %s never keeps a view from being found again', (_, search, kept) => {
  const place: Place = { view: 'logs', service: 'loki', search }
  expect(placeOf(addressOf(place))).toEqual({
    view: 'logs',
    service: 'loki',
    ...(kept === undefined ? {} : { search: kept }),
  })
})

test('the most services of the longest names, and the longest search, are one address', () => {
  const services = Array.from({ length: 40 }, (_, at) => `cluster/${String(at).padStart(63, 'c')}`)
  const place: Place = { view: 'logs', services, search: '語'.repeat(200), at: 999_999_999_999_999 }
  expect(placeOf(addressOf(place))).toEqual(place)
})

test('what is meant to be changed, and what was only chosen, is in no address', () => {
  expect(addressOf({ view: 'wizard', step: 'review', changes: ['sysctl'] })).toBe('/setup/review')
  expect(addressOf({ view: 'logs', services: [], adjusts: true })).toBe('/logs')
  expect(addressOf({ view: 'doctor', service: 'grafana', search: 'x' })).toBe('/doctor')
})

describe('nothing else is an address', () => {
  test.each([
    '',
    '/',
    'services',
    '//services',
    '/services/',
    '/services//grafana',
    '/services/../settings',
    '/services/%67rafana',
    '/services/Grafana',
    '/services/-rf',
    '/services/grafana?service=loki',
    '/services/grafana?',
    '/services/grafana?search=x',
    '/services?service=grafana',
    '/services/grafana#delete',
    '/services/grafana?asks=delete',
    `/services/${'a'.repeat(64)}`,
    '/nowhere',
    '/constructor',
    '/wizard',
    '/setup/root',
    '/setup/names/now',
    '/setup?changes=sysctl',
    '/doctor/fix',
    '/settings?tls=true',
    '/logs?',
    '/logs?service=',
    '/logs?service=a b',
    '/logs?service=--follow',
    '/logs?service=a&service',
    '/logs?follow=1',
    '/logs?search=a&search=b',
    '/logs?search=%',
    '/logs?search=%00',
    '/logs?search=%0A',
    '/logs?search=%1B%5B2J',
    '/logs?search=%E2%80%AEtxt',
    '/logs?search=a=b',
    `/logs?search=${'a'.repeat(201)}`,
    `/logs?${Array.from({ length: 41 }, (_, at) => `service=s${at}`).join('&')}`,
    `/logs?search=${'%61'.repeat(700)}`,
    '/logs?search=a?b',
    '/services\n',
    '/services/über',
  ])('%j', (address) => {
    expect(placeOf(address)).toBeUndefined()
  })
})

describe('a link of another program shows a place of ours, or nothing', () => {
  test.each(['macula://app', 'macula://app/'])('%s is home', (link) => {
    expect(placeOfLink(link)).toEqual({ view: 'services' })
  })

  test.each([
    'macula:',
    'macula:services',
    'macula://services/grafana',
    'macula:///services',
    'macula://application/services',
    'macula://app.evil.example/services',
    'macula://app:80/services',
    'macula://app@evil.example/services',
    'macula://user:secret@app/services',
    'MACULA://app/services',
    'macula://app/index.html',
    'macula://app/index.html#/services',
    'macula://app/assets/index.js',
    'macula://app/services/grafana/stop',
    'macula://app/up?service=grafana',
    'macula://app/logs?service=grafana --gpu-launcher=sh',
    ' macula://app/services',
    'http://127.0.0.1/services',
    'javascript:alert(1)',
    '--inspect',
  ])('%j is none', (link) => {
    expect(placeOfLink(link)).toBeUndefined()
  })
})
