import { describe, expect, it } from 'vitest'
import { freeSubnet, overlapWith, parseRoutes, rangeOf } from '../../../main/system/docker/subnets.ts'

describe('rangeOf', () => {
  it('is the whole network, whichever address of it is named', () => {
    expect(rangeOf('172.23.0.7/24')).toEqual(rangeOf('172.23.0.0/24'))
    expect(rangeOf('0.0.0.0/0')).toEqual({ from: 0, to: 2 ** 32 - 1 })
    expect(rangeOf('10.0.0.1')).toEqual({ from: 10 * 2 ** 24 + 1, to: 10 * 2 ** 24 + 1 })
  })

  it.each(['fd00::/64', '10.0.0.0/33', '10.0.0.0/', '10.0.0/24', '10.0.0.0/24/2', '', '10.0.0.0/ 8'])(
    'knows nothing of %j',
    (text) => expect(rangeOf(text)).toBeUndefined(),
  )
})

describe('overlapWith', () => {
  const taken = [
    { name: 'the docker network other', subnet: '172.23.0.0/16' },
    { name: 'the interface wg0', subnet: '10.8.0.3/32' },
  ]
  it('finds who has a part of it, larger or smaller', () => {
    expect(overlapWith('172.23.0.0/24', taken)?.name).toBe('the docker network other')
    expect(overlapWith('10.8.0.0/24', taken)?.name).toBe('the interface wg0')
    expect(overlapWith('10.9.0.0/24', taken)).toBeUndefined()
  })

  it('proposes what nothing touches', () => {
    expect(freeSubnet(taken)).toBe('172.31.240.0/24')
    const busy = [...taken, { name: 'x', subnet: '172.16.0.0/12' }, { name: 'y', subnet: '10.213.0.0/23' }]
    expect(freeSubnet(busy)).toBe('10.213.2.0/24')
    expect(freeSubnet([{ name: 'all', subnet: '0.0.0.0/0' }])).toBe('')
  })
})

it('reads the routes of the kernel, without the default, a VPN’s halves and what is down', () => {
  const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
tun0\t00000000\t0108000A\t0003\t0\t0\t0\t00000080\t0\t0\t0
tun0\t000010AC\t0108000A\t0003\t0\t0\t0\t0000F0FF\t0\t0\t0
eth1\t0001A8C0\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t0001000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`
  expect(parseRoutes(table)).toEqual([
    { name: 'the route through tun0', subnet: '172.16.0.0/12' },
    { name: 'the route through eth0', subnet: '10.0.1.0/24' },
  ])
  expect(parseRoutes('')).toEqual([])
})
