import { expect, test } from 'vitest'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { afterEnd, isOver } from '../../../main/model/told-end.ts'
import { newContainer } from '../engine/fake-container.ts'

const ran: ContainerSeen = {
  ...newContainer('grafana', { id: 'c1', image: 'grafana', imageId: 'i1', config: 'h' }),
  state: 'running',
  startedAt: 1000,
  address: '172.23.0.5',
  published: { '80': '127.0.0.1:32768' },
}
const end = { exitCode: 137, at: 5000 }

test('what somebody ended has stopped, as an inspection would tell', () => {
  expect(afterEnd(ran, end)).toEqual({
    ...ran,
    state: 'exited',
    exitCode: 137,
    finishedAt: 5000,
    address: '',
    published: {},
    stoppedOnPurpose: true,
  })
})

const { made } = ran
const withPolicy = (policy: string): ContainerSeen => ({
  ...ran,
  ...(made ? { made: { ...made, traits: { 'restart policy': policy } } } : {}),
})
test.each<readonly [string, ContainerSeen | undefined]>([
  ['nothing that is known', undefined],
  ['what did not run', { ...ran, state: 'restarting' }],
  ['what Docker may start again all the same', withPolicy('always')],
  ['what Docker may start again while it fails', withPolicy('on-failure:3')],
])('of %s the event does not say enough', (_, before) => {
  expect(afterEnd(before, end)).toBeUndefined()
})

test('only what is told of the very run that ended is over', () => {
  const ended = afterEnd(ran, end) ?? ran
  expect(isOver(ran, ended)).toBe(true)
  expect(isOver({ ...ran, startedAt: 6000 }, ended)).toBe(false)
  expect(isOver({ ...ran, id: 'c2' }, ended)).toBe(false)
  expect(isOver({ ...ended, state: 'removing' }, ended)).toBe(false)
  expect(isOver(ran, ran)).toBe(false)
})
