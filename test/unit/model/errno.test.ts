import { describe, expect, test } from 'vitest'
import { troubleOf } from '../../../main/model/errors.ts'
import { codeOf, isBlocked, isLimit, isNoAnswer, sayConnect, sayErrno } from '../../../main/model/errno.ts'

/** What the system refuses is told in words, by its code: never as something that Macula does not know. */

const thrown = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`${code}: no`), { code, ...more })

test.each([
  [
    thrown('ENOSPC', { syscall: 'mkdir', path: '/home/me/.local/state' }),
    'outside',
    '/home/me/.local/state cannot be created. | The disk of /home/me/.local/state is full (ENOSPC). | Free some space: df -h /home/me/.local/state and df -i /home/me/.local/state show what is used.',
  ],
  [
    thrown('ENOSPC', { syscall: 'write' }),
    'outside',
    /^A file cannot be written\. \| There is no space left/,
  ],
  [
    thrown('EACCES', { syscall: 'mkdir', path: '/home/me/.config' }),
    'outside',
    /cannot be created\. \| .* does not let you write \(EACCES\)\. \| ls -ld \/home\/me\/\.config/,
  ],
  [
    thrown('EROFS', { syscall: 'open', path: '/x/lock' }),
    'outside',
    /\/x\/lock cannot be opened\. \| It lies on a disk that is read-only/,
  ],
  [thrown('EDQUOT', { syscall: 'write', path: '/x' }), 'outside', /quota on the disk of \/x is used up/],
  [
    thrown('EBUSY', { syscall: 'rename', path: '/etc/hosts' }),
    'outside',
    /\/etc\/hosts cannot be replaced\. \| It is in use, or something is mounted there.*findmnt \/etc\/hosts/,
  ],
  [
    thrown('EMFILE', { syscall: 'open', path: '/x' }),
    'outside',
    /^This process may not open any more files\. \| .*EMFILE for \/x.*ulimit -n 1024/,
  ],
  [thrown('ENFILE', { syscall: 'socket' }), 'outside', /^All programs of this machine together/],
  [thrown('ENOTDIR', { syscall: 'mkdir', path: '/x/y' }), 'failed', /in the path \/x\/y is not a folder/],
  [thrown('ELOOP', { syscall: 'open', path: '/x' }), 'failed', /links form a loop/],
  [thrown('EIO', { syscall: 'read', path: '/x' }), 'outside', /the disk gave an error/i],
  [
    thrown('ECONNREFUSED', { syscall: 'connect', address: '127.0.0.1', port: 5354 }),
    'outside',
    /^127\.0\.0\.1:5354 cannot be reached\. \| Nothing listens there/,
  ],
  [
    thrown('ENETUNREACH', { syscall: 'connect', address: '172.23.0.10', port: 80 }),
    'outside',
    /no route there \(ENETUNREACH\).*ip route get 172\.23\.0\.10/,
  ],
  [
    thrown('EPERM', { syscall: 'connect', address: '172.23.0.10', port: 80 }),
    'outside',
    /a firewall of this machine does not permit it/i,
  ],
  [thrown('EPERM', { syscall: 'open', path: '/x' }), 'outside', /The system does not permit it/],
  [
    thrown('ENOENT', { syscall: 'spawn docker', path: 'docker' }),
    'outside',
    /^docker cannot be started\. \| It is not installed/,
  ],
  [
    thrown('EACCES', { syscall: 'spawn socat', path: 'socat' }),
    'outside',
    /^socat cannot be started\. \| This user may not/,
  ],
  [
    thrown('EAGAIN', { syscall: 'spawn socat', path: 'socat' }),
    'outside',
    /may not start any more processes/,
  ],
] as const)('%s', (error, kind, words) => {
  const trouble = troubleOf(error)
  expect(trouble.kind).toBe(kind)
  const said = [trouble.what, trouble.why, trouble.todo].join(' | ')
  if (typeof words === 'string') expect(said).toBe(words)
  else expect(said).toMatch(words)
  expect(said).not.toContain('does not know')
})

test.each([
  new Error('boom'),
  thrown('ERR_INVALID_ARG_TYPE'),
  thrown('constructor'),
  'boom',
  null,
  { code: 7 },
])('what is not the system’s is ours: %s', (error) => {
  expect(troubleOf(error)).toMatchObject({ kind: 'internal' })
})

describe('why a connection was not made', () => {
  test.each([
    ['ENETUNREACH', true, false, true],
    ['EHOSTUNREACH', true, false, true],
    ['EPERM', true, false, true],
    ['EACCES', true, false, true],
    ['EINVAL', true, false, true],
    ['EMFILE', false, true, true],
    ['ENFILE', false, true, true],
    ['ENOBUFS', false, true, true],
    ['EADDRNOTAVAIL', false, false, true],
    ['ECONNREFUSED', false, false, true],
    ['ECONNRESET', false, false, false],
    ['HPE_INVALID_CONSTANT', false, false, false],
  ])('%s: on the way %s, our own limit %s, never answered %s', (code, blocked, limit, none) => {
    expect([isBlocked(code), isLimit(code), isNoAnswer(code)]).toEqual([blocked, limit, none])
    expect(sayConnect(code)).toContain(code)
  })

  test('a code that is not in the table is given as it is', () => {
    expect(sayErrno('EWHAT')).toBeUndefined()
    expect(sayConnect('EWHAT')).toBe('the system says EWHAT')
  })
})

test('a number that Node.js gives without its name is known too', () => {
  const error = Object.assign(new Error('uv_interface_addresses returned Unknown system error 24'), {
    code: 'ERR_SYSTEM_ERROR',
    info: { errno: 24, syscall: 'uv_interface_addresses' },
  })
  expect(troubleOf(error).what).toBe('This process may not open any more files.')
  expect(codeOf(Object.assign(error, { info: { errno: 7 } }))).toBe('ERR_SYSTEM_ERROR')
})
