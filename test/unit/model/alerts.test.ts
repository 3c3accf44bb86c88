import { expect, test } from 'vitest'
import { hasOnlyAlerts, sayAlerts, withAlerts, type AlertSeen } from '../../../main/model/alerts.ts'
import { dashboardUrl } from '../../../main/model/explore.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

const green = snapshotOf(greenWorld())
const row = (state: State, id = 'registry') => {
  const view = green.services.find((one) => one.id === id)
  if (view === undefined) throw new Error(id)
  return { ...view, state }
}
const alert = (part: Partial<AlertSeen> = {}): AlertSeen => ({
  name: 'ErrorBurst',
  service: 'registry',
  severity: 'warning',
  summary: 'The registry fails pushes or pulls',
  description: 'Its log says which.',
  dashboard: 'macula-registry',
  since: 1000,
  ...part,
})

test('a row that works has its alerts, and no other’s; worst first, then the oldest', () => {
  const alerts = [
    alert({ name: 'B', since: 3 }),
    alert({ name: 'C', severity: 'critical', since: 9 }),
    alert({ name: 'A', since: 2 }),
    alert({ service: 'loki' }),
  ]
  expect(withAlerts(row('works'), alerts).alerts?.map(({ name }) => name)).toEqual(['C', 'A', 'B'])
  expect(withAlerts(row('degraded'), alerts).alerts).toHaveLength(3)
  expect(withAlerts(row('works', 'tempo'), alerts)).not.toHaveProperty('alerts')
  expect(withAlerts(row('works'), alerts).alerts?.[0]).not.toHaveProperty('service')
})

test.each(['failed', 'starting', 'stopping', 'stopped', 'not set up', 'unknown'] as const)(
  'what is %s says so itself',
  (state) => {
    expect(withAlerts(row(state), [alert()])).toEqual(row(state))
  },
)

test('what works with a problem of its own keeps its words, and its alerts beside them', () => {
  const own = { ...row('degraded'), reason: 'name takes 5.0 s' }
  expect(withAlerts(own, [alert()])).toMatchObject({ state: 'degraded', reason: own.reason })
  expect(hasOnlyAlerts(withAlerts(own, [alert()]))).toBe(false)
  expect(hasOnlyAlerts(withAlerts(row('works'), [alert()]))).toBe(true)
  expect(hasOnlyAlerts(row('works'))).toBe(false)
})

test('a row has five at most', () => {
  const many = Array.from({ length: 40 }, (_, at) => alert({ name: `A${at}`, since: at }))
  expect(withAlerts(row('works'), many).alerts).toHaveLength(5)
})

test('one sentence says all of them', () => {
  const one = withAlerts(row('works'), [alert()])
  const two = withAlerts(row('works', 'loki'), [alert({ service: 'loki', summary: 'Loki fails requests' })])
  expect(sayAlerts([row('works')])).toBe('')
  expect(sayAlerts([one])).toBe(`Alert for ${one.title}: The registry fails pushes or pulls.`)
  expect(sayAlerts([one, two])).toBe(
    `Alert for ${one.title}: The registry fails pushes or pulls. 1 more alert.`,
  )
  const worse = withAlerts(row('works', 'loki'), [
    alert({ service: 'loki', severity: 'critical', summary: 'The disk is full' }),
  ])
  expect(sayAlerts([one, worse])).toBe(`Alert for ${worse.title}: The disk is full. 1 more alert.`)
})

test('a snapshot has them in their rows and in its second line, which a cause keeps to itself', () => {
  const made = snapshotOf({ ...greenWorld(), alerts: [alert()] })
  const view = made.services.find(({ id }) => id === 'registry')
  expect(view?.alerts).toHaveLength(1)
  expect(made.summary).toEqual({
    state: 'degraded',
    says: 'All 14 services work, 1 with a problem.',
    more: `Alert for ${view?.title}: The registry fails pushes or pulls.`,
  })
  expect(made.tiers.find(({ id }) => id === 'host')).toMatchObject({
    state: 'degraded',
    says: `6 of 6, ${view?.title} with a problem`,
  })
  const { alerts: _, ...without } = view ?? {}
  expect(without).toEqual({
    ...green.services.find(({ id }) => id === 'registry'),
    state: 'degraded',
    reason: 'The registry fails pushes or pulls',
  })
})

test('a dashboard is found by its uid', () => {
  expect(dashboardUrl('http://grafana.macula.local/', 'macula-registry')).toBe(
    'http://grafana.macula.local/d/macula-registry?from=now-1h&to=now',
  )
})
