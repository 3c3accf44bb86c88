import { describe, expect, test } from 'vitest'
import { keepLooks, looksSame } from '../../../main/model/same.ts'
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

describe('what a face would show anew', () => {
  const [first] = green.services
  if (!first) throw new Error('no services')
  /** The first row with something else in it, of whatever kind. */
  const having = (part: object): Snapshot => ({
    ...green,
    services: green.services.map((one) => (one === first ? { ...one, ...part } : one)),
  })
  const container = { id: 'c', name: 'n', image: 'i', address: 'a', restarts: 1 }

  test.each<readonly [string, object, object, boolean]>([
    ['the time of a rung moves a little', { ladder: [{ ms: 3 }] }, { ladder: [{ ms: 9 }] }, true],
    ['the time of a rung grows', { ladder: [{ ms: 100 }] }, { ladder: [{ ms: 200 }] }, false],
    ['49 ms is nothing beside 1', { answerMs: 1 }, { answerMs: 49 }, true],
    ['50 ms is something', { answerMs: 1 }, { answerMs: 50 }, false],
    ['half as much again is something', { answerMs: 100 }, { answerMs: 150 }, false],
    ['less than that is not', { answerMs: 100 }, { answerMs: 149 }, true],
    ['another number counts at once', { container }, { container: { ...container, restarts: 2 } }, false],
    ['a word', { reason: 'x' }, { reason: 'y' }, false],
    ['yes and no', { byNameOnly: true }, { byNameOnly: false }, false],
    ['an address is lost', { address: '127.0.0.1:80' }, { address: null }, false],
    ['an address is found', { address: null }, { address: '127.0.0.1:80' }, false],
    ['a number becomes a word', { answerMs: 3 }, { answerMs: '3' }, false],
    ['a word becomes a number', { answerMs: '3' }, { answerMs: 3 }, false],
    ['a thing becomes nothing', { container }, { container: null }, false],
    ['nothing becomes a thing', { container: null }, { container }, false],
    ['nothing becomes an empty thing', { container: null }, { container: {} }, false],
    ['an empty thing becomes nothing', { container: {} }, { container: null }, false],
    ['an empty thing becomes a number', { container: {} }, { container: 3 }, false],
    ['a number becomes an empty thing', { container: 3 }, { container: {} }, false],
    ['a part is new', { container }, { container: { ...container, more: 1 } }, false],
    ['a part is gone', { container: { ...container, more: 1 } }, { container }, false],
    ['a part has another name', { container: { a: undefined } }, { container: { b: undefined } }, false],
    ['nothing', { container }, { container: { ...container } }, true],
  ])('%s', (_, one, two, same) => expect(looksSame(having(one), having(two))).toBe(same))

  test('while something stops every look is told, also the first and the last', () => {
    const busy = having({ state: 'stopping' })
    expect(looksSame(busy, busy)).toBe(false)
    const noClock = having({})
    expect([looksSame(busy, noClock), looksSame(noClock, busy), looksSame(noClock, noClock)]).toEqual([
      false,
      false,
      true,
    ])
  })
})

describe('what a face has already', () => {
  const answers = (ms: number, title = 'Grafana'): Snapshot => ({
    ...green,
    rev: green.rev + ms,
    services: green.services.map((one) => ({
      ...one,
      answerMs: ms,
      ...(one.id === 'grafana' ? { title } : {}),
    })),
  })

  test('stays where an answer only took another moment, and only what changed is new', () => {
    const last = answers(3)
    const next = keepLooks(last, answers(9, 'Another'))
    expect(next.rev).toBe(green.rev + 9)
    expect(
      next.services.filter((one, index) => one !== last.services[index]).map(({ title }) => title),
    ).toEqual(['Another'])
    expect(next.services.find(({ id }) => id === 'grafana')?.answerMs).toBe(9)
  })

  test('grows old in no steps too small to be told', () => {
    let last = answers(30)
    for (const ms of [36, 43, 52]) last = keepLooks(last, answers(ms))
    expect(last.services[0]?.answerMs).toBe(52)
  })

  test('of what starts its clock goes on', () => {
    const starting = (ms: number): Snapshot => ({
      ...green,
      services: green.services.map((one) => ({ ...one, state: 'starting' as const, answerMs: ms })),
    })
    expect(keepLooks(starting(3), starting(4)).services.map(({ answerMs }) => answerMs)).toEqual(
      green.services.map(() => 4),
    )
  })
})
