import { expect, test } from 'vitest'
import type { ActivityEntry } from '../../../main/model/activity.ts'
import { CHECK_AGENT } from '../../../main/model/own-check.ts'
import { choicesOf, nearestTo, rowsOf } from '../../../renderer/views/activity/entries.ts'
import { createRing, entryOf } from '../../../renderer/views/logs/ring.ts'
import { createRows } from '../../../renderer/views/logs/rows.ts'
import { nearestRow } from '../../../renderer/views/logs/use-led.ts'

const noon = new Date(2026, 10, 27, 12).getTime()
const day = 86_400_000
const title = (id: string): string => (id === 'tempo' ? 'Tempo' : id)
const entries: readonly ActivityEntry[] = [
  { at: noon - day, kind: 'works', service: 'tempo' },
  { at: noon - 2000, kind: 'failed', service: 'tempo', reason: 'exit code 1' },
  { at: noon - 1000, kind: 'network', link: 'tun0', address: '10.8.0.2', was: '' },
]
const all = { text: '', service: undefined, group: undefined }

test('rows are newest first, and the first of a day has its name', () => {
  const rows = rowsOf(entries, all, title, noon)
  expect(rows.map(({ entry, day: head }) => [entry.kind, head])).toEqual([
    ['network', 'Today'],
    ['failed', undefined],
    ['works', 'Yesterday'],
  ])
  expect(nearestTo(rows, noon - 1900)).toBe(1)
  expect(nearestTo(rows, 0)).toBe(2)
  expect(nearestTo([], noon)).toBe(0)
})

test.each([
  [{ ...all, text: 'EXIT tempo' }, 1],
  [{ ...all, text: 'vpn' }, 1],
  [{ ...all, text: 'tempo vpn' }, 0],
  [{ ...all, service: 'tempo' }, 2],
  [{ ...all, service: 'tempo', group: 'failed' as const }, 1],
])('%j finds %i', (wish, count) => {
  expect(rowsOf(entries, wish, title, noon)).toHaveLength(count)
})

test('only what there is something of can be chosen', () => {
  const { groups, services } = choicesOf(entries)
  expect([...groups].sort()).toEqual(['failed', 'network', 'started'])
  expect([...services]).toEqual(['tempo'])
})

const line = (at: number, own: boolean) =>
  entryOf({ at, service: 'web', text: `"GET / HTTP/1.1" 200 "${own ? CHECK_AGENT : 'curl/8.0'}"` })

test('lines of our own checks are hidden and counted, also when the first comes late', () => {
  const ring = createRing(1_000_000)
  const rows = createRows(ring, { least: 0, pattern: undefined, only: false, hidesOwn: true })
  const all = createRows(ring, { least: 0, pattern: undefined, only: false })
  const counts = (): readonly number[] => {
    rows.sync()
    all.sync()
    return [rows.count(), all.count(), ring.own()]
  }
  ring.push(line(1, false))
  expect(counts()).toEqual([1, 1, 0])
  ring.push(line(2, true))
  ring.push(line(3, false))
  expect(counts()).toEqual([2, 3, 1])
  ring.prepend([line(-1, true), line(0, false)])
  expect(counts()).toEqual([3, 5, 2])
  expect([0, 1, 2].map((index) => ring.get(rows.numberAt(index))?.at)).toEqual([0, 1, 3])
  ring.clear()
  expect(counts()).toEqual([0, 0, 0])
})

test('hidden lines that are dropped are counted no more', () => {
  const ring = createRing(1000)
  const rows = createRows(ring, { least: 0, pattern: undefined, only: false, hidesOwn: true })
  for (let at = 0; at < 500; at += 1) ring.push(line(at, at % 2 === 0))
  rows.sync()
  const kept = ring.end() - ring.first()
  expect(ring.own() + rows.count()).toBe(kept)
})

test('who is led to an instant comes to the row that is nearest and shown', () => {
  const ring = createRing(1_000_000)
  const rows = createRows(ring, { least: 0, pattern: undefined, only: false, hidesOwn: true })
  for (const at of [10, 20, 30]) ring.push(line(at, at === 20))
  rows.sync()
  expect([0, 14, 24, 99].map((at) => ring.get(nearestRow(ring, rows, at) ?? -1)?.at)).toEqual([
    10, 10, 30, 30,
  ])
})
