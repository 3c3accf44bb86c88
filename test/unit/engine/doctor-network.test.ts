import { expect, test } from 'vitest'
import { network } from '../../../main/engine/doctor/checks/network.ts'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import type { NetworkSeen } from '../../../main/engine/adapters.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

const look = async (seen: NetworkSeen) =>
  await network.run({
    adapters: { docker: { network: async () => await Promise.resolve(seen) } },
    settings: defaultSettings,
    snapshot: { docker: { kind: 'up', version: '29', apiVersion: '1.52', native: false } },
  } as unknown as CheckInput)

test.each<readonly [string, NetworkSeen, object]>([
  ['as it would be made', { kind: 'ours', subnet: '172.23.0.0/24' }, { result: 'ok' }],
  [
    'ours, but made differently: it is made anew, and not called somebody’s',
    { kind: 'differs', says: 'Our docker network macula is not as Macula makes it: it is internal.' },
    {
      result: 'warning',
      why: 'Our docker network macula is not as Macula makes it: it is internal.',
      todo: 'Run maculactl down, then maculactl up: it is recreated; no data is removed.',
    },
  ],
  [
    'somebody else’s',
    { kind: 'foreign', says: 'A docker network named macula exists that Macula did not create.' },
    { result: 'failed', what: 'The docker network cannot be used.' },
  ],
  [
    'not there, with its subnet taken: another one is a step, not a file to edit',
    {
      kind: 'overlaps',
      withName: 'the docker network old',
      subnet: '172.23.0.0/16',
      free: '172.31.240.0/24',
    },
    {
      result: 'failed',
      why: 'the docker network old has 172.23.0.0/16.',
      fix: {
        label: 'Use 172.31.240.0/24',
        command: 'maculactl setup --subnet 172.31.240.0/24',
        action: { kind: 'subnet', subnet: '172.31.240.0/24' },
      },
    },
  ],
])('a network that is %s', async (_, seen, told) => {
  expect(await look(seen)).toMatchObject([told])
})

test('where nothing is free, nothing is offered', async () => {
  const [found] = await look({ kind: 'overlaps', withName: 'x', subnet: '10.0.0.0/8', free: '' })
  expect(found?.fix).toBeUndefined()
  expect(found?.todo).toContain('Choose another "subnet"')
})
