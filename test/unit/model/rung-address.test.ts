import { describe, expect, test } from 'vitest'
import type { Rung } from '../../../main/model/ladder.ts'
import type { AddressSeen } from '../../../main/model/observation.ts'
import { addressRung } from '../../../main/model/rungs/address.ts'
import { expectWhole, said } from './said.ts'

/** Every state of an address: what is said, and whom it stops. */

const own = '127.0.0.4'

describe('the address', () => {
  const cannot = (code: string): AddressSeen => ({ kind: 'absent', code, ms: 1 })

  test.each<readonly [string | null, AddressSeen | undefined, boolean, Rung['state'], RegExp]>([
    [null, undefined, false, 'unused', /inside Docker only/],
    [own, undefined, false, 'unknown', /not tried yet/],
    [own, { kind: 'ok', ms: 1 }, false, 'ok', / is an address of this machine$/],
    [own, cannot('EADDRNOTAVAIL'), false, 'stop', /not on this machine.*ip address show lo/],
    [own, cannot('EADDRNOTAVAIL'), true, 'round', /not on this machine/],
    [own, cannot('EACCES'), false, 'stop', /cannot be bound: .*\(EACCES\).*forbids/],
    [own, cannot('EPERM'), true, 'round', /\(EPERM\)/],
    // Our own limit says nothing of the address.
    [own, cannot('EMFILE'), false, 'unknown', /was not tried: this process may not open any more files/],
  ])('%s %j (another way: %s) is %s', (address, seen, otherWay, state, words) => {
    const rung = addressRung(address, seen, otherWay)
    expect(rung.state).toBe(state)
    expect(said(rung)).toMatch(words)
    expectWhole(rung)
    expect(rung.fix).toBeUndefined()
  })

  test('an address that is not there stops, unless another way in is known', () => {
    expect(addressRung(own, cannot('EADDRNOTAVAIL'))).toMatchObject({
      state: 'stop',
      cause: 'network',
      ms: 1,
    })
  })
})
