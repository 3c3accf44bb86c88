import { expect, test } from 'vitest'
import { createTruth } from '../../../main/engine/look/truth.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { fakeStack } from './fake-stack.ts'
import { alertsLook } from '../../../main/engine/look/alerts.ts'
import { nothingSeen, type Seen } from '../../../main/engine/look/seen.ts'
import type { AlertSeen } from '../../../main/model/alerts.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'

const alert: AlertSeen = {
  name: 'DiskFull',
  service: 'object-store',
  severity: 'critical',
  summary: 'The disk is full',
  description: 'Free it.',
  dashboard: 'macula-object-store',
  since: 1,
}

function world(
  part: { readonly answer?: 'answer' | 'timeout'; readonly state?: 'running' | 'exited' } = {},
): Seen {
  const { answer = 'answer', state = 'running' } = part
  const seen = nothingSeen()
  const container = { state, address: '172.23.0.20', published: {} } as unknown as ContainerSeen
  seen.containers.set('prometheus', container)
  seen.answers.set(
    'prometheus/web/direct',
    answer === 'answer' ? { kind: 'answer', says: '', ms: 1 } : { kind: 'timeout', ms: 1 },
  )
  return seen
}

const asked: unknown[] = []
const fires = {
  alerts: {
    firing: (where: unknown) => {
      asked.push(where)
      return Promise.resolve([alert])
    },
  },
}

test('Prometheus’ own container is asked, for a second or two at most', async () => {
  const seen = world()
  await alertsLook(fires, seen, () => true)()
  expect(seen.alerts).toEqual([alert])
  expect(asked).toEqual([{ address: '172.23.0.20', port: 9090, deadline: 1500 }])
})

test.each([
  ['does not answer', world({ answer: 'timeout' })],
  ['does not run', world({ state: 'exited' })],
  ['was never seen', nothingSeen()],
])('while it %s nobody is asked, and nothing is known to fire', async (_, seen) => {
  seen.alerts = [alert]
  const before = asked.length
  await alertsLook(fires, seen, () => true)()
  expect(seen.alerts).toEqual([])
  expect(asked).toHaveLength(before)
})

test('a question without an answer changes nothing, and fails nothing', async () => {
  const seen = world()
  seen.alerts = [alert]
  const silent = { alerts: { firing: () => Promise.reject(new Error('no answer within 1500 ms')) } }
  await alertsLook(silent, seen, () => true)()
  expect(seen.alerts).toEqual([alert])
})

test('without an adapter nothing is asked', async () => {
  const seen = world()
  await alertsLook({}, seen, () => true)()
  expect(seen.alerts).toEqual([])
})

test('a single look, and the one after a run, tell what fires as whoever watches is told', async () => {
  const stack = fakeStack(['prometheus'])
  await stack.up()
  const { adapters } = stack.context
  let times = 0
  Object.assign(adapters, {
    alerts: { firing: async () => ((times += 1), [{ ...alert, service: 'prometheus' }]) },
  })
  const truth = createTruth(
    adapters,
    { ...defaultSettings, project: 'macula' },
    () => stack.catalog,
    () => undefined,
  )
  try {
    for (const look of [truth.look, truth.lookAfterRun]) {
      const { services } = await look()
      expect(services[0]).toMatchObject({ state: 'degraded', reason: 'The disk is full' })
    }
    expect(times).toBe(2)
  } finally {
    truth.close()
  }
})
