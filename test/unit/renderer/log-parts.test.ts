import { expect, test } from 'vitest'
import { createRing, entryOf, markOf } from '../../../renderer/views/logs/ring.ts'
import { createRows } from '../../../renderer/views/logs/rows.ts'
import { movingEnd, select } from '../../../renderer/views/logs/selection.ts'
import { sinceAt } from '../../../renderer/views/logs/since.ts'
import { fileName, partsOf, sayRow } from '../../../renderer/views/logs/take-away.ts'

const title = (id: string): string => id.toUpperCase()

test('a click selects a row, with Shift up to there and back, a second click ends it', () => {
  const one = select(undefined, 5, false)
  expect(one).toEqual({ anchor: 5, from: 5, to: 5 })
  const more = select(one, 8, true)
  expect(more).toEqual({ anchor: 5, from: 5, to: 8 })
  expect(more && movingEnd(more)).toBe(8)
  const back = select(more, 3, true)
  expect(back).toEqual({ anchor: 5, from: 3, to: 5 })
  expect(back && movingEnd(back)).toBe(3)
  expect(select(one, 5, false)).toBeUndefined()
  expect(select(more, 6, false)).toEqual({ anchor: 6, from: 6, to: 6 })
})

test('what is taken away is what is shown, with instants that mean the same everywhere', () => {
  const ring = createRing(1_000_000)
  const at = Date.UTC(2026, 10, 23, 10, 42, 29, 204)
  for (let count = 0; count < 1500; count += 1)
    ring.push(
      entryOf({
        at: at + count,
        service: 'grafana',
        text: `level=${count % 2 === 0 ? 'info' : 'error'} ${count}`,
      }),
    )
  ring.push(markOf(at, 'lines may be missing'))
  const rows = createRows(ring, { least: 4, pattern: undefined, only: false })
  rows.sync()
  const parts = partsOf(ring, rows, undefined, title)
  const lines = parts.join('').split('\n')
  expect(lines).toHaveLength(752)
  expect(lines[0]).toBe('2026-11-23T10:42:29.205Z GRAFANA  level=error 1')
  expect(lines.at(-2)).toBe('2026-11-23T10:42:29.204Z --- lines may be missing ---')
  expect(partsOf(ring, rows, { anchor: 3, from: 3, to: 6 }, title)).toEqual([
    '2026-11-23T10:42:29.207Z GRAFANA  level=error 3\n2026-11-23T10:42:29.209Z GRAFANA  level=error 5\n',
  ])
  expect(sayRow(entryOf({ at, service: 'x', text: 'y' }), title)).toBe('2026-11-23T10:42:29.204Z X  y')
})

test('fault 1: a file gets a name without a path, whatever a service is called', () => {
  const now = new Date(2026, 10, 3, 9, 5, 7).getTime()
  expect(fileName(['grafana', 'tempo'], now)).toBe('macula-logs-grafana-tempo-20261103-090507.txt')
  expect(fileName(['a', 'b', 'c', 'd'], now)).toBe('macula-logs-4-services-20261103-090507.txt')
  expect(fileName(['../../x\n.sh'], now)).toBe('macula-logs-______x__sh-20261103-090507.txt')
})

test('a choice of time is an instant, or none', () => {
  expect(sinceAt('begin', 10_000_000, 5)).toBeUndefined()
  expect(sinceAt('start', 10_000_000, 5)).toBe(5)
  expect(sinceAt('five', 10_000_000, 5)).toBe(10_000_000 - 300_000)
  expect(sinceAt('day', 100_000_000, undefined)).toBe(13_600_000)
})
