import { expect, test } from 'vitest'
import { withLastEnd } from '../../../main/model/last-end.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { newContainer } from '../engine/fake-container.ts'

const seen = (part: Partial<ContainerSeen>): ContainerSeen => ({
  ...newContainer('grafana', { id: 'c', image: 'i', imageId: 's', config: 'h' }),
  memoryLimit: 6,
  ...part,
})
const ended = seen({ state: 'restarting', oomKilled: true, exitCode: 137, restarts: 3 })
const again = { state: 'running', oomKilled: false, exitCode: 0, restarts: 4 } as const

test('a container that runs between two ends for want of memory is still told as out of memory', () => {
  expect(withLastEnd(ended, seen(again))).toMatchObject({ state: 'running', oomKilled: true, exitCode: 137 })
  // Docker counts a restart when it begins: the same number is seen before and after.
  expect(withLastEnd(ended, seen({ ...again, restarts: 3 }))).toMatchObject({ oomKilled: true })
  expect(withLastEnd(withLastEnd(ended, seen(again)), seen(again))).toMatchObject({ oomKilled: true })
})

test('so is one of which Docker was not told why', () => {
  const killed = seen({ state: 'restarting', killed: true, exitCode: 137, restarts: 3 })
  expect(withLastEnd(killed, seen(again))).toMatchObject({ killed: true, oomKilled: false, exitCode: 137 })
})

test.each([
  ['another container', ended, { ...again, id: 'd' }],
  ['another limit', ended, { ...again, memoryLimit: 12 }],
  ['somebody started it', ended, { ...again, restarts: 0 }],
  ['somebody started what Docker never did', { ...ended, restarts: 0 }, { ...again, restarts: 0 }],
  ['somebody started it, and it ended since', ended, { ...again, restarts: 2 }],
  ['it ended for another reason since', ended, { ...again, state: 'restarting', exitCode: 1 }],
  ['it did not end so before', { ...ended, oomKilled: false }, again],
  ['nothing was seen before', undefined, again],
] as const)('%s: what Docker tells now', (_, before, now) => {
  expect(withLastEnd(before, seen(now))).toEqual(seen(now))
})
