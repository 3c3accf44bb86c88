import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  changesBetween,
  createFollower,
  createTeller,
  withChanges,
  type SnapshotTold,
} from '../../../main/model/snapshot-changes.ts'
import { missedBy, missedOf } from '../../../main/model/missed.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { greenWorld, nothingWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'

const worlds = [greenWorld(), troubleWorld(), nothingWorld()].map((world) => snapshotOf(world, 1))
const views = worlds.flatMap(({ services }) => services)
const states = ['works', 'degraded', 'starting', 'failed', 'stopped', 'not set up'] as const

/** As it crosses a border. */
function carried<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** Snapshots of real worlds with services that come, go, change and stand in any order. */
const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    world: fc.constantFrom(...worlds),
    rev: fc.nat(5),
    at: fc.nat(5),
    services: fc.uniqueArray(
      fc.record({ view: fc.constantFrom(...views), state: fc.constantFrom(...states), ms: fc.nat(3) }),
      { selector: ({ view }) => view.id, maxLength: 8 },
    ),
    orphans: fc.option(fc.constant([{ service: 'gone', container: 'macula-gone-1' }]), { nil: undefined }),
  })
  .map(({ world, rev, at, services, orphans }) =>
    carried({
      ...world,
      rev,
      at,
      services: services.map(({ view, state, ms }): ServiceView => ({ ...view, state, answerMs: ms })),
      ...(orphans === undefined ? {} : { orphans }),
    }),
  )

test('whatever changes between two snapshots, the first with the changes is the second', () => {
  fc.assert(
    fc.property(snapshots, snapshots, (last, next) => {
      const changes = changesBetween(last, next)
      expect(changes && withChanges(last, carried(changes))).toEqual(next)
    }),
    { numRuns: 200 },
  )
})

test('a face that follows holds what was told last, whatever is lost on the way and whenever it begins anew', () => {
  const steps = fc.record({ next: snapshots, lost: fc.boolean(), anew: fc.boolean() })
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 12 }), (all) => {
      const teller = createTeller()
      let sent: Snapshot | undefined
      let held: Snapshot | undefined
      const follow = createFollower(async () => {
        // The whole comes with the answer, as the gateway gives it.
        teller.anew()
        if (sent) held = follow(carried(teller.tell(sent)))
        await Promise.resolve()
      })
      for (const [rev, { next, lost, anew }] of all.entries()) {
        if (anew) teller.anew()
        sent = { ...next, rev }
        const told = carried(teller.tell(sent))
        // What is lost is noticed by what follows it.
        if (lost) continue
        const got = follow(told)
        if (got) held = got
        expect(held).toEqual(sent)
      }
    }),
    { numRuns: 60 },
  )
})

const numbered = (rev: number, change: Partial<Snapshot> = {}): Snapshot => ({
  ...snapshotOf(greenWorld(), rev),
  at: 1000 + rev,
  ...change,
})

test('one service that changed is told alone, and all else keeps its identity', () => {
  const last = numbered(1)
  const services = last.services.map((view) => (view.id === 'loki' ? { ...view, answerMs: 99 } : view))
  const next = carried(numbered(2, { services }))
  const changes = changesBetween(last, next)
  expect(changes?.services.map(({ id }) => id)).toEqual(['loki'])
  expect(changes).not.toHaveProperty('order')
  expect(changes?.rest).toEqual({})
  const applied = changes && withChanges(last, carried(changes))
  const drawnAnew = applied?.services.filter((view, index) => view !== last.services[index])
  expect(drawnAnew?.map(({ id }) => id)).toEqual(['loki'])
  expect(applied?.tiers).toBe(last.tiers)
  expect(applied?.docker).toBe(last.docker)
})

test('an optional key that is set to undefined goes, over a border too', () => {
  const orphans = [{ service: 'gone', container: 'macula-gone-1' }]
  const last = numbered(1, { orphans })
  const without: { orphans?: undefined } = { orphans: undefined }
  const changes = changesBetween(last, { ...last, ...numbered(2), ...(without as object) })
  expect(changes?.gone).toEqual(['orphans'])
  expect(changes && withChanges(last, carried(changes))).toEqual(numbered(2))
})

test('what does not belong together is refused, not guessed', () => {
  const [one, two, three] = [numbered(1), numbered(2), numbered(3, { services: [] })]
  const changes = changesBetween(two, three)
  if (!changes) throw new Error('no changes')
  expect(withChanges(one, changes)).toBeUndefined()
  // The same count of another engine.
  expect(withChanges({ ...two, at: two.at + 1 }, changes)).toBeUndefined()
  expect(withChanges({ ...two, rev: two.rev + 1 }, changes)).toBeUndefined()
  expect(withChanges(two, changes)).toBeDefined()
  // A service without its description, and one that no order names.
  expect(withChanges(two, { ...changes, order: ['nobody'] })).toBeUndefined()
  const [first] = one.services
  if (!first) throw new Error('no service')
  const { order: _order, ...unordered } = changes
  expect(withChanges(two, { ...unordered, services: [{ ...first, id: 'new' }] })).toBeUndefined()
  // An id that appears twice.
  expect(changesBetween(one, { ...two, services: [first, first] })).toBeUndefined()
})

test('a gap is asked about once, and again when asking failed', async () => {
  const told: SnapshotTold[] = []
  const teller = createTeller()
  for (let rev = 1; rev <= 5; rev += 1) told.push(teller.tell(numbered(rev)))
  const [whole, second, third, fourth, fifth] = told
  if (!whole || !second || !third || !fourth || !fifth) throw new Error('not told')
  expect(told.map(({ event }) => event)).toEqual(['snapshot', 'changes', 'changes', 'changes', 'changes'])
  let asked = 0
  const follow = createFollower(async () => {
    asked += 1
    await (asked === 1 ? Promise.reject(new Error('no way')) : Promise.resolve())
  })
  expect(follow(whole)?.rev).toBe(1)
  expect(follow(third)).toBeUndefined()
  expect(follow(fourth)).toBeUndefined()
  expect(asked).toBe(1)
  await new Promise((resolve) => setImmediate(resolve))
  expect(follow(fifth)).toBeUndefined()
  expect(asked).toBe(2)
  expect(follow({ event: 'snapshot', payload: numbered(6) })?.rev).toBe(6)
})

test('who misses what is the same asked once for all as asked for each', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const all = missedOf(snapshot)
      for (const view of snapshot.services) expect(all.get(view.id) ?? []).toEqual(missedBy(snapshot, view))
    }),
    { numRuns: 100 },
  )
})
