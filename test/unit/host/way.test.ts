import { describe, expect, test } from 'vitest'
import { fromRoute, fromTable, wayTo } from '../../../main/system/host/way.ts'

/** Where this machine sends what goes to a container. */

describe('ip route get', () => {
  test.each([
    ['172.23.0.10 dev br-1a2b src 172.23.0.1 uid 1000 \n    cache \n', { kind: 'right', device: 'br-1a2b' }],
    [
      '172.23.0.10 dev tun0 src 10.8.0.2 uid 1000 \n    cache \n',
      { kind: 'elsewhere', device: 'tun0', says: 'ip route get: 172.23.0.10 dev tun0 src 10.8.0.2' },
    ],
    [
      '172.23.0.10 dev wg0 table 51820 src 10.8.0.2 uid 0',
      {
        kind: 'elsewhere',
        device: 'wg0',
        says: 'ip route get: 172.23.0.10 dev wg0 table 51820 src 10.8.0.2',
      },
    ],
    [
      '172.23.0.10 via 192.168.1.1 dev eth0 src 192.168.1.7 uid 0',
      { kind: 'elsewhere', device: 'eth0', says: expect.stringContaining('via 192.168.1.1') },
    ],
    [
      'local 172.23.0.10 dev lo src 172.23.0.10 uid 0',
      { kind: 'elsewhere', device: 'lo', says: expect.any(String) },
    ],
    ['', { kind: 'elsewhere', says: 'ip route get: ' }],
  ])('%j', (text, way) => {
    expect(fromRoute(text, '172.23.0.1')).toEqual(way)
  })
})

describe('the table of routes', () => {
  const table = (...rows: string[]): string =>
    ['Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT', ...rows, ''].join(
      '\n',
    )
  const gate = 'eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0'
  const bridge = 'br-1\t000017AC\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0'
  const vpn = 'tun0\t000010AC\t00000000\t0001\t0\t0\t0\t0000F0FF\t0\t0\t0'
  const host = 'tun0\t0A0017AC\t0100080A\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0'

  test.each([
    ['the bridge is the narrowest', table(gate, vpn, bridge), { kind: 'right', device: 'br-1' }],
    [
      'only the VPN has it',
      table(gate, vpn),
      { kind: 'elsewhere', device: 'tun0', says: '172.16.0.0/12 dev tun0' },
    ],
    [
      'a narrower way leads by a gateway',
      table(gate, bridge, host),
      { kind: 'elsewhere', device: 'tun0', says: '172.23.0.10/32 dev tun0 via 10.8.0.1' },
    ],
    [
      'only the default way',
      table(gate),
      { kind: 'elsewhere', device: 'eth0', says: '0.0.0.0/0 dev eth0 via 192.168.1.1' },
    ],
    [
      'none fits',
      table(bridge.replace('000017AC', '000018AC')),
      { kind: 'elsewhere', says: 'there is no route' },
    ],
    ['no table', '', { kind: 'unknown', says: expect.any(String) }],
  ])('%s', (_, text, way) => {
    expect(fromTable(text, '172.23.0.10')).toEqual(way)
  })
})

test('the kernel of this machine is asked: its own loopback is no bridge of Docker', async () => {
  const way = await wayTo('127.0.0.1', '172.23.0.1', process.env)
  if (process.platform === 'linux') expect(way).toMatchObject({ kind: 'elsewhere', device: 'lo' })
})

test('what is sent from the address of the bridge itself is right, and no program is asked', async () => {
  const env = { PATH: '/nonexistent' }
  expect(await wayTo('127.0.0.1', '127.0.0.1', env)).toEqual({ kind: 'right', device: 'lo' })
  // The way to it is another one: then the kernel's words are wanted.
  expect((await wayTo('127.0.0.1', '127.0.0.9', env)).kind).not.toBe('right')
})
