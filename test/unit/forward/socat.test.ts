import { describe, expect, test } from 'vitest'
import { parseForward } from '../../../main/system/forward/own-forwarder.ts'
import { checkForward, forwardOf, socatArgs } from '../../../main/system/forward/socat.ts'

const forward = { address: '127.0.0.4', port: 3000, host: '172.23.0.21', toPort: 3000 }

test('the arguments are these, word for word', () => {
  expect(socatArgs(forward)).toEqual([
    '-t',
    '3600',
    '-b',
    '131072',
    'TCP4-LISTEN:3000,bind=127.0.0.4,reuseaddr,fork,backlog=1024,keepalive,keepidle=60,keepintvl=10,keepcnt=6,nodelay',
    'TCP4:172.23.0.21:3000,connect-timeout=5,keepalive,keepidle=60,keepintvl=10,keepcnt=6,nodelay',
  ])
})

test('what is read back from them is what was wanted', () => {
  expect(forwardOf(['/usr/bin/socat', ...socatArgs(forward)])).toEqual(forward)
  expect(forwardOf(['/usr/bin/socat', 'TCP4-LISTEN:80', 'EXEC:sh'])).toBeUndefined()
})

describe('fault 4: nothing but addresses and ports reaches socat', () => {
  test.each([
    { ...forward, host: 'EXEC:sh' },
    { ...forward, host: 'SYSTEM:id' },
    { ...forward, host: 'OPEN:/etc/shadow' },
    { ...forward, host: 'a!!b' },
    { ...forward, host: '172.23.0.21,lockfile=/x' },
    { ...forward, address: '127.0.0.4,lockfile=/x' },
    { ...forward, address: '10.0.0.1' },
    { ...forward, port: 0 },
    { ...forward, port: 80.5 },
    { ...forward, toPort: 65536 },
  ])('%j', (bad) => {
    expect(() => socatArgs(bad)).toThrow(/cannot be forwarded/)
    expect(() => checkForward(bad)).toThrow(/Only canonical addresses/)
  })
})

test.each([
  ['127.0.0.4', '080', '172.23.0.21', '80'],
  ['127.0.0.4', '80', '172.23.0.21', '80 '],
  ['127.0.0.4', '80', 'localhost', '80'],
  [],
])('our own forwarder refuses %j %j %j %j', (...words) => {
  expect(() => parseForward(words)).toThrow(/cannot be forwarded/)
})
