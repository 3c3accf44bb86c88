import { describe, expect, test } from 'vitest'
import { mergedLogs, type LogSource } from '../../../main/engine/run/logs.ts'
import type { LogLine } from '../../../main/model/log-line.ts'

const line = (service: string, at: number): LogLine => ({
  service,
  at,
  stream: 'out',
  text: `${service} ${at}`,
})

/** How a log was read: "follow since 5 last 2". */
type Asked = string

/**
 * A log as Docker has it: `there` is written already, `later` is written between the first and the second reading. Whoever
 * looks for an instant without a count reads all of it.
 */
function source(service: string, there: readonly number[], later: readonly number[] = []) {
  const asked: Asked[] = []
  const lines = there.map((at) => line(service, at))
  const one: LogSource = {
    service,
    ordered: true,
    async *read({ follow, since, tail }) {
      await Promise.resolve()
      asked.push(`${follow ? 'follow' : 'read'}${tail === undefined ? ' all' : ` last ${tail}`}`)
      const known = [...lines]
      if (!follow) lines.push(...later.map((at) => line(service, at)))
      yield* known
        .slice(tail === undefined ? 0 : -tail)
        .filter(({ at }) => since === undefined || at >= since)
    },
  }
  return { source: one, asked }
}

async function told(sources: readonly LogSource[], tail = 100): Promise<readonly string[]> {
  const texts: string[] = []
  const options = { follow: true, tail, signal: new AbortController().signal }
  for await (const { text } of mergedLogs({ clock: { now: () => 50 } }, sources, options)) texts.push(text)
  return texts
}

test('one log is read once, from its end, and followed on', async () => {
  const one = source('a', [1, 2, 3])
  expect(await told([one.source], 2)).toEqual(['a 2', 'a 3'])
  expect(one.asked).toEqual(['follow last 2'])
})

test('several are told by time, then followed from their last lines: none lost, none twice, no log read whole', async () => {
  const one = source('a', [1, 4], [7, 8])
  const two = source('b', [2, 3], [6])
  const texts = await told([one.source, two.source])
  expect(texts.slice(0, 4)).toEqual(['a 1', 'b 2', 'b 3', 'a 4'])
  expect(texts.slice(4).toSorted()).toEqual(['a 7', 'a 8', 'b 6'])
  for (const { asked } of [one, two]) expect(asked).toEqual(['read last 100', 'follow last 1000'])
})

test('more written meanwhile than the overlap holds: read from the instant on, none lost', async () => {
  const many = Array.from({ length: 3000 }, (_, index) => 10 + index)
  const one = source('a', [1, 4], many)
  const two = source('b', [2])
  expect((await told([one.source, two.source])).filter((text) => text.startsWith('a'))).toEqual(
    [1, 4, ...many].map((at) => `a ${at}`),
  )
  expect(one.asked).toEqual(['read last 100', 'follow last 1000', 'follow all'])
})

test('a log without a line yet is followed from the beginning of the look', async () => {
  const one = source('a', [], [60])
  const two = source('b', [2])
  expect(await told([one.source, two.source])).toEqual(['b 2', 'a 60'])
})

describe('what is there already', () => {
  /** A log of `count` lines that is never held: each is made when it is asked for. */
  function long(service: string, count: number, step: number, read: { lines: number }): LogSource {
    return {
      service,
      ordered: true,
      async *read() {
        await Promise.resolve()
        for (let number = 0; number < count; number += 1) {
          read.lines += 1
          yield line(service, number * step)
        }
      },
    }
  }
  const signal = new AbortController().signal
  const clock = { clock: { now: () => 50 } }

  test('of logs longer than any limit every line comes, the newest too, in order and as they are read', async () => {
    const read = { lines: 0 }
    const sources = [long('a', 101_000, 2, read), long('b', 101_000, 3, read)]
    let [count, last, ahead, backwards] = [0, -1, 0, 0]
    for await (const { at } of mergedLogs(clock, sources, { follow: false, since: 0, signal })) {
      if (at < last) backwards += 1
      last = at
      count += 1
      ahead = Math.max(ahead, read.lines - count)
    }
    expect([count, last, backwards]).toEqual([202_000, 100_999 * 3, 0])
    // One line of each is held.
    expect(ahead).toBeLessThanOrEqual(2)
  })

  test('who stops reading ends the readings', async () => {
    const read = { lines: 0 }
    for await (const { at } of mergedLogs(clock, [long('a', 1e9, 1, read)], { follow: false, signal }))
      if (at === 10) break
    expect(read.lines).toBeLessThan(20)
  })

  test('the last lines before an instant are the newest of all together', async () => {
    const read = { lines: 0 }
    const sources = [long('a', 1000, 2, read), long('b', 1000, 3, read)]
    const texts: string[] = []
    for await (const { text } of mergedLogs(clock, sources, { follow: false, tail: 3, until: 9e9, signal }))
      texts.push(text)
    expect(texts).toEqual(['b 2991', 'b 2994', 'b 2997'])
  })

  test.each([
    ['all', {}],
    ['the last lines', { tail: 10 }],
    ['a page of the past', { tail: 10, until: 100 }],
  ])('a reading past its deadline is an error, not a log that begins here: %s', async (_, wish) => {
    const late = AbortSignal.timeout(5)
    const slow: LogSource = {
      service: 'a',
      ordered: true,
      async *read() {
        yield line('a', 1)
        await new Promise((resolve) => late.addEventListener('abort', resolve))
      },
    }
    const reading = async (): Promise<void> => {
      for await (const _line of mergedLogs(clock, [slow, long('b', 3, 1, { lines: 0 })], {
        follow: false,
        signal: late,
        ...wish,
      }));
    }
    await expect(reading()).rejects.toMatchObject({
      trouble: { kind: 'failed', what: 'The log could not be read to its end in time.' },
    })
  })

  test('an interruption by a person is no error', async () => {
    const stop = new AbortController()
    const texts: string[] = []
    const endless: LogSource = {
      service: 'a',
      ordered: true,
      async *read() {
        for (let at = 0; !stop.signal.aborted; at += 1) {
          await Promise.resolve()
          yield line('a', at)
        }
      },
    }
    for await (const { text } of mergedLogs(clock, [endless], { follow: false, signal: stop.signal })) {
      texts.push(text)
      if (texts.length === 3) stop.abort()
    }
    expect(texts.length).toBeGreaterThanOrEqual(3)
  })
})
