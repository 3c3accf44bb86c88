import { expect, test } from 'vitest'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import { changes } from '../../../main/engine/doctor/checks/changes.ts'
import type { LedgerEntry } from '../../../main/model/change.ts'

/** The doctor offers, of each change that is odd, commands that do what is said of them. */

const hosts: LedgerEntry = {
  id: '275',
  change: 'route-hosts',
  title: 'List names in the hosts file',
  at: 0,
  verb: 'block',
  target: '/etc/hosts',
  state: 'applied',
  drift: 'none',
  undoable: true,
}

async function found(...entries: readonly LedgerEntry[]) {
  const adapters = { root: { ledger: async () => await Promise.resolve(entries) } }
  return await changes.run({ adapters } as unknown as CheckInput)
}

test.each<readonly [string, Partial<LedgerEntry>, string, string, string]>([
  [
    'edited',
    { drift: 'changed' },
    '/etc/hosts is not as it was written.',
    'Somebody else edited it after set-up.',
    'maculactl undo 275 shows the difference and asks; maculactl setup writes it again.',
  ],
  [
    'removed',
    { drift: 'missing' },
    '/etc/hosts is not as it was written: it is gone.',
    'Somebody else removed it after set-up.',
    'maculactl setup writes it again; maculactl undo 275 asks, and puts back what was there before.',
  ],
  [
    'not readable',
    { drift: 'unreadable' },
    '/etc/hosts cannot be compared with what was written.',
    'This user may not read it.',
    'maculactl undo 275 reverts it.',
  ],
  [
    'interrupted',
    { state: 'unfinished' },
    '/etc/hosts: the change was interrupted.',
    'The run of set-up ended before it was done.',
    'maculactl setup continues it; maculactl undo 275 reverts it.',
  ],
])('a change that is %s names its own entry', async (_, odd, what, why, todo) => {
  const one = { ...hosts, ...odd }
  expect(await found({ ...hosts, id: '3' }, one)).toEqual([
    { result: 'warning', changes: ['route-hosts'], what, why, todo },
  ])
})

test('each odd change has a finding of its own', async () => {
  const edited = { ...hosts, drift: 'changed' } as const
  const all = await found(edited, { ...edited, id: '9', target: '/etc/x' })
  expect(all.map(({ todo }) => /undo \d+/.exec(todo)?.[0])).toEqual(['undo 275', 'undo 9'])
})

test('what became of another person’s is theirs to hear', async () => {
  const theirs = { ...hosts, drift: 'changed', others: true } as const
  expect(await found(theirs)).toMatchObject([{ result: 'ok' }])
})

test('what is as it was made, was undone, or never was, is no finding', async () => {
  const what = async (...entries: readonly LedgerEntry[]) => (await found(...entries)).map((one) => one.what)
  const undone = { ...hosts, state: 'undone', drift: 'missing' } as const
  expect(await what()).toEqual(['Nothing was changed on this machine.'])
  expect(await what(undone)).toEqual(['Nothing was changed on this machine.'])
  expect(await what(hosts, undone)).toEqual(['1 change, as made; maculactl undo lists them.'])
  expect(await what(hosts, hosts)).toEqual(['2 changes, as made; maculactl undo lists them.'])
})
