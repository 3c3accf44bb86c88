import { describe, expect, test } from 'vitest'
import { codeOf, errnoTrouble, sayErrno, sayPlace } from '../../../main/model/errno.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { bridgeOf, isLost, ownLimit, wayTrouble, type WaySeen } from '../../../main/model/way.ts'

/** What the system refused, in whole sentences, and why a container itself cannot be reached. */

const again = 'Try again; maculactl doctor looks at everything.'
const close = 'Close programs, then try again.'
const route = (to: string): string =>
  `See where it is routed (ip route get ${to}), and whether a VPN or a firewall is in the way.`

test.each<readonly [string, object, readonly [string, string, string]]>([
  [
    'what may not be opened, with its folder',
    { code: 'EACCES', syscall: 'open', path: '/x' },
    [
      '/x cannot be opened.',
      'This user may not do that there (EACCES).',
      'See who owns it and what may be done there (ls -ld /x), and allow it, or set another folder (MACULA_HOME).',
    ],
  ],
  [
    'what may not be opened, nobody knows which',
    { code: 'EACCES', syscall: 'open' },
    [
      'A file cannot be opened.',
      'This user may not do that there (EACCES).',
      'See who owns it and what may be done there, and allow it, or set another folder (MACULA_HOME).',
    ],
  ],
  [
    'what is in use, nobody knows which',
    { code: 'EBUSY', syscall: 'rename' },
    [
      'A file cannot be replaced.',
      'It is in use, or something is mounted there (EBUSY).',
      'See what is mounted and undo that, then try again.',
    ],
  ],
  [
    'a port that nobody answers at',
    { code: 'ETIMEDOUT', syscall: 'connect', address: '10.0.0.1', port: 80 },
    ['10.0.0.1:80 cannot be reached.', 'Nothing answered in time (ETIMEDOUT).', route('10.0.0.1')],
  ],
  [
    'an address without a port',
    { code: 'EHOSTUNREACH', syscall: 'connect', address: '10.0.0.1' },
    ['10.0.0.1 cannot be reached.', 'No host answers on the route there (EHOSTUNREACH).', route('10.0.0.1')],
  ],
  [
    'an address that nobody knows',
    { code: 'ETIMEDOUT', syscall: 'connect' },
    ['A program cannot be reached.', 'Nothing answered in time (ETIMEDOUT).', route('ADDRESS')],
  ],
  [
    'a firewall on the way',
    { code: 'EPERM', syscall: 'connect', address: '10.0.0.1', port: 80 },
    [
      '10.0.0.1:80 cannot be reached.',
      'A firewall of this machine does not permit it (EPERM).',
      route('10.0.0.1'),
    ],
  ],
  [
    'nobody who listens',
    { code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.1', port: 80 },
    ['10.0.0.1:80 cannot be reached.', 'Nothing listens there (ECONNREFUSED).', again],
  ],
  [
    'a limit, at nothing that is known',
    { code: 'ENOMEM', syscall: 'read' },
    ['There is not enough memory.', 'The system says ENOMEM.', close],
  ],
  [
    'a limit, at a place',
    { code: 'ENOBUFS', syscall: 'connect', address: '10.0.0.1', port: 80 },
    ['The kernel has no buffers left.', 'The system says ENOBUFS for 10.0.0.1:80.', close],
  ],
  [
    'a program that is not there',
    { code: 'ENOENT', syscall: 'spawn socat', path: 'socat' },
    [
      'socat cannot be started.',
      'It is not installed, or not where it is looked for (ENOENT).',
      'Install it, then try again.',
    ],
  ],
  [
    'a program that may not be started',
    { code: 'EAGAIN', syscall: 'spawn socat' },
    [
      'socat cannot be started.',
      'This user may not start any more processes (EAGAIN).',
      'Close programs, or raise the limit (ulimit -u), then try again.',
    ],
  ],
  [
    'a start of nobody knows what',
    { code: 'ENOENT', syscall: 'spawn', path: '/x' },
    ['/x cannot be used.', 'It is not there (ENOENT).', again],
  ],
  [
    'another call with a word behind it',
    { code: 'ENOENT', syscall: 'open file', path: '/x' },
    ['/x cannot be opened.', 'It is not there (ENOENT).', again],
  ],
  [
    'a call that is not told',
    { code: 'ENOENT', path: '/x' },
    ['/x cannot be used.', 'It is not there (ENOENT).', again],
  ],
])('%s', (_, error, [what, why, todo]) => expect(errnoTrouble(error)).toMatchObject({ what, why, todo }))

test.each<readonly [unknown, string]>([
  [{ code: 'ENOENT' }, 'ENOENT'],
  [{ code: 7 }, ''],
  [{}, ''],
  ['boom', ''],
  [null, ''],
  [undefined, ''],
  [{ code: 'ERR_SYSTEM_ERROR' }, 'ERR_SYSTEM_ERROR'],
  [{ code: 'ERR_SYSTEM_ERROR', info: { errno: -23 } }, 'ENFILE'],
  [{ code: 'ERR_OTHER', info: { errno: 24 } }, 'ERR_OTHER'],
])('the code of %j is "%s"', (error, code) => expect(codeOf(error)).toBe(code))

test('a code as a clause', () => {
  expect(sayErrno('ENOSPC')).toBe('there is no space left (ENOSPC)')
})

test('a code that tells nothing of writing says nothing of a place', () => {
  expect(sayPlace('ECONNREFUSED', '/x')).toBeUndefined()
  expect(sayPlace('EEXIST', '/x')?.why).toBe('Something in the path /x is not a folder (EEXIST).')
})

describe('the way to a container', () => {
  const late: AnswerSeen = { kind: 'timeout', ms: 3000, unmade: true }
  const no = (code: string): AnswerSeen => ({ kind: 'refused', code, ms: 1 })
  const elsewhere: WaySeen = { kind: 'elsewhere', device: 'tun0', says: 'dev tun0' }
  const told = 'This machine sends 172.23.0.10 to tun0, not to the Docker network (dev tun0).'

  test.each<readonly [string, AnswerSeen | undefined, WaySeen | undefined, boolean, string | undefined]>([
    ['it was not asked', undefined, elsewhere, false, undefined],
    ['it answers', { kind: 'answer', says: 'x', ms: 1 }, elsewhere, false, undefined],
    ['it is asked and says nothing', { kind: 'timeout', ms: 3000 }, elsewhere, false, undefined],
    ['nobody listens in it', no('ECONNREFUSED'), elsewhere, false, undefined],
    ['it is lost elsewhere', late, elsewhere, true, told],
    ['it is refused elsewhere', no('EPERM'), elsewhere, true, told],
    [
      'it is refused on the way',
      no('EPERM'),
      { kind: 'right', device: 'br-1' },
      true,
      '172.23.0.10: a firewall of this machine does not permit it (EPERM).',
    ],
    [
      'it is refused, nobody knows where',
      no('ENETUNREACH'),
      undefined,
      true,
      '172.23.0.10: this machine has no route there (ENETUNREACH).',
    ],
    ['it is lost on the right way: its program may be the reason', late, undefined, true, undefined],
  ])('%s', (_, direct, way, lost, says) => {
    expect(isLost(direct)).toBe(lost)
    expect(wayTrouble(direct, way, '172.23.0.10')).toBe(says)
  })

  test('the bridge is the first address of its network', () =>
    expect(bridgeOf('172.23.0.10')).toBe('172.23.0.1'))

  test.each<readonly [AnswerSeen | undefined, string | undefined]>([
    [undefined, undefined],
    [late, undefined],
    [no('ECONNREFUSED'), undefined],
    [no('EMFILE'), 'EMFILE'],
  ])('our own limit in %j is %s', (seen, code) => expect(ownLimit(seen)).toBe(code))
})
