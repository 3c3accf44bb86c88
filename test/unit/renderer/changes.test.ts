import { expect, test } from 'vitest'
import { findingsOf, sayChecks } from '../../../main/model/check.ts'
import {
  diffLines,
  hasDrift,
  listEntries,
  openEntries,
  sayPrice,
  sayTaking,
} from '../../../main/model/say-change.ts'
import { readDiff } from '../../../renderer/parts/diff-lines.ts'
import { nothingKnown } from '../../../renderer/store/state.ts'
import { sayShell } from '../../../renderer/words/shell.ts'
import { findingCount, isExamined } from '../../../renderer/store/checks.ts'
import { hearRoot, type RootJob } from '../../../renderer/store/root-job.ts'
import { listText, undoableOf } from '../../../renderer/views/changes/entries.ts'
import { commandOf, tellJob } from '../../../renderer/views/changes/job-note.tsx'
import { checks, ledger, now } from '../cli/stand-in.ts'
import { greenWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'

test('what was undone stands last and is not open', () => {
  expect(listEntries(ledger, 20).listed.map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
  expect(listEntries([...ledger].reverse(), 20).listed.at(-1)?.id).toBe('4')
  expect(openEntries(ledger).map(({ id }) => id)).toEqual(['1', '2', '3'])
})

test('of what was undone the newest is listed first, and no more than asked for', () => {
  const undone = Array.from({ length: 30 }, (_, index) => ({
    ...ledger[3]!,
    id: String(index + 5),
    at: ledger[3]!.at + Math.floor(index / 3) * 1000,
  }))
  const { listed, older } = listEntries([...undone, ...ledger], 4)
  expect(listed.map(({ id }) => id)).toEqual(['1', '2', '3', '34', '33', '32', '31'])
  expect(older).toBe(27)
  expect(listEntries(ledger, 1)).toMatchObject({ older: 0 })
})

test('undo of a change takes only what can be taken back', () => {
  expect(undoableOf(ledger, ['tools', 'low-ports', 'route-hosts']).map(({ id }) => id)).toEqual(['2'])
  expect(ledger.filter(hasDrift).map(({ id }) => id)).toEqual(['2'])
})

test('the list as text has one line an entry', () => {
  const lines = listText(ledger, now).split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[1]).toBe(
    '/etc/sysctl.d/60-macula.conf\tAllow ports from 80\t20 Nov 07:01\tchanged by somebody else',
  )
})

test('fault 13: a difference is read with its numbers on both sides', () => {
  const lines = readDiff([
    '--- /etc/x (as Macula wrote it)',
    '+++ /etc/x (now)',
    '@@ -3,3 +3,4 @@',
    ' # ours',
    '-port=80',
    '+# disabled',
    '+port=1024',
    '@@ -20,1 +21,1 @@',
    ' end',
  ])
  expect(lines.map(({ sign, number }) => `${sign}${number ?? ''}`)).toEqual([
    '@',
    ' 3',
    '-4',
    '+4',
    '+5',
    '@',
    ' 21',
  ])
})

test('a diff made of two texts reads back to both', () => {
  const before = 'a\nb\nc\n'
  const after = 'a\nB\nc\nd\n'
  const lines = readDiff(diffLines(before, after))
  const side = (signs: string): string =>
    lines
      .filter(({ sign }) => signs.includes(sign))
      .map(({ text }) => `${text}\n`)
      .join('')
  expect(side(' -')).toBe(before)
  expect(side(' +')).toBe(after)
})

test('a price is said once, however it was written', () => {
  expect(sayPrice('Also means: any program may listen.')).toBe('Any program may listen.')
  expect(sayPrice('comes from your distribution')).toBe('Comes from your distribution.')
})

test('findings come worst first', () => {
  expect(findingsOf(checks).map(({ result }) => result)).toEqual(['failed', 'warning'])
  expect(sayChecks(checks)).toBe('3 passed, 2 findings')
})

test('the bar counts what the doctor found, and what came or went since', () => {
  const green = snapshotOf(greenWorld())
  const trouble = snapshotOf(troubleWorld())
  expect(findingCount({ ...nothingKnown, snapshot: green })).toBe(0)
  const alone = findingCount({ ...nothingKnown, snapshot: trouble })
  expect(alone).toBeGreaterThan(0)
  const checked = { busy: false, at: now, tookMs: 5, checks, problems: alone }
  expect(findingCount({ ...nothingKnown, snapshot: trouble, checked })).toBe(2)
  expect(findingCount({ ...nothingKnown, snapshot: green, checked })).toBe(Math.max(0, 2 - alone))
  // Only what the doctor said, of a machine on which nothing came or went since, are its findings.
  expect(isExamined({ ...nothingKnown, snapshot: trouble })).toBe(false)
  expect(isExamined({ ...nothingKnown, snapshot: trouble, checked: { ...checked, at: 0 } })).toBe(false)
  expect(isExamined({ ...nothingKnown, snapshot: trouble, checked })).toBe(true)
  expect(isExamined({ ...nothingKnown, snapshot: green, checked })).toBe(false)
  expect(sayShell.counted(2, true)).toBe('2 findings')
  expect(sayShell.counted(1, false)).toBe('1 problem')
})

const job: RootJob = { kind: 'undo', meant: ['2', '3'], evenIfDrifted: false, at: now, steps: [], end: null }
const step = { change: 'low-ports', verb: 'file', target: '/etc/x', result: 'done', says: '' } as const

test('steps of root belong to the job that goes on, and to no other', () => {
  expect(hearRoot(job, step)?.steps).toEqual([step])
  expect(hearRoot(null, step)).toBeNull()
  const over: RootJob = { ...job, end: { kind: 'done', steps: [] } }
  expect(hearRoot(over, step)).toBe(over)
})

test('the same in a terminal does as much as was asked for', () => {
  expect(commandOf(job)).toBe('maculactl undo 2 3')
  expect(commandOf({ ...job, evenIfDrifted: true })).toBe('maculactl undo 2 3 --even-if-drifted')
  expect(commandOf({ ...job, kind: 'setup' })).toBe('maculactl setup')
})

test('an undo that is done says how many, and nothing of what it did not touch', () => {
  const { title } = tellJob({ ...job, end: { kind: 'done', steps: [] } })
  expect(title).toBe('2 changes undone')
})

test('fault 15: each way a prompt can be refused is told, and what to do', () => {
  for (const how of ['dismissed', 'denied', 'no-agent', 'timeout'] as const) {
    const told = tellJob({ ...job, end: { kind: 'refused', how, says: 'The prompt said no.' } })
    expect(told).toMatchObject({ state: 'degraded', title: 'Nothing was changed' })
    expect(told.says).toBe('The prompt said no.')
    const silent = tellJob({ ...job, end: { kind: 'refused', how, says: '' } })
    expect(silent.says).toMatch(/^[A-Z].*\.$/)
    expect(told.todo).not.toBe('')
  }
  expect(tellJob(job).says).toMatch(/password/)
  expect(tellJob({ ...job, steps: [step] }).says).toBe('')
})

test('a window numbers the lines that go and stay as the file does', () => {
  const { lines } = sayTaking(
    {
      verb: 'lines',
      path: '/etc/hosts',
      lines: [
        { line: 3, text: '127.0.0.1 a.b', stays: '' },
        { line: 9, text: '127.0.0.1 nas a.b', stays: '127.0.0.1 nas' },
      ],
    },
    undefined,
  )
  expect(readDiff(lines).map(({ sign, number }) => `${sign}${number}`)).toEqual([
    '@null',
    '-3',
    '@null',
    '-9',
    '+9',
  ])
})
