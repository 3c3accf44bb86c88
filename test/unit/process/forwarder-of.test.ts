import { expect, test } from 'vitest'
import { isForwarderOf } from '../../../main/system/process/sockets.ts'

const socket = { address: '127.0.0.4', port: 3000, inode: '1', uid: 1001, waiting: 0 }
const socat = [
  '/usr/bin/socat',
  'TCP4-LISTEN:3000,bind=127.0.0.4,reuseaddr,fork,nodelay',
  'TCP4:172.23.0.3:3000',
]

test.each<[string, number | undefined, readonly string[], boolean]>([
  ['socat of that user', 1001, socat, true],
  ['our own forwarder of that user', 1001, ['node', 'maculactl', '__forward', '127.0.0.4', '3000'], true],
  ['another user’s that waits for the port', 1000, socat, false],
  ['root’s', 0, socat, false],
  ['one that is gone', undefined, socat, false],
  ['another port', 1001, socat.map((word) => word.replace('LISTEN:3000', 'LISTEN:80')), false],
  ['another address', 1001, ['node', 'maculactl', '__forward', '127.0.0.5', '3000'], false],
  ['another program', 1001, ['python3', '-m', 'http.server', '3000', '--bind', '127.0.0.4'], false],
  ['no arguments to be read', 1001, [], false],
])('the forwarder that has a socket: %s', (_, uid, argv, is) => {
  expect(isForwarderOf(socket, { uid, argv })).toBe(is)
})

test('the forwarder that has a socket of UDP is the one of UDP', () => {
  const udp = { ...socket, protocol: 'udp' as const }
  const argv = (word: string) => ['node', 'maculactl', word, '127.0.0.4', '3000']
  expect(isForwarderOf(udp, { uid: 1001, argv: argv('__forward-udp') })).toBe(true)
  expect(isForwarderOf(udp, { uid: 1001, argv: argv('__forward') })).toBe(false)
  expect(isForwarderOf(udp, { uid: 1001, argv: socat })).toBe(false)
  expect(isForwarderOf(socket, { uid: 1001, argv: argv('__forward-udp') })).toBe(false)
})
