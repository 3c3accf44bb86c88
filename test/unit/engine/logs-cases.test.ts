import { describe, expect, test } from 'vitest'
import { mergedLogs, readOn, type LogOptions, type LogSource } from '../../../main/engine/run/logs.ts'
import type { LogLine } from '../../../main/model/log-line.ts'

/** How logs are read for each wish, and which of their lines are told. */

const line = (service: string, at: number): LogLine => ({
  service,
  at,
  stream: 'out',
  text: `${service} ${at}`,
})

/** A log that is there whole; what is read of it is as Docker would give it. */
function source(service: string, there: readonly number[], ordered = true) {
  const asked: string[] = []
  const one: LogSource = {
    service,
    ordered,
    async *read({ follow, since, tail }) {
      asked.push(
        `${follow ? 'follow' : 'read'}${since === undefined ? '' : ` since ${since}`}${tail === undefined ? '' : ` last ${tail}`}`,
      )
      await Promise.resolve()
      for (const at of there.slice(tail === undefined ? 0 : -tail))
        if (since === undefined || at >= since) yield line(service, at)
    },
  }
  return { source: one, asked }
}

async function told(sources: readonly LogSource[], options: Partial<LogOptions>): Promise<readonly string[]> {
  const texts: string[] = []
  const all = { follow: false, signal: new AbortController().signal, ...options }
  for await (const { text } of mergedLogs({ clock: { now: () => 50 } }, sources, all)) texts.push(text)
  return texts
}

describe('how it is read', () => {
  test.each<readonly [string, boolean, Partial<LogOptions>, readonly string[]]>([
    ['what is there', true, {}, ['read']],
    ['followed: once, from its end', true, { follow: true, tail: 5 }, ['follow last 5']],
    [
      'followed up to an instant: it is not followed',
      true,
      { follow: true, until: 9, tail: 5 },
      ['read last 5'],
    ],
    [
      'followed, of pods, whose lines come in no order: what is there first',
      false,
      { follow: true, tail: 5 },
      ['read last 5', 'follow since 1.999 last 1000'],
    ],
  ])('one log: %s', async (_, ordered, options, asked) => {
    const one = source('a', [1, 2], ordered)
    expect(await told([one.source], options)).toEqual(['a 1', 'a 2'])
    expect(one.asked).toEqual(asked)
  })

  test('several, followed: each from its own last line, or from when it was asked for', async () => {
    const [one, two] = [source('a', [1, 3]), source('b', [])]
    expect(await told([one.source, two.source], { follow: true, tail: 5 })).toEqual(['a 1', 'a 3'])
    expect(one.asked).toEqual(['read last 5', 'follow since 2.999 last 1000'])
    expect(two.asked).toEqual(['read last 5', 'follow since 49.999 last 1000'])
  })

  test('no log at all ends', async () => {
    expect(await told([], { follow: false })).toEqual([])
  })

  test('followed lines of pods go on from the newest, though an older one came last', async () => {
    const pods = source('a', [4, 2], false)
    await told([pods.source], { follow: true })
    expect(pods.asked[1]).toBe('follow since 3.999 last 1000')
  })
})

describe('which lines are told', () => {
  const long = () => source('a', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).source
  const short = () => source('b', [2, 9]).source
  const full = () => source('b', [3, 4, 5]).source

  test.each<readonly [string, () => readonly LogSource[], Partial<LogOptions>, readonly string[]]>([
    ['the last of each', () => [long(), short()], { tail: 3 }, ['b 2', 'a 8', 'a 9', 'b 9', 'a 10']],
    [
      'complete: only from where all are told whole',
      () => [long(), short()],
      { tail: 3, complete: true },
      ['a 8', 'a 9', 'b 9', 'a 10'],
    ],
    [
      'complete: the log that goes back least decides',
      () => [full(), long()],
      { tail: 3, complete: true },
      ['a 8', 'a 9', 'a 10'],
    ],
    [
      'complete: of logs that are shorter than was asked for everything',
      () => [long(), short()],
      { tail: 11, complete: true },
      ['a 1', 'a 2', 'b 2', 'a 3', 'a 4', 'a 5', 'a 6', 'a 7', 'a 8', 'a 9', 'b 9', 'a 10'],
    ],
    ['complete without a count is everything', () => [short()], { complete: true }, ['b 2', 'b 9']],
    [
      'complete of logs without a line is nothing',
      () => [source('c', []).source],
      { tail: 3, complete: true },
      [],
    ],
    [
      'before an instant: the newest of all',
      () => [long(), short()],
      { tail: 3, until: 99 },
      ['a 9', 'b 9', 'a 10'],
    ],
    ['before an instant: none, when none is wanted', () => [short()], { tail: 0, until: 99 }, []],
    ['before an instant: all, when there are fewer', () => [short()], { tail: 5, until: 99 }, ['b 2', 'b 9']],
    ['before an instant, without a count: all', () => [short()], { until: 99 }, ['b 2', 'b 9']],
  ])('%s', async (_, sources, options, lines) => {
    expect(await told(sources(), options)).toEqual(lines)
  })
})

describe('after an instant', () => {
  async function after(one: LogSource, from: number, isTold: boolean, signal = new AbortController().signal) {
    const found: number[] = []
    for await (const { at } of readOn(one, from, isTold, signal)) found.push(at)
    return found
  }
  const many = Array.from({ length: 1500 }, (_, index) => 10 + index)

  test.each<readonly [string, readonly number[], number, boolean, boolean, readonly number[], number]>([
    ['lines that were told are not told again', [1, 2, 3], 2, true, true, [3], 1],
    ['none was told: all of that instant on', [1, 2, 3], 2, false, true, [3], 1],
    ['more than the overlap holds: read whole from there on', [1, ...many], 1, true, true, many, 2],
    ['of pods, in no order, no hole is looked for', [1, ...many], 1, true, false, many.slice(-1000), 1],
    ['none was told: no hole is looked for', [1, ...many], 1, false, true, many.slice(-1000), 1],
    ['nothing new', [1, 2], 2, true, true, [], 1],
  ])('%s', async (_, there, from, isTold, ordered, expected, readings) => {
    const one = source('a', there, ordered)
    expect(await after(one.source, from, isTold)).toEqual(expected)
    expect(one.asked).toHaveLength(readings)
  })

  test('an interruption is no hole', async () => {
    const one = source('a', [1, ...many])
    expect(await after(one.source, 1, true, AbortSignal.abort())).toEqual([])
    expect(one.asked).toHaveLength(1)
  })
})
