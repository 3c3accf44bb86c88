import { describe, expect, test } from 'vitest'
import type { Rung } from '../../../main/model/ladder.ts'
import type { ListenerSeen } from '../../../main/model/observation.ts'
import { forwarderRung } from '../../../main/model/rungs/forwarder.ts'
import { expectWhole, said } from './said.ts'

/** Every state of the forwarders: what is said, what is blamed, what is offered. */

const own = '127.0.0.4'

describe('the forwarders', () => {
  const ours: ListenerSeen = { kind: 'ours', pid: 41, program: 'socat', ms: 1 }
  const free: ListenerSeen = { kind: 'free', ms: 1 }
  const astray: ListenerSeen = { kind: 'astray', pid: 41, to: '172.23.0.9:80', ms: 1 }
  const suspended: ListenerSeen = { kind: 'hung', pid: 41, program: 'socat', hung: 'suspended', ms: 1 }
  const deaf: ListenerSeen = { ...suspended, hung: 'deaf' }
  const closed: ListenerSeen = { kind: 'refused', code: 'EACCES', ms: 1 }
  const foreign: ListenerSeen = { kind: 'foreign', holder: { pid: 812, program: 'nginx' }, ms: 1 }
  const hidden: ListenerSeen = { kind: 'foreign', holder: { user: 'www-data' }, ms: 1 }

  const look = (seen: readonly (ListenerSeen | undefined)[], otherWay: boolean): Rung =>
    forwarderRung(
      seen.map((one, index) => ({ address: own, port: index === 0 ? 3000 : 80, seen: one })),
      otherWay,
    )

  test.each<
    readonly [
      string,
      readonly (ListenerSeen | undefined)[],
      boolean,
      Rung['state'],
      RegExp,
      string | undefined,
    ]
  >([
    ['none is needed', [], false, 'unused', /needs no forwarder/, undefined],
    ['all are ours', [ours, ours], false, 'ok', /3000 is ours: socat, pid 41; .*80 is ours/, undefined],
    ['one was not looked at', [ours, undefined], false, 'unknown', /not checked yet/, undefined],
    [
      'one is missing',
      [ours, free],
      false,
      'round',
      /^nothing listens on 127\.0\.0\.4:80; 127\.0\.0\.4:3000 is ours: socat, pid 41 \| no forwarder on port 80/,
      'forward',
    ],
    ['all are missing', [free, free], false, 'stop', /no forwarder on port 3000/, 'forward'],
    ['all are missing, the container answers', [free, free], true, 'round', /no forwarder/, 'forward'],
    [
      'one was not looked at and another is missing',
      [undefined, free],
      false,
      'unknown',
      /not checked yet/,
      undefined,
    ],
    ['one leads elsewhere', [astray], false, 'stop', /forwards to 172\.23\.0\.9:80/, 'forward'],
    [
      'one is suspended',
      [ours, suspended],
      false,
      'round',
      /takes no connection.*is suspended.*SIGSTOP/,
      'forward',
    ],
    [
      'the only one is suspended',
      [suspended],
      false,
      'stop',
      /socat, pid 41.*forwarder on port 3000 is suspended/,
      'forward',
    ],
    [
      'the only one is deaf',
      [deaf],
      true,
      'round',
      /forwarder on port 3000 hangs.*does not take what connects/,
      'forward',
    ],
    [
      'one port is closed to the user',
      [ours, closed],
      false,
      'round',
      /closed to this user.*set-up/,
      'setup',
    ],
    [
      'another program has it',
      [foreign],
      true,
      'round',
      /nginx \(pid 812\) has port 3000.*Stop it by its own means/,
      'forward',
    ],
    ['another user’s program has it', [hidden], false, 'stop', /a program of user www-data/, 'forward'],
  ])('%s', (_, seen, otherWay, state, words, fix) => {
    const rung = look(seen, otherWay)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    expectWhole(rung)
    expect(rung.fix?.action.kind).toBe(fix)
  })

  test('what is ours to put back is one cause, what is closed another, and a foreign program none', () => {
    for (const seen of [free, astray, suspended, deaf]) expect(look([seen], true).cause).toBe('forwarders')
    expect(look([closed], true).cause).toBe('ports')
    expect(look([foreign], true).cause).toBeUndefined()
  })

  test('what is offered for a port that only root may open is that change of set-up', () => {
    expect(look([closed], true).fix?.action).toEqual({ kind: 'setup', changes: ['low-ports'] })
  })

  test.each<readonly [string, readonly (ListenerSeen | undefined)[], number | undefined]>([
    [
      'two that are ours',
      [
        { ...ours, ms: 4 },
        { ...ours, ms: 2 },
      ],
      4,
    ],
    [
      'one of two that is missing',
      [
        { ...ours, ms: 2 },
        { ...free, ms: 7 },
      ],
      7,
    ],
    ['one of two that was not looked at', [{ ...free, ms: 3 }, undefined], 3],
  ])('%s took as long as the slowest', (_, seen, ms) => {
    expect(look(seen, false).ms).toBe(ms)
  })

  test('what needs no forwarder is not kept from anybody by an address that is not there', () => {
    expect(forwarderRung([], false, true).state).toBe('unused')
  })

  test('where the address is not there, nothing is said of forwarders', () => {
    expect(forwarderRung([{ address: own, port: 80, seen: free }], false, true)).toMatchObject({
      state: 'unreached',
    })
  })
})
