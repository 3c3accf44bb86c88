import { expect, test } from 'vitest'
import { goingOn } from '../../../main/engine/run/going-on.ts'
import { alone } from '../../../main/engine/run/log-alone.ts'
import { mergedLogs, type LogSource } from '../../../main/engine/run/logs.ts'
import { MaculaError } from '../../../main/model/errors.ts'

/** Time goes on, so that what is told twice would be seen twice. */
let time = 50
const clock = { now: () => (time += 0.1) }
const silent = new MaculaError({ kind: 'failed', what: 'notes keeps no log.', why: 'It says so.' })

function good(): LogSource {
  return {
    service: 'good',
    ordered: true,
    async *read({ follow }) {
      await Promise.resolve()
      yield { service: 'good', at: follow ? 60 : 10, stream: 'out', text: follow ? 'later' : 'there' }
    },
  }
}

/** A log that gives `before` lines and then fails, however it is read. */
function bad(
  before: readonly string[],
  error: unknown = silent,
): LogSource & { readonly readings: () => number } {
  let readings = 0
  return {
    service: 'bad',
    ordered: true,
    readings: () => readings,
    async *read() {
      await Promise.resolve()
      readings += 1
      for (const text of before) yield { service: 'bad', at: 5, stream: 'out', text }
      throw error
    },
  }
}

async function told(
  sources: readonly LogSource[],
  options: { follow: boolean; until?: number },
): Promise<readonly string[]> {
  const lines: string[] = []
  const signal = new AbortController().signal
  for await (const line of mergedLogs({ clock }, sources, { tail: 10, signal, ...options }))
    lines.push(`${line.service}: ${line.text}`)
  return lines
}

test('a log that cannot be read ends only itself, with a sentence', async () => {
  expect(await told([alone(bad([]), clock), good()], { follow: false })).toEqual([
    'good: there',
    'bad: notes keeps no log. It says so.',
  ])
})

test('what it gave before it failed is told', async () => {
  const lines = await told([alone(bad(['one']), clock), good()], { follow: false })
  expect(lines).toEqual(['bad: one', 'good: there', 'bad: notes keeps no log. It says so.'])
})

test('followed, the others go on, and the sentence is told once', async () => {
  const lines = await told([alone(bad([]), clock), good()], { follow: true })
  expect(lines).toEqual(['good: there', 'bad: notes keeps no log. It says so.', 'good: later'])
})

test('the past is read without it', async () => {
  expect(await told([alone(bad([]), clock), good()], { follow: false, until: 40 })).toEqual(['good: there'])
})

test('a program’s own failure is told too, and an ended reading is none', async () => {
  expect(await told([alone(bad([], new Error('EPIPE')), clock), good()], { follow: false })).toContain(
    'bad: Macula ran into an error that it does not know. EPIPE',
  )
  const abort = new AbortController()
  abort.abort()
  const lines: unknown[] = []
  for await (const line of alone(bad([]), clock).read({ follow: false, signal: abort.signal }))
    lines.push(line)
  expect(lines).toEqual([])
})

test('a log that goes on waits for the next run of its service instead of ending', async () => {
  const abort = new AbortController()
  const source = bad([])
  let runs = 0
  const going = goingOn(
    alone(source, clock),
    async () => {
      runs += 1
      if (runs > 1) abort.abort()
      await Promise.resolve()
    },
    clock,
    () => undefined,
  )
  const lines: string[] = []
  for await (const line of going.read({ follow: true, signal: abort.signal })) lines.push(line.text)
  expect(lines).toEqual(['notes keeps no log. It says so.'])
  expect(source.readings()).toBeGreaterThan(1)
})
