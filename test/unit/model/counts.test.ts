import { describe, expect, test } from 'vitest'
import { noticeWords } from '../../../main/model/notices.ts'
import { sayAll, sayMany, sayPart } from '../../../main/model/say.ts'
import type { ServiceView, State } from '../../../main/model/snapshot.ts'
import { summaryOf } from '../../../main/model/summary.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

const works = ['works', 'work'] as const

test.each([
  [0, 14, '0 of 14 services work'],
  [1, 14, '1 of 14 services works'],
  [3, 14, '3 of 14 services work'],
  [0, 1, '0 of 1 service works'],
  [1, 1, '1 of 1 service works'],
])('%i of %i', (part, all, says) => expect(sayPart(part, all, 'service', works)).toBe(says))

test.each([
  [0, 'No service works', 'No service works'],
  [1, 'The service works', '1 service works'],
  [2, 'Both services work', '2 services work'],
])('all of %i, and how many', (count, all, many) => {
  expect(sayAll(count, 'service', works)).toBe(all)
  expect(sayMany(count, 'service', works)).toBe(many)
})

describe('the one sentence over everything', () => {
  const [first, second, third] = snapshotOf(greenWorld()).services.filter(({ state }) => state === 'works')
  if (!first || !second || !third) throw new Error('three services work')
  const as = (view: ServiceView, state: State): ServiceView => ({ ...view, state })

  test.each<readonly [string, readonly ServiceView[], string]>([
    ['none', [], 'There are no services.'],
    ['one works', [first], 'Ingress works.'],
    ['one works, with a problem', [as(first, 'degraded')], 'Ingress works, with a problem.'],
    ['one works, one is stopped', [first, as(second, 'stopped')], 'Ingress works. 1 is stopped.'],
    ['one fails', [as(first, 'failed')], 'Ingress fails.'],
    [
      'one starts, others are stopped',
      [as(first, 'starting'), as(second, 'stopped')],
      'Ingress is starting.',
    ],
    ['two work', [first, second], 'Both services work.'],
    ['one of two works', [first, as(second, 'failed')], '1 of 2 services works. Registry fails.'],
    [
      'two of three work',
      [first, second, as(third, 'stopping')],
      `2 of 3 services work. ${third.title} is stopping.`,
    ],
    [
      'none of two works',
      [as(first, 'failed'), as(second, 'failed')],
      '0 of 2 services work. Ingress and Registry fail.',
    ],
    ['all are stopped', [as(first, 'stopped')], 'All services are stopped.'],
  ])('%s', (_, views, says) => expect(summaryOf(views, []).says).toBe(says))
})

test.each([
  [1, 'Grafana works'],
  [2, 'Both services work'],
])('the notification that %i is ready', (count, title) => {
  const services = Array.from({ length: count }, () => ({ id: 'grafana', title: 'Grafana', reason: '' }))
  expect(noticeWords({ kind: 'ready', services }).title).toBe(title)
})
