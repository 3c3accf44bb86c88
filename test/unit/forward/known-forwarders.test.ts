import { describe, expect, test } from 'vitest'
import { isStillAll, momentOf } from '../../../main/system/forward/known-forwarders.ts'
import type { Listening } from '../../../main/system/process/sockets.ts'

const US = 1000
const OTHERS = 0

const socket = (address: string, port: number, inode: string, more: Partial<Listening> = {}): Listening => ({
  address,
  port,
  inode,
  uid: US,
  waiting: 0,
  ...more,
})

const one = {
  address: '127.0.0.4',
  port: 80,
  host: '172.29.0.4',
  toPort: 80,
  pid: 40,
  program: 'socat',
} as const
const udp = { ...one, protocol: 'udp', program: 'macula-forward' } as const
const ours = socket('127.0.0.4', 80, '11')

describe('what was found of forwarders holds', () => {
  const then = momentOf('1', [ours])
  const holds = (
    now: readonly Listening[],
    folder = '1',
    found: readonly (typeof one | typeof udp)[] = [one],
  ) => isStillAll(found, then, momentOf(folder, now), US)

  test('while nothing changed', () => expect(holds([ours])).toBe(true))

  test('whatever listens of others, off loopback, or as a client', () => {
    expect(holds([ours, socket('127.0.0.9', 80, '12', { uid: OTHERS })])).toBe(true)
    expect(holds([ours, socket('0.0.0.0', 8080, '12')])).toBe(true)
    expect(holds([ours, socket('127.0.0.1', 4000, '12', { protocol: 'udp', connected: true })])).toBe(true)
  })

  test('when what listened beside it for a moment is gone: a try whether the address can be used', () => {
    const trying = momentOf('1', [ours, socket('127.0.0.4', 40_001, '12')])
    expect(isStillAll([one], trying, momentOf('1', [ours]), US)).toBe(true)
  })

  test('not once a record was written or removed', () => expect(holds([ours], '2')).toBe(false))

  test('not once its socket is gone, or is another', () => {
    expect(holds([])).toBe(false)
    expect(holds([socket('127.0.0.4', 80, '12')])).toBe(false)
  })

  test('not once another socket of ours came', () =>
    expect(holds([ours, socket('127.0.0.5', 80, '12')])).toBe(false))

  test('of one without a socket only while nothing at all changed', () => {
    expect(holds([ours], '1', [one, udp])).toBe(true)
    expect(holds([ours, socket('127.0.0.9', 80, '12', { uid: OTHERS })], '1', [one, udp])).toBe(false)
    const beside = momentOf('1', [ours, socket('127.0.0.9', 80, '12', { uid: OTHERS })])
    expect(isStillAll([one, udp], beside, momentOf('1', [ours]), US)).toBe(false)
  })
})
