import { describe, expect, test } from 'vitest'
import { addressesCause, limitsCause, wayCause } from '../../../main/model/causes/network.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import type { SharedCause } from '../../../main/model/snapshot.ts'
import type { World } from '../../../main/model/world.ts'
import { endpoint, frameOf, row, rung, spec, up } from './rows.ts'
import { seen as runs } from './tempo.ts'

/** When the way to containers, loopback or our own limits are a trouble of all; the words; whose rows it hits. */

const look = { label: 'Check again', command: 'maculactl doctor', action: { kind: 'none' } }
const late: AnswerSeen = { kind: 'timeout', ms: 3000, unmade: true }
const fine: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 3 }
const no = (code: string): AnswerSeen => ({ kind: 'refused', code, ms: 1 })

interface Seen {
  /** What its endpoints answered past our forwarders. */
  readonly direct: readonly (AnswerSeen | undefined)[]
  readonly state?: ContainerSeen['state']
}

/** Services `s1`, `s2`, … with a container each. */
function wayOf(seen: readonly Seen[], world: Partial<World> = {}): SharedCause | undefined {
  const services = seen.map(({ direct }, index) =>
    spec(`s${index + 1}`, index + 1, { endpoints: direct.map((_, at) => endpoint({ id: `e${at}` })) }),
  )
  const containers = new Map(
    seen.map(({ state = 'running' }, index) => [
      `s${index + 1}`,
      { ...runs, state, address: `172.23.0.${index + 10}` },
    ]),
  )
  const answers = new Map(
    seen.flatMap(({ direct }, index) =>
      direct.flatMap((one, at) => (one ? [[`s${index + 1}/e${at}/direct`, one] as const] : [])),
    ),
  )
  return wayCause(
    frameOf(services, { containers, answers, ...world }),
    services.map(({ id }) => row(id)),
  )
}

const lost: Seen = { direct: [late] }
const works: Seen = { direct: [fine] }
const elsewhere = { kind: 'elsewhere', device: 'tun0', says: 'dev tun0' } as const

describe('how many lost containers make one cause', () => {
  test.each<readonly [string, readonly Seen[], readonly string[] | undefined]>([
    ['none is lost', [works, works], undefined],
    ['one of one', [lost], undefined],
    ['two of four: half of them', [works, lost, works, lost], ['s2', 's4']],
    ['two of five: fewer than half', [lost, lost, works, works, works], undefined],
    [
      'what does not run does not count',
      [lost, lost, works, works, { ...works, state: 'exited' }],
      ['s1', 's2'],
    ],
    ['what does not run is not lost', [{ ...lost, state: 'exited' }, lost], undefined],
    ['what was not asked is not lost', [{ direct: [] }, lost], undefined],
    ['what answers at one of its ports is not lost', [{ direct: [late, fine] }, lost], undefined],
    ['what is lost at the one port that was asked is', [{ direct: [undefined, late] }, lost], ['s1', 's2']],
    ['what has two ports and answers at none is', [{ direct: [late, late] }, lost], ['s1', 's2']],
  ])('%s', (_, seen, hit) => expect(wayOf(seen)?.services).toEqual(hit))

  test('one is enough where it is routed elsewhere', () => {
    expect(wayOf([works, lost, works], { way: elsewhere })?.services).toEqual(['s2'])
    expect(wayOf([works, works], { way: elsewhere })).toBeUndefined()
  })

  test.each<readonly [string, World['docker']]>([
    ['is not on this machine', { ...up, native: false }],
    ['does not answer', { kind: 'down', code: 'slow', says: 'x' }],
  ])('nothing is said of the way to an engine that %s', (_, docker) => {
    expect(wayOf([lost, lost], { docker, way: elsewhere })).toBeUndefined()
  })
})

describe('the words of a way', () => {
  const what = '2 containers of the Docker network cannot be reached, though they run.'
  const todo =
    'Let what goes from this machine to 172.23.0.0/24 pass (sudo nft list ruleset, sudo iptables -S show what is dropped).'
  test.each<readonly [string, readonly Seen[], Partial<World>, string]>([
    [
      'lost, nobody knows where',
      [lost, lost],
      {},
      'What is sent to 172.23.0.0/24 is lost: a firewall may drop it.',
    ],
    [
      'lost, the routes could not be read',
      [lost, lost],
      { way: { kind: 'unknown', says: 'no ip' } },
      'What is sent to 172.23.0.0/24 is lost: a firewall may drop it.',
    ],
    [
      'lost on the right way',
      [lost, lost],
      { way: { kind: 'right', device: 'br-1' } },
      'What is sent to 172.23.0.0/24 is lost, though it is routed right (to br-1): a firewall may drop it.',
    ],
    [
      'one is lost and one is refused: the refusal says more',
      [lost, { direct: [no('EPERM')] }],
      {},
      '172.23.0.10: a firewall of this machine does not permit it (EPERM).',
    ],
  ])('%s', (_, seen, world, why) => {
    expect(wayOf(seen, world)).toStrictEqual({
      id: 'network',
      headline: { what, why, todo, fix: look },
      services: ['s1', 's2'],
    })
  })

  test('routed elsewhere', () => {
    expect(wayOf([works, lost], { way: elsewhere })).toStrictEqual({
      id: 'route',
      headline: {
        what: '1 container of the Docker network cannot be reached, though it runs.',
        why: 'This machine sends 172.23.0.11 to tun0, not to the Docker network (dev tun0).',
        todo: 'Disconnect the VPN that does it, or let it leave out 172.23.0.0/24; or set another "subnet" in settings.json, then maculactl down and maculactl up.',
        fix: look,
      },
      services: ['s2'],
    })
  })
})

describe('addresses that are not on this machine', () => {
  const services = [
    spec('s1', 3),
    spec('s2', 3),
    spec('s3', 4),
    spec('s4', 5),
    spec('s5', 6, { address: null }),
  ]
  const off = (id: string) =>
    row(id, { ladder: [rung('name', 'ok'), rung('address', 'stop', { cause: 'network' })] })

  test('each is named once, by those that miss it', () => {
    const cause = addressesCause(frameOf(services), [off('s1'), off('s2'), off('s3'), row('s4'), off('s5')])
    expect(cause).toStrictEqual({
      id: 'network',
      headline: {
        what: '127.0.0.3 and 127.0.0.4 are not on this machine.',
        why: 'The loopback interface does not have these addresses.',
        todo: 'See what it has (ip address show lo): it should be up, with 127.0.0.1/8.',
        fix: look,
      },
      services: ['s1', 's2', 's3', 's5'],
    })
  })

  test('two that are missing are enough, one is its row’s own', () => {
    expect(addressesCause(frameOf(services), [off('s1'), off('s3'), row('s4')])?.services).toEqual([
      's1',
      's3',
    ])
    expect(addressesCause(frameOf(services), [off('s1'), row('s2'), row('s3')])).toBeUndefined()
  })
})

describe('our own limits', () => {
  const views = [row('s1'), row('s11'), row('s2')]
  const of = (answers: Readonly<Record<string, AnswerSeen>>, world: Partial<World> = {}) =>
    limitsCause(frameOf([], { answers: new Map(Object.entries(answers)), ...world }), views)

  test('who could not be asked for it is told; the others were', () => {
    expect(
      of({
        's2/web/front': fine,
        's2/web/direct': fine,
        's11/web/front': fine,
        's11/web/direct': no('EMFILE'),
      }),
    ).toStrictEqual({
      id: 'limits',
      headline: {
        what: '1 service could not be checked: this process may not open any more files (EMFILE).',
        why: 'Macula’s own process reached its limit; the services may work.',
        todo: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf, then start Macula again.',
        fix: look,
      },
      services: ['s11'],
    })
  })

  test('what another program refuses is no limit of ours', () => {
    expect(of({ 's1/web/direct': no('ECONNREFUSED'), 's2/web/front': late })).toBeUndefined()
    expect(of({})).toBeUndefined()
  })

  test('a process that may open too little says so in its own words, and names who ran into it', () => {
    expect(of({ 's1/web/direct': no('EMFILE') }, { files: { open: 9, most: 64 } })).toStrictEqual({
      id: 'limits',
      headline: {
        what: 'Macula’s own process may open only 64 files at once (ulimit -n); it needs 256.',
        why: 'Services are checked in parallel; checks beyond the limit fail although the services work.',
        todo: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf, then start Macula again.',
        fix: look,
      },
      services: ['s1'],
    })
  })
})
