import { describe, expect, test } from 'vitest'
import { namesCause } from '../../../main/model/causes/names.ts'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { NameSeen } from '../../../main/model/observation.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import type { ServiceView, SharedCause } from '../../../main/model/snapshot.ts'
import type { World } from '../../../main/model/world.ts'
import { endpoint, frameOf, inCluster, NOW, row, spec } from './rows.ts'

/** When names are a trouble of all and not of one row, whose rows it hits, and which words it gets. */

const none: NameSeen = { kind: 'none', code: 'ENOTFOUND', ms: 2 }
const timeout: NameSeen = { kind: 'timeout', ms: 6000 }
const good = (number: number): NameSeen => ({ kind: 'answer', addresses: [`127.0.0.${number}`], ms: 3 })
const slow = (number: number, ms = 5004): NameSeen => ({ ...good(number), ms })
const elsewhere = (lines?: NameSeen['lines']): NameSeen => ({
  kind: 'answer',
  addresses: ['127.0.0.99'],
  ms: 3,
  ...(lines === undefined ? {} : { lines }),
})

/** Services `s1`, `s2`, … with a name each, of which these were seen. */
function causeOf(
  seen: readonly NameSeen[],
  world: Partial<World> = {},
  part: (number: number) => Partial<ServiceSpec> = () => ({}),
): SharedCause | undefined {
  const services = seen.map((_, index) => spec(`s${index + 1}`, index + 1, part(index + 1)))
  const names = new Map(seen.map((one, index) => [`s${index + 1}.macula.local`, one] as const))
  return namesCause(
    frameOf(services, { names, ...world }),
    services.map(({ id }) => row(id)),
  )
}

describe('names that wait for set-up, where each is listed', () => {
  const waiting = (...names: readonly string[]): Partial<World> => ({
    route: { kind: 'absent', waits: { route: 'route-hosts', title: 'hosts file', names } },
  })
  test('are one cause with one step, though no row is hit', () => {
    expect(causeOf([good(1), good(2)], waiting('shop.macula.local', 'demo.macula.local'))).toEqual({
      id: 'names',
      headline: {
        what: '2 names wait for set-up: shop.macula.local and demo.macula.local.',
        why: 'The hosts file lists each name, and only root can add one.',
        todo: 'maculactl setup writes them all in one step; until then use the addresses.',
        fix: {
          label: 'Set up names…',
          command: 'maculactl setup',
          action: { kind: 'setup', changes: ['route-hosts'] },
        },
      },
      services: [],
    })
  })
  test('one of a service hits its row', () => {
    const cause = causeOf([good(1), none], waiting('s2.macula.local'))
    expect(cause?.headline.what).toBe('A name waits for set-up: s2.macula.local.')
    expect(cause?.services).toEqual(['s2'])
  })
  test('all of them are told so too', () => {
    expect(causeOf([none, none], waiting('s1.macula.local', 's2.macula.local'))?.headline.what).toBe(
      '2 names wait for set-up: s1.macula.local and s2.macula.local.',
    )
  })
})

describe('how many names make one cause', () => {
  test.each<readonly [string, readonly NameSeen[], readonly string[] | undefined]>([
    ['all are good', [good(1), good(2)], undefined],
    ['one of one is off', [none], undefined],
    ['one of two is off', [none, good(2)], undefined],
    ['two of two are off', [none, none], ['s1', 's2']],
    ['two of four are off: half of them', [good(1), none, good(3), none], ['s2', 's4']],
    ['two of five are off: fewer than half', [none, none, good(3), good(4), good(5)], undefined],
  ])('%s', (_, seen, hit) => expect(causeOf(seen)?.services).toEqual(hit))

  test('two names of one service are its own trouble', () => {
    const service = spec('s1', 1, { endpoints: [endpoint({ name: 'a' }), endpoint({ name: 'b' })] })
    const names = new Map([
      ['a.macula.local', none],
      ['b.macula.local', none],
    ])
    expect(namesCause(frameOf([service], { names }), [row('s1')])).toBeUndefined()
  })

  test('what is inside Docker only, and what has no name, is led to by none', () => {
    expect(causeOf([none, none], {}, () => ({ address: null }))).toBeUndefined()
    expect(causeOf([none, none], {}, () => ({ endpoints: [endpoint()] }))).toBeUndefined()
  })

  test('a name that was not checked yet does not count', () => {
    expect(causeOf([none, none], { names: new Map([['s1.macula.local', none]]) })).toBeUndefined()
  })

  const down: ClusterSeen = { kind: 'down', says: 'x', nodes: [], adopted: false }
  test.each<readonly [string, World['clusters'], readonly string[] | undefined]>([
    ['was made', new Map([['hub', down]]), ['s1', 's2']],
    ['was never made', new Map([['hub', { kind: 'absent', wasMade: false }]]), undefined],
    ['was not looked at', undefined, undefined],
  ])('applications of a cluster that %s', (_, clusters, hit) => {
    const cause = causeOf([none, none], clusters ? { clusters } : {}, (number) => inCluster(`s${number}`))
    expect(cause?.services).toEqual(hit)
  })
})

test('a name that several endpoints have is counted once, and what is stopped opens by nothing', () => {
  const services = [1, 2, 3].map((number) =>
    spec(`s${number}`, number, {
      endpoints: [endpoint({ name: `s${number}` }), endpoint({ id: 'api', name: `s${number}` })],
    }),
  )
  const names = new Map([
    ['s1.macula.local', none],
    ['s2.macula.local', none],
    ['s3.macula.local', good(3)],
  ])
  const what = (...states: readonly ServiceView['state'][]): string | undefined =>
    namesCause(
      frameOf(services, { names, route: { kind: 'absent' } }),
      services.map(({ id }, index) => row(id, { state: states[index] ?? 'works' })),
    )?.headline.what
  const absent = '2 of 3 names under macula.local are not set up on this machine.'
  expect(what('works', 'stopped')).toBe(`${absent} What they name opens by address.`)
  expect(what('stopped', 'stopped')).toBe(absent)
})

const restore = { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } }
const setUp = {
  label: 'Set up names…',
  command: 'maculactl setup',
  action: { kind: 'setup', changes: [] },
}
const check = { label: 'Check names', command: 'maculactl doctor', action: { kind: 'none' } }
const line = { file: '/etc/hosts', line: 4, text: '127.0.0.99 s1.macula.local' }

describe('the words and the fix', () => {
  test.each<readonly [string, readonly NameSeen[], Partial<World>, SharedCause['headline']]>([
    [
      'no resolver is led to us',
      [none, none],
      { route: { kind: 'absent' }, nameServer: { kind: 'stopped' } },
      {
        what: 'Names under macula.local are not set up on this machine. Everything opens by address.',
        why: 'Set-up has not written them.',
        todo: 'Run set-up; it asks for the password once.',
        fix: setUp as never,
      },
    ],
    [
      'some were known before: nothing is said of those',
      [none, good(2), none],
      { route: { kind: 'absent' }, nameServer: { kind: 'stopped' } },
      {
        what: '2 of 3 names under macula.local are not set up on this machine. What they name opens by address.',
        why: 'Set-up has not written them; names that are known come from somewhere else (lines of /etc/hosts, another name server).',
        todo: 'Run set-up; it asks for the password once.',
        fix: setUp as never,
      },
    ],
    [
      'some are wrong while others are known',
      [none, none, good(3)],
      {},
      {
        what: '2 of 3 names under macula.local are unknown or wrong. What they name opens by address.',
        why: 'systemd-resolved is in place, but the resolver of this machine gives another answer.',
        todo: 'Check what changed on the network; maculactl doctor names the resolver in use.',
        fix: check as never,
      },
    ],
    [
      'no resolver is led to us any more, and Docker does not answer: nothing is known to open',
      [none, none],
      {
        docker: { kind: 'down', code: 'absent', says: 'refused' },
        route: { kind: 'absent' },
        namesBadSince: NOW,
      },
      {
        what: 'Names under macula.local are no longer set up on this machine, since 10:42.',
        why: 'What set-up wrote is not there any more.',
        todo: 'Run set-up; it asks for the password once.',
        fix: { label: 'Set up names…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } },
      },
    ],
    [
      'our server does not run, since a while',
      [none, none],
      { nameServer: { kind: 'stopped' }, namesBadSince: NOW },
      {
        what: 'Names under macula.local are not answered since 10:42. Everything opens by address.',
        why: 'Our name server (dnsmasq) is not running.',
        todo: 'Restore names.',
        fix: restore as never,
      },
    ],
    [
      'its program is missing',
      [none, none],
      { nameServer: { kind: 'no-tool' } },
      {
        what: 'Names under macula.local are not answered. Everything opens by address.',
        why: 'dnsmasq is not installed.',
        todo: 'Install it with set-up.',
        fix: {
          label: 'Install dnsmasq…',
          command: 'maculactl setup',
          action: { kind: 'setup', changes: ['tools'] },
        },
      },
    ],
    [
      'half are slow, the longest is told',
      [slow(1, 3000), slow(2), none, none],
      {},
      {
        what: 'Names are slow: 5.0 s each. Open and Copy use the addresses.',
        why: 'Something asks another name server first and waits for it (a VPN, mDNS for .local, or a resolver that does not answer).',
        todo: 'Check what changed on the network; maculactl doctor names the resolver in use.',
        fix: check as never,
      },
    ],
    [
      'one of three is slow: the others decide',
      [slow(1), none, none],
      {},
      {
        what: 'Names under macula.local are unknown or wrong. Everything opens by address.',
        why: 'systemd-resolved is in place, but the resolver of this machine gives another answer.',
        todo: 'Check what changed on the network; maculactl doctor names the resolver in use.',
        fix: check as never,
      },
    ],
    [
      'what leads to the resolver was not seen',
      [none, none],
      { route: { kind: 'unknown' } },
      {
        what: 'Names under macula.local are unknown or wrong. Everything opens by address.',
        why: 'The resolver of this machine gives another answer.',
        todo: 'Check what changed on the network; maculactl doctor names the resolver in use.',
        fix: setUp as never,
      },
    ],
    [
      'a line of our own old block leads one of them elsewhere',
      [{ ...none, lines: [{ ...line, ours: true }] }, none],
      {},
      {
        what: 'Names under macula.local resolve to something else. Everything opens by address.',
        why: '/etc/hosts:4, in Macula’s own block, says “127.0.0.99 s1.macula.local”, which takes precedence over our names.',
        todo: 'maculactl undo route-hosts takes that block out, which nothing needs any more.',
        fix: check as never,
      },
    ],
    [
      'a line of a file leads one of them elsewhere',
      [elsewhere(), elsewhere([line])],
      {},
      {
        what: 'Names under macula.local resolve to something else. Everything opens by address.',
        why: '/etc/hosts:4 says “127.0.0.99 s1.macula.local”, which takes precedence over our names.',
        todo: 'Correct /etc/hosts (sudoedit /etc/hosts); each service’s name says which line is its own.',
        fix: check as never,
      },
    ],
  ])('%s', (_, seen, world, headline) => {
    expect(causeOf(seen, world)?.headline).toStrictEqual(headline)
  })

  test.each<readonly [string, readonly NameSeen[], string]>([
    ['names that are not answered in time are slow', [timeout, none], 'Names are slow: 6.0 s each.'],
    [
      'files that were read and say nothing are not blamed',
      [elsewhere([]), elsewhere([])],
      'unknown or wrong',
    ],
  ])('%s', (_, seen, what) => expect(causeOf(seen)?.headline.what).toContain(what))
})

describe('slow names', () => {
  const slows = [slow(1), slow(2), slow(3)]
  const why = (world: Partial<World>): string => causeOf(slows, world)?.headline.why ?? ''
  const placed = (id: string): Partial<World> => ({
    route: { kind: 'in place', id, title: id, needsServer: true },
  })

  test('name the network that came up just before, with its time', () => {
    const linkCame = { name: 'tun0', at: NOW - 30_000 }
    expect(why({ namesBadSince: NOW - 20_000, linkCame })).toMatch(/^tun0 came up \d\d:\d\d, just before\./)
  })

  test.each([
    ['long before', NOW - 3_600_000],
    ['afterwards', NOW],
  ])('do not blame one that came %s', (_, at) => {
    expect(why({ namesBadSince: NOW - 20_000, linkCame: { name: 'tun0', at } })).not.toContain('tun0')
  })

  test('under .local tell of mDNS', () => {
    expect(why({})).toContain('mDNS')
  })

  test.each([
    ['route-systemd-resolved', 'sudo systemctl reload-or-restart systemd-resolved'],
    ['route-dns-delegate', 'sudo systemctl reload-or-restart systemd-resolved'],
    ['route-networkmanager', 'sudo systemctl reload-or-restart NetworkManager'],
    ['route-dnsmasq', 'sudo systemctl restart dnsmasq'],
  ])('set the route %s again', (id, command) => {
    expect(causeOf(slows, placed(id))?.headline.fix).toEqual({
      label: 'Set route again…',
      command,
      action: { kind: 'route' },
    })
  })

  test('of a route that no program reads only the doctor says more', () => {
    expect(causeOf(slows, placed('route-hosts'))?.headline.fix).toEqual(check)
  })
})
