import { describe, expect, test } from 'vitest'
import { unlistedCause } from '../../../main/model/causes/hosts.ts'
import { MOST_RECORDS } from '../../../main/model/unlisted.ts'
import type { World } from '../../../main/model/world.ts'
import { frameOf, spec } from './rows.ts'

/** Records of PowerDNS that a hosts file cannot have: they are told, so that nobody waits for them to resolve. */

const records = new Map([
  ['s1.macula.local', ['10.0.0.1']],
  ['shop.macula.local', ['127.0.0.2']],
  ['macula.local', ['10.0.0.2']],
  ['lan.macula.local', ['192.168.1.50']],
  ['beam00.lab', ['127.0.0.3']],
])
const inPlace = (needsServer: boolean): World['route'] => ({
  kind: 'in place',
  id: 'route-hosts',
  title: 'hosts file',
  needsServer,
})
const told = (world: Partial<World>) =>
  unlistedCause(frameOf([spec('s1', 1)], { records, ...world }))?.headline.what
const both =
  '2 records of PowerDNS are not known to this machine: lan.macula.local (192.168.1.50) and beam00.lab (127.0.0.3).'

describe('records that do not resolve here', () => {
  test.each<readonly [string, Partial<World>, string | undefined]>([
    ['where a file lists names: of other machines, and of other zones', { route: inPlace(false) }, both],
    [
      'the same while names wait for set-up',
      {
        route: {
          kind: 'absent',
          waits: { route: 'route-hosts', title: 'hosts file', names: ['shop.macula.local'] },
        },
      },
      both,
    ],
    ['none where our name server is asked, which asks PowerDNS', { route: inPlace(true) }, undefined],
    ['none where names are not set up at all', { route: { kind: 'absent' } }, undefined],
    ['none while it is not known', { route: { kind: 'unknown' } }, undefined],
    [
      'none where the file can have all',
      { route: inPlace(false), records: new Map([['shop.macula.local', ['10.0.0.1', '127.0.0.2']]]) },
      undefined,
    ],
  ])('%s', (_, world, what) => {
    expect(told(world)).toBe(what)
  })
  test('of more than are read, the number is told as no more than that', () => {
    const many = (count: number) =>
      new Map(Array.from({ length: count }, (_, at) => [`n${at}.lab`, ['10.0.0.1']] as const))
    expect(told({ route: inPlace(false), records: many(MOST_RECORDS) })).toMatch(
      /^2000 records of PowerDNS are/,
    )
    expect(told({ route: inPlace(false), records: many(MOST_RECORDS + 1) })).toBe(
      'PowerDNS has more than 2000 names, and at least 2001 of them are not known to this machine: n0.lab (10.0.0.1), n1.lab (10.0.0.1), n2.lab (10.0.0.1) and others.',
    )
  })
  test('hit no row', () => {
    const cause = unlistedCause(frameOf([spec('s1', 1)], { records, route: inPlace(false) }))
    expect(cause?.services).toEqual([])
    expect(cause?.headline.todo).toContain('"route"')
  })
})
