import { expect, test } from 'vitest'
import { record, type UnrecordedEngine } from '../../../main/engine/activity/recorded.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { ActivityEntry } from '../../../main/model/activity.ts'
import { sayEntry } from '../../../main/model/activity-words.ts'
import { ledger } from '../cli/stand-in.ts'

/** An undo is told with what was undone: what changed the machine is told by its titles. */
test('an undo is told with the titles of what it took back', async () => {
  const written: ActivityEntry[] = []
  const engine = {
    ledger: () => Promise.resolve(ledger),
    secrets: () => Promise.resolve([]),
    undo: () =>
      Promise.resolve({
        kind: 'done',
        steps: [{ change: 'x', verb: 'file', target: '/x', result: 'done', says: '' }],
      }),
  } as unknown as UnrecordedEngine
  const adapters = {
    activity: {
      append: (entries: readonly ActivityEntry[]) => Promise.resolve(void written.push(...entries)),
      news: () => Promise.resolve([]),
      links: () => new Map(),
    },
    clock: { now: () => 1_000_000 },
  } as unknown as Adapters
  const one = record(engine, adapters, {} as never)
  await one.undo(['3'], { evenIfDrifted: false }, () => undefined)
  expect(written).toMatchObject([
    { kind: 'run', verb: 'undo', about: ['Lead macula.local to our name server'] },
  ])
})

test.each([
  [['Allow ports from 80'], 'done', 'Undone on this machine: Allow ports from 80'],
  [['Allow ports from 80'], 'failed', 'Undo failed: Allow ports from 80'],
  // What an older version wrote tells no titles.
  [[], 'done', 'Changes of the machine undone'],
] as const)('words of an undo of %j, %s', (about, result, title) => {
  const entry = {
    id: '1',
    at: 0,
    kind: 'run',
    by: 'window',
    verb: 'undo',
    about,
    failed: [],
    result,
    ms: 5,
  } as unknown as ActivityEntry
  expect(sayEntry(entry, (id) => id).title).toBe(title)
})
