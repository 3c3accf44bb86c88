import { describe, expect, test } from 'vitest'
import type { LedgerEntry, RootStepResult } from '../../../main/model/change.ts'
import {
  diffLines,
  hasDrift,
  listEntries,
  openEntries,
  sayEntry,
  sayMode,
  sayMore,
  sayOlder,
  sayPrice,
  sayReload,
  sayStep,
  sayTaking,
  sayTarget,
  sayUndoable,
  sayUndone,
  type TakingVerb,
} from '../../../main/model/say-change.ts'
import type { State } from '../../../main/model/snapshot.ts'

/** Changes of the machine in words. */

const entry = (id: string, part: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id,
  change: 'low-ports',
  title: 'Low ports',
  at: Number(id),
  verb: 'file',
  target: '/etc/x',
  state: 'applied',
  drift: 'none',
  undoable: true,
  ...part,
})

const bob = { uid: 1001, user: 'bob' }

test.each<readonly [Partial<LedgerEntry>, State, string, boolean]>([
  [{}, 'works', 'as we wrote it', false],
  [{ undoable: false }, 'works', 'as we left it; undo keeps it', false],
  [{ drift: 'changed' }, 'degraded', 'changed by somebody else', true],
  [{ drift: 'missing' }, 'degraded', 'removed by somebody else', true],
  [{ drift: 'unreadable' }, 'unknown', 'not readable by this user', false],
  [{ state: 'unfinished' }, 'failed', 'was not finished; setup continues it, undo reverts it', false],
  [{ state: 'undone' }, 'stopped', 'undone', false],
  [{ others: true, by: bob }, 'works', 'belongs to bob (uid 1001); undo keeps it', false],
  [{ others: true, by: bob, drift: 'missing' }, 'degraded', 'belongs to bob (uid 1001); undo keeps it', true],
  [{ others: true, by: bob, state: 'undone' }, 'stopped', 'undone', false],
  [{ others: true }, 'works', 'as we wrote it', false],
  [{ others: false, by: bob }, 'works', 'as we wrote it', false],
  [{ by: bob }, 'works', 'as we wrote it', false],
])('%j stands as %s: %s; a yes of its own to undo: %s', (part, state, says, drifts) => {
  expect(sayEntry(entry('1', part))).toEqual([state, says])
  expect(hasDrift(entry('1', part))).toBe(drifts)
})

describe('the list of changes', () => {
  const undone = { state: 'undone' } as const
  const entries = [
    entry('5', undone),
    entry('3'),
    entry('10', { ...undone, at: 5 }),
    entry('7', { ...undone }),
    entry('1', { state: 'unfinished' }),
    entry('2', undone),
  ]
  const idsOf = (list: readonly LedgerEntry[]): readonly string[] => list.map(({ id }) => id)

  test('what stands is what was not undone', () => {
    expect(idsOf(openEntries(entries))).toEqual(['3', '1'])
  })
  test.each([
    [2, ['1', '3', '7', '10'], 2],
    [3, ['1', '3', '7', '10', '5'], 1],
    [4, ['1', '3', '7', '10', '5', '2'], 0],
    [9, ['1', '3', '7', '10', '5', '2'], 0],
    [0, ['1', '3'], 4],
  ])('with %i of what was undone: oldest first, then newest first', (past, ids, older) => {
    const list = listEntries(entries, past)
    expect([idsOf(list.listed), list.older]).toEqual([ids, older])
  })
  test('how many more there were', () => {
    expect([sayOlder(1), sayOlder(31)]).toEqual(['1 more was undone before', '31 more were undone before'])
  })
})

test.each([
  [1, 0, 0, '1 change undone; no change by Macula is left on this machine'],
  [2, 1, 3, '2 changes undone, 1 left'],
  [2, 0, 1, '2 changes undone; 1 other change stays on this machine'],
  [2, 0, 2, '2 changes undone; 2 other changes stay on this machine'],
])('%i undone, %i left, %i of others stand: %s', (done, left, open, says) =>
  expect(sayUndone(done, left, open)).toBe(says),
)

test.each<readonly [string, readonly LedgerEntry[], string | undefined]>([
  ['all', [entry('1'), entry('2')], 'Each can be undone: maculactl undo ENTRY, or maculactl undo --all.'],
  [
    'some',
    [entry('1'), entry('2', { undoable: false })],
    '1 of them can be undone: maculactl undo ENTRY, or maculactl undo --all.',
  ],
  ['none', [entry('1', { undoable: false })], undefined],
  ['nothing stands', [], undefined],
])('what can be undone: %s', (_, open, says) => expect(sayUndoable(open)).toBe(says))

test.each<readonly [RootStepResult['verb'], string, string]>([
  ['file', 'wrote', 'is as it should be:'],
  ['block', 'wrote the block in', 'holds the block already:'],
  ['sysctl', 'set', 'is set already:'],
  ['reload', 'reloaded', 'needed no reload:'],
  ['packages', 'installed', 'are installed already:'],
  ['remove', 'took away', 'is gone already:'],
  ['lines', 'took lines out of', 'no longer has these lines:'],
  ['unit-off', 'stopped', 'is stopped already:'],
  ['end', 'ended process', 'has ended already: process'],
])('a step of root, %s: "%s", or "%s"', (verb, done, unchanged) => {
  const step = (result: RootStepResult['result']): RootStepResult => ({
    change: 'x',
    verb,
    target: 'x',
    result,
    says: '',
  })
  expect([sayStep(step('done'), false), sayStep(step('unchanged'), false)]).toEqual([done, unchanged])
  expect([sayStep(step('done'), true), sayStep(step('unchanged'), true)]).toEqual(['put back', unchanged])
})

const hostLines: TakingVerb = {
  verb: 'lines',
  path: '/etc/hosts',
  lines: [
    { line: 3, text: '127.0.0.1 a.b', stays: '' },
    { line: 9, text: '127.0.0.1 nas a.b', stays: '127.0.0.1 nas' },
  ],
}
test.each<readonly [TakingVerb, string | undefined, string, readonly string[]]>([
  [
    { verb: 'remove', path: '/etc/dnsmasq.d/macula.conf', shown: '3'.repeat(64) },
    'no-hosts\n\nx',
    '/etc/dnsmasq.d/macula.conf is moved away; undo puts it back',
    ['-no-hosts', '-', '-x'],
  ],
  [
    { verb: 'remove', path: '/etc/dnsmasq.d/macula.conf', shown: '3'.repeat(64) },
    undefined,
    '/etc/dnsmasq.d/macula.conf is moved away; undo puts it back',
    [],
  ],
  [
    hostLines,
    'what the file holds is not shown twice',
    '/etc/hosts loses these, its other lines stay; undo puts them back',
    ['@@ -3 +3 @@ line 3', '-127.0.0.1 a.b', '@@ -9 +9 @@ line 9', '-127.0.0.1 nas a.b', '+127.0.0.1 nas'],
  ],
  [
    { verb: 'unit-off', unit: 'dnsmasq.service' },
    undefined,
    'dnsmasq.service is stopped and no longer starts by itself; undo enables and starts it as it was',
    [],
  ],
  [
    { verb: 'end', pid: 4711, started: 1, argv: ['socat', 'TCP4-LISTEN:80', 'TCP4:127.0.0.1:8080'] },
    undefined,
    'process 4711 is ended; undo starts it again',
    ['-socat TCP4-LISTEN:80 TCP4:127.0.0.1:8080'],
  ],
])('what is taken away is shown exactly: %j', (verb, present, says, lines) => {
  const said = sayTaking(verb, present)
  expect([`${said.target} ${said.says}`, said.lines]).toEqual([says, lines])
})

test('dnsmasq is restarted, because it reads no configuration at a reload', () => {
  expect([sayReload('dnsmasq'), sayReload('NetworkManager')]).toEqual([
    'systemctl restart dnsmasq',
    'systemctl reload-or-restart NetworkManager',
  ])
})

test('a mode is four octal digits', () => {
  expect([sayMode(0o644), sayMode(0o1755), sayMode(0)]).toEqual(['0644', '1755', '0000'])
})

test.each([
  ['also means: any program may listen', 'Any program may listen.'],
  ['Also means:   any program may listen.', 'Any program may listen.'],
  ['also means:any', 'Any.'],
  ['it also means: more', 'It also means: more.'],
  ['ännu', 'Ännu.'],
])('the price "%s" is told as "%s"', (price, says) => expect(sayPrice(price)).toBe(says))

describe('a diff', () => {
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from + 1 }, (_, at) => `${from + at}\n`).join('')
  test('has two lines around each change, and marks between pieces', () => {
    const after = `${lines(1, 3)}new\n${lines(4, 13)}last\n${lines(14, 20)}`
    expect(diffLines(lines(1, 20), after)).toEqual([
      ' 2',
      ' 3',
      '+new',
      ' 4',
      ' 5',
      '@@',
      ' 12',
      ' 13',
      '+last',
      ' 14',
      ' 15',
    ])
  })
  test('does not tell of a missing end of line', () => {
    expect(diffLines('a\n', 'b')).toEqual(['-a', '+b'])
    expect(diffLines('a\\\n', 'b\\\n')).toEqual(['-a\\', '+b\\'])
  })
  test('of the same is empty', () => expect(diffLines('a\n', 'a\n')).toEqual([]))
})

test.each<readonly [Pick<RootStepResult, 'verb' | 'target' | 'says'>, string]>([
  [{ verb: 'install', target: 'docker.io,docker-cli', says: 'installed' }, 'installed docker.io, docker-cli'],
  [{ verb: 'enable', target: 'docker.service', says: 'started' }, 'started docker.service'],
  [{ verb: 'file', target: '/etc/a,b', says: 'written' }, 'wrote /etc/a,b'],
  [
    { verb: 'file', target: '/etc/a', says: 'written; undo gives back what was there' },
    'wrote /etc/a undo gives back what was there',
  ],
  [{ verb: 'sysctl', target: 'net.x', says: '80; was 1024' }, 'set net.x 80; was 1024'],
])('what root did is told once: %o', (step, says) => {
  const whole = { change: 'x', result: 'done', ...step } as RootStepResult
  expect([sayStep(whole, false), sayTarget(whole), sayMore(whole)].filter(Boolean).join(' ')).toBe(says)
})
