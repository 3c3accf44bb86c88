import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { createInterfaces, interfacesNow } from '../../../main/system/host/interfaces.ts'

/** The list of interfaces is asked of the kernel only when it may be another. */

test('the list is the one of before until what it is made of changes', () => {
  let print: string | undefined = 'eth0 up'
  let asked = 0
  const now = createInterfaces({
    print: () => print,
    list: () => {
      asked += 1
      return { [`eth${asked}`]: [] }
    },
  })
  expect([now(), now()]).toEqual([{ eth1: [] }, { eth1: [] }])
  print = 'eth0 up, tun0 up'
  expect([now(), now()]).toEqual([{ eth2: [] }, { eth2: [] }])
  // Where nothing tells, it is asked for each time.
  print = undefined
  expect([now(), now()]).toEqual([{ eth3: [] }, { eth4: [] }])
})

test('on this machine it is what Node tells', () => {
  expect(Object.keys(interfacesNow())).toEqual(Object.keys(networkInterfaces()))
})
