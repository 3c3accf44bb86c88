import { describe, expect, test } from 'vitest'
import type { ServiceView, SharedCause, State } from '../../../main/model/snapshot.ts'
import { sayAddresses, summaryOf, tierView } from '../../../main/model/summary.ts'
import { row, spec } from './rows.ts'

/** One line for a tier, and one for everything, over rows and the causes that they share. */

const tools = { id: 'tools', title: 'Tools' } as const
const as = (id: string, state: State, part: Partial<ServiceView> = {}): ServiceView =>
  row(id, { state, ...part })
const cause = (id: SharedCause['id'], ...services: readonly string[]): SharedCause => ({
  id,
  headline: { what: `${id} is off.`, why: 'Why.', todo: 'Do.' },
  services,
})

describe('a tier', () => {
  test('has its own services and their addresses', () => {
    const specs = [
      spec('a', 3),
      spec('b', 4),
      spec('inside', 9, { address: null }),
      spec('far', 7, { tier: 'data' }),
    ]
    const views = [as('a', 'works'), as('b', 'failed'), as('far', 'starting', { tier: 'data' })]
    expect(tierView(tools, specs, views, [])).toStrictEqual({
      id: 'tools',
      title: 'Tools',
      addresses: '127.0.0.3–4',
      state: 'failed',
      says: '1 of 2, B fails',
      services: ['a', 'b'],
    })
  })

  const why = { headline: { what: 'x', why: 'It was not made.', todo: '' } }
  test.each<readonly [string, readonly ServiceView[], readonly SharedCause[], string]>([
    ['empty', [], [], 'no services'],
    [
      'not set up, with its reason',
      [as('a', 'not set up', why), as('b', 'not set up')],
      [],
      'not set up. It was not made.',
    ],
    ['not set up', [as('a', 'not set up')], [], 'not set up.'],
    ['stopped', [as('a', 'stopped', why), as('b', 'not set up', why)], [], 'stopped'],
    ['not seen', [as('a', 'unknown'), as('b', 'stopped')], [], 'unknown while Docker is down'],
    ['works', [as('a', 'works'), as('b', 'works')], [cause('names', 'a')], '2 of 2'],
    ['what is not set up is not counted', [as('a', 'works'), as('b', 'not set up')], [], '1 of 1'],
    ['what is stopped is told', [as('a', 'works'), as('b', 'stopped')], [], '1 of 1, 1 stopped'],
    ['some fail', [as('a', 'failed'), as('b', 'failed'), as('c', 'starting')], [], '0 of 3, A and B fail'],
    ['one starts', [as('a', 'starting'), as('b', 'stopping')], [], '0 of 2, A is starting'],
    ['two stop', [as('a', 'stopping'), as('b', 'stopping')], [], '0 of 2, A and B are stopping'],
    ['has problems', [as('a', 'degraded'), as('b', 'works')], [], '2 of 2, A with a problem'],
    [
      'its names are off',
      [as('a', 'degraded'), as('b', 'works')],
      [cause('names', 'a')],
      '2 of 2, by address only',
    ],
    [
      'port 80 is closed',
      [as('a', 'degraded'), as('b', 'degraded')],
      [cause('ports', 'a', 'b')],
      '2 of 2, no clean URLs',
    ],
    ['another cause', [as('a', 'degraded')], [cause('forwarders', 'a')], '1 of 1, A with a problem'],
    [
      'names are off for one of them only',
      [as('a', 'degraded'), as('b', 'degraded')],
      [cause('names', 'a')],
      '2 of 2, A and B with a problem',
    ],
    [
      'the cause of all is told, not that of some',
      [as('a', 'degraded'), as('b', 'degraded')],
      [cause('ports', 'b'), cause('names', 'a', 'b')],
      '2 of 2, by address only',
    ],
    [
      'all that fails cannot be reached',
      [as('a', 'failed'), as('b', 'failed'), as('c', 'works')],
      [cause('names', 'a'), cause('route', 'a', 'b')],
      '1 of 3, 2 cannot be reached',
    ],
    [
      'the network loses it',
      [as('a', 'failed')],
      [cause('network', 'a', 'b')],
      '0 of 1, 1 cannot be reached',
    ],
    [
      'one fails besides',
      [as('a', 'failed'), as('b', 'failed')],
      [cause('route', 'a')],
      '0 of 2, A and B fail',
    ],
    ['another cause is no network', [as('a', 'failed')], [cause('forwarders', 'a')], '0 of 1, A fails'],
    ['none fails of what the network loses', [as('a', 'works')], [cause('route', 'b')], '1 of 1'],
  ])('%s', (_, views, causes, says) => expect(tierView(tools, [], views, causes).says).toBe(says))
})

test.each([
  [[], ''],
  [['127.0.0.3'], '127.0.0.3'],
  [['127.0.0.3', '127.0.0.3'], '127.0.0.3'],
  [['127.0.0.10', '127.0.0.9', '127.0.0.3'], '127.0.0.3, .9–10'],
  [['127.0.0.3', '127.0.1.4'], '127.0.0.3 and 127.0.1.4'],
])('the addresses %j are %s', (addresses, says) => expect(sayAddresses(addresses)).toBe(says))

describe('the line over everything', () => {
  const owner = cause('owner')
  const docker = cause('docker', 'a')
  const names = cause('names', 'a')
  test.each<
    readonly [string, readonly ServiceView[], readonly SharedCause[], readonly [State, string, string]]
  >([
    ['nothing there', [], [names], ['not set up', 'There are no services.', 'maculactl doctor says why.']],
    ['another person’s', [as('a', 'not set up')], [owner], ['unknown', 'owner is off.', 'Do.']],
    [
      'all stopped or not set up',
      [as('a', 'stopped'), as('b', 'not set up')],
      [docker],
      ['stopped', 'All services are stopped.', 'Start them with maculactl up.'],
    ],
    [
      'Docker is down',
      [as('a', 'unknown'), as('b', 'stopped')],
      [names, docker],
      ['unknown', 'Docker does not answer; services are unknown.', 'Why.'],
    ],
    ['nothing was seen yet', [as('a', 'unknown')], [], ['unknown', 'Services are being checked.', '']],
    [
      'the first cause is the second line',
      [as('a', 'unknown')],
      [names, cause('ports')],
      ['unknown', 'Services are being checked.', 'names is off.'],
    ],
    ['all work', [as('a', 'works'), as('b', 'works')], [], ['works', 'Both services work.', '']],
    [
      'one has a problem of its own',
      [as('a', 'degraded', { reason: 'HTTP 404' }), as('b', 'works')],
      [],
      ['degraded', 'Both services work, 1 with a problem.', 'A: HTTP 404.'],
    ],
    [
      'a cause goes before it',
      [as('a', 'degraded', { reason: 'name takes 5.0 s' }), as('b', 'degraded', { reason: 'HTTP 404' })],
      [names],
      ['degraded', 'Both services work, each with a problem.', 'names is off.'],
    ],
    [
      'a problem beside a failure is not told with it',
      [as('a', 'degraded', { reason: 'HTTP 404' }), as('b', 'failed'), as('c', 'works')],
      [],
      ['failed', '2 of 3 services work. B fails.', 'A: HTTP 404.'],
    ],
    [
      'what is not reached, what starts and what stops',
      [as('a', 'failed'), as('b', 'starting'), as('c', 'stopping'), as('d', 'stopped'), as('e', 'works')],
      [cause('network', 'a')],
      [
        'failed',
        '1 of 4 services works. 1 cannot be reached, B is starting, C is stopping.',
        'network is off.',
      ],
    ],
    [
      'some are stopped',
      [as('a', 'works'), as('b', 'works'), as('c', 'stopped'), as('d', 'stopped'), as('e', 'not set up')],
      [],
      ['works', 'Both running services work. 2 are stopped.', ''],
    ],
  ])('%s', (_, views, causes, [state, says, more]) => {
    expect(summaryOf(views, causes)).toStrictEqual({ state, says, more })
  })

  test('a problem that a cause without words explains is not told as the row’s own', () => {
    const bare: SharedCause = { ...names, headline: { what: '', why: '', todo: '' } }
    const other: SharedCause = { ...bare, services: ['c'] }
    const views = [as('a', 'degraded', { reason: 'slow' }), as('b', 'degraded', { reason: 'HTTP 404' })]
    expect(summaryOf(views, [bare, other]).more).toBe('B: HTTP 404.')
  })
})
