import { expect, test } from 'vitest'
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
