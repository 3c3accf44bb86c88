import { expect, test } from 'vitest'
import { MASK } from '../../../main/model/clean.ts'
import { sayHead } from '../../../renderer/views/service/head.tsx'
import { shortDigest } from '../../../renderer/views/service/container-facts.tsx'
import { isNamed, sayStep } from '../../../renderer/views/service/reset-words.ts'
import { extremes, scaleTop, withGaps } from '../../../renderer/views/service/samples.ts'
import { labelOf, shownFirst } from '../../../renderer/views/service/variables.ts'
import { dockerDownWorld, greenWorld, nothingWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'

test('a line has a hole where nobody looked', () => {
  expect(withGaps([0, 60_000, 400_000, 460_000], [1, 2, 3, 4])).toEqual({
    at: [0, 60_000, 60_001, 400_000, 460_000],
    values: [1, 2, null, 3, 4],
  })
  expect(withGaps([], [])).toEqual({ at: [], values: [] })
})

test('a scale ends at a round number above the highest value', () => {
  expect([0, 0.3, 3.1, 6.4, 95, 187_000_000].map(scaleTop)).toEqual([1, 0.5, 5, 10, 200, 500_000_000])
  expect(extremes([3, 1, 2])).toEqual({ least: 1, most: 3 })
  expect(extremes([])).toEqual({ least: 0, most: 0 })
})

test('the head says the trouble, else what the service is for', () => {
  const head = (id: string, world = troubleWorld()): string => {
    const view = snapshotOf(world).services.find((one) => one.id === id)
    return view ? sayHead(view) : ''
  }
  expect(head('grafana', greenWorld())).toBe('Dashboards for metrics, logs and traces.')
  expect(head('tempo')).toMatch(/^Stops right after it starts: exit code 1/)
  expect(head('grafana', nothingWorld())).toBe('Stopped. Dashboards for metrics, logs and traces.')
  expect(head('console', greenWorld())).toMatch(/^Not set up\./)
  expect(head('grafana', dockerDownWorld())).toMatch(/Docker/)
})

test('variables: who one is first, then what is secret; each has a word for people', () => {
  const variable = (name: string, secret: boolean) => ({
    service: 'x',
    name,
    secret,
    value: secret ? MASK : 'v',
  })
  const all = [
    variable('DATABASE_URL', true),
    variable('PGHOST', false),
    variable('PGPASSWORD', true),
    variable('PGUSER', false),
  ]
  expect(shownFirst(all).map(labelOf)).toEqual(['User', 'Password', 'DATABASE_URL'])
})

test('a digest is short enough to be read and long enough to be recognised', () => {
  expect(shortDigest(`sha256:5c1e8f0b${'0'.repeat(52)}d92a`)).toBe('sha256:5c1e8f0b…d92a')
  expect(shortDigest('sha256:abc')).toBe('sha256:abc')
})

test('fault 32: only the name of the service opens the reset, as the engine reads it', () => {
  const view = { id: 'timescaledb', title: 'TimescaleDB' }
  expect(['timescaledb', ' TimescaleDB ', 'TIMESCALEDB'].map((typed) => isNamed(view, typed))).toEqual([
    true,
    true,
    true,
  ])
  expect(['', 'timescale', 'grafana'].map((typed) => isNamed(view, typed))).toEqual([false, false, false])
  // A cluster by its own name too, as the command line reads it.
  const hub = { id: 'cluster/hub', title: 'Hub cluster' }
  expect(['hub', 'cluster/hub', 'Hub cluster', 'peer0'].map((typed) => isNamed(hub, typed))).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect(sayStep({ kind: 'waiting', ms: 1200, service: 'x', says: '41.3 MB copied' }, 'X')).toBe(
    '41.3 MB copied (1.2 s)',
  )
  expect(sayStep({ kind: 'stopping', ms: 0, service: 'x' }, 'X')).toBe('Stopping X (0.0 s)')
})
