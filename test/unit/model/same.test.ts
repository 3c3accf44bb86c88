import { expect, test } from 'vitest'
import { looksSame } from '../../../main/model/same.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { greenWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'

const green = snapshotOf(greenWorld(), 1)

/** Grafana with another answer time. */
const answering = (ms: number): Snapshot => ({
  ...green,
  services: green.services.map((one) => (one.id === 'grafana' ? { ...one, answerMs: ms } : one)),
})

test('revision and time alone are nothing new', () => {
  expect(looksSame(green, { ...green, rev: 9, at: green.at + 60_000 })).toBe(true)
})

test('an answer time that moves a little is nothing new, one that grew by half is', () => {
  expect(looksSame(answering(3), answering(9))).toBe(true)
  expect(looksSame(answering(100), answering(140))).toBe(true)
  expect(looksSame(answering(100), answering(151))).toBe(false)
  expect(looksSame(answering(151), answering(100))).toBe(false)
})

test('durations in words do not count, other numbers do', () => {
  const saying = (says: string): Snapshot => ({ ...green, summary: { ...green.summary, says } })
  expect(looksSame(saying('running for 3 min 2 s'), saying('running for 4 min 8 s'))).toBe(true)
  expect(looksSame(saying('running for 59 s'), saying('running for 1 min 2 s'))).toBe(true)
  expect(looksSame(saying('5 restarts'), saying('6 restarts'))).toBe(false)
})

test('another state, a new reason and a lost key are new', () => {
  expect(looksSame(green, snapshotOf(troubleWorld(), 1))).toBe(false)
  const [first, ...rest] = green.services
  if (!first) throw new Error('no services')
  const { since: _, ...lost } = first
  expect(looksSame(green, { ...green, services: [lost, ...rest] })).toBe(first.since === undefined)
})

test('while something starts every look is told, because its clock is shown', () => {
  const busy = {
    ...green,
    services: green.services.map((one, index) =>
      index === 0 ? { ...one, state: 'starting' as const } : one,
    ),
  }
  expect(looksSame(busy, busy)).toBe(false)
})
