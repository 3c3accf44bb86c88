import { expect, test } from 'vitest'
import { createJournal, createProgress } from '../../../main/cli/draw/progress.ts'
import { penFor } from '../../../main/cli/style.ts'
import type { StepEvent } from '../../../main/model/run.ts'

const slow: readonly StepEvent[] = [
  { kind: 'starting', ms: 100, service: 'web' },
  { kind: 'starting', ms: 10_300, service: 'web', says: 'nothing listens on its port 80 yet, after 10 s' },
]

test('why a start takes long, as a line for logs and pipes', () => {
  const journal = createJournal((id) => id.toUpperCase())
  expect(slow.map(journal)).toEqual([
    '[  0.1 s] WEB is starting',
    '[ 10.3 s] WEB is starting: nothing listens on its port 80 yet, after 10 s',
  ])
})

test('why a start takes long, on a terminal: its time goes on from when it began', () => {
  const progress = createProgress((id) => id.toUpperCase(), ['web'])
  for (const event of slow) progress.take(event)
  const stream = Object.assign({ isTTY: true, columns: 100, rows: 40 })
  const style = penFor(stream as never, { LANG: 'C.UTF-8', NO_COLOR: '1' }, 'linux')
  const [, line] = progress.frame(style, 20_100)
  expect(line?.trim().split(/ {2,}/).slice(-2)).toEqual([
    '20.0 s',
    'nothing listens on its port 80 yet, after 10 s',
  ])
})

test('what was made is no warning; what needs a look is', () => {
  const progress = createProgress((id) => id, [])
  progress.take({ kind: 'note', ms: 1, says: 'DB has a new database: two.', done: true })
  progress.take({ kind: 'note', ms: 2, says: 'two cannot be created.' })
  const stream = Object.assign({ isTTY: true, columns: 100, rows: 40 })
  const style = penFor(stream as never, { LANG: 'C.UTF-8', NO_COLOR: '1' }, 'linux')
  const [, ...asides] = progress.frame(style, 20)
  expect(asides.map((line) => line.trim())).toEqual([
    '✔ DB has a new database: two.',
    '▲ two cannot be created.',
  ])
})

test('how things are meant to be has no sign, and what is said beside the rows is wrapped, never cut', () => {
  const progress = createProgress((id) => id, [])
  const long = 'Hub cluster is not set up, so it was not started. maculactl up cluster/hub creates it.'
  progress.take({ kind: 'note', ms: 1, says: long, quiet: true })
  progress.take({ kind: 'note', ms: 2, says: long })
  const stream = Object.assign({ isTTY: true, columns: 60, rows: 40 })
  const style = penFor(stream as never, { LANG: 'C.UTF-8', NO_COLOR: '1' }, 'linux')
  const [, ...asides] = progress.frame(style, 20, true)
  expect(asides).toEqual([
    '  Hub cluster is not set up, so it was not started.',
    '  maculactl up cluster/hub creates it.',
    '▲ Hub cluster is not set up, so it was not started.',
    '  maculactl up cluster/hub creates it.',
  ])
})

test('no line is told before the one over it, though parts of a run have clocks of their own', () => {
  const journal = createJournal((id) => id.toUpperCase())
  const told: readonly StepEvent[] = [
    { kind: 'answers', ms: 37_500, service: 'web', tookMs: 900 },
    { kind: 'answers', ms: 37_300, service: 'db', tookMs: 900 },
    { kind: 'note', ms: 38_000, says: 'Done.' },
  ]
  expect(told.map((event) => journal(event)?.slice(0, 11))).toEqual([
    '[ 37.5 s] W',
    '[ 37.5 s] D',
    '[ 38.0 s] D',
  ])
})

test('what has nothing that could answer is said to run', () => {
  const journal = createJournal((id) => id.toUpperCase())
  const said = journal({ kind: 'answers', ms: 400, service: 'web', tookMs: 367, silent: true })
  expect(said).toContain('WEB runs, after 367 ms')
})

test('before the first step nothing is drawn: a time alone tells nothing', () => {
  const progress = createProgress((id) => id, [])
  const stream = Object.assign({ isTTY: true, columns: 100, rows: 40 })
  const style = penFor(stream as never, { LANG: 'C.UTF-8', NO_COLOR: '1' }, 'linux')
  expect(progress.frame(style, 200)).toEqual([])
  progress.take({ kind: 'phase', ms: 300, says: 'Preparing' })
  expect(progress.frame(style, 400)).toEqual(['Preparing  0.4 s'])
})

test('what was copied is told as good, whatever its service was stopped for', () => {
  const progress = createProgress((id) => id, [])
  progress.take({ kind: 'waiting', ms: 1, service: 'db', says: '10 kB copied' })
  progress.take({ kind: 'stopped', ms: 2, service: 'db', tookMs: 1 })
  progress.take({ kind: 'waiting', ms: 3, service: 'db', says: '10 kB copied', done: true })
  const stream = Object.assign({ isTTY: true, columns: 100, rows: 40 })
  const style = penFor(stream as never, { LANG: 'C.UTF-8', NO_COLOR: '1' }, 'linux')
  expect(progress.frame(style, 20, true)[1]).toMatch(/^✔ db .*10 kB copied$/)
})
