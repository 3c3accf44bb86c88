import { compilePattern, plainPattern } from '../../../main/model/pattern.ts'
import { fc } from '../../chance.ts'
import { expect, test } from 'vitest'
import { levels } from '../../../renderer/views/logs/levels.ts'
import { bytesOf, createRing, entryOf, markOf, type Ring } from '../../../renderer/views/logs/ring.ts'
import { createRows, lowerBound, type Filter } from '../../../renderer/views/logs/rows.ts'

const line = (text: string, at = 1, service = 'grafana') => entryOf({ text, at, service })

const texts = (ring: Ring): readonly string[] => {
  const all: string[] = []
  for (let number = ring.first(); number < ring.end(); number += 1) all.push(ring.get(number)?.text ?? '?')
  return all
}

test('fault 36: the ring holds as many of the newest lines as fit, and no more memory', () => {
  const one = bytesOf('0123456789')
  const ring = createRing(one * 3)
  for (let at = 0; at < 10; at += 1) ring.push(line(`01234567${String(at).padStart(2, '0')}`, at))
  expect(texts(ring)).toEqual(['0123456707', '0123456708', '0123456709'])
  expect(ring.bytes()).toBe(one * 3)
  expect([ring.first(), ring.end()]).toEqual([7, 10])
})

test('wide characters count twice, and a single line is kept however long it is', () => {
  expect(bytesOf('äöü') - bytesOf('')).toBe(3)
  expect(bytesOf('日本') - bytesOf('')).toBe(4)
  const ring = createRing(100)
  ring.push(line('x'.repeat(65_536)))
  expect(ring.end() - ring.first()).toBe(1)
  ring.push(line('y'))
  expect(texts(ring)).toEqual(['y'])
})

test('rows put in front keep their order and numbers, and push the newest out', () => {
  const ring = createRing(bytesOf('a') * 4)
  ring.push(line('c', 3))
  ring.push(line('d', 4))
  expect(ring.prepend([line('a', 1), line('b', 2)])).toBe(0)
  expect(texts(ring)).toEqual(['a', 'b', 'c', 'd'])
  expect(ring.get(-2)?.text).toBe('a')
  expect(ring.get(1)?.text).toBe('d')
  expect(ring.prepend([line('9', 0)])).toBe(1)
  expect(texts(ring)).toEqual(['9', 'a', 'b', 'c'])
  expect([ring.hasDropped(), ring.fits(line('e'))]).toEqual([true, false])
})

test('levels and services are counted as they come and go; marks are no lines', () => {
  const ring = createRing(bytesOf('level=error') * 2)
  ring.push(line('level=error', 1, 'tempo'))
  ring.push(line('level=error', 2, 'grafana'))
  expect([ring.count(levels.error), ring.of('tempo'), ring.of('grafana')]).toEqual([2, 1, 1])
  ring.push(line('level=warn', 3, 'grafana'))
  expect([ring.count(levels.error), ring.count(levels.warning), ring.of('tempo')]).toEqual([1, 1, 0])
  ring.clear()
  ring.push(markOf(4, 'lines may be missing'))
  expect([ring.count(levels.unknown), ring.of(''), ring.end()]).toEqual([0, 0, 1])
})

/** What is done to a ring, one after the other. */
const deeds = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('push' as const), count: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ do: fc.constant('prepend' as const), count: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ do: fc.constant('clear' as const), count: fc.constant(0) }),
  ),
  { maxLength: 40 },
)

function doAll(
  ring: Ring,
  list: readonly { readonly do: string; readonly count: number }[],
  each: () => void,
) {
  let oldest = 0
  let newest = 0
  const word = (at: number): string =>
    `${at % 3 === 0 ? 'level=error' : 'level=info'} ${at % 5 === 0 ? 'needle' : 'hay'} ${at}`
  for (const deed of list) {
    if (deed.do === 'clear') ring.clear()
    if (deed.do === 'push')
      for (let step = 0; step < deed.count; step += 1) {
        ring.push(line(word(newest), newest))
        newest += 1
      }
    if (deed.do === 'prepend') {
      const page = []
      for (let step = deed.count; step > 0; step -= 1)
        page.push(line(word(oldest - step + 30_000), oldest - step))
      ring.prepend(page)
      oldest -= deed.count
    }
    each()
  }
}

test('whatever is done, the ring stays within its limit and its rows in order', () => {
  fc.assert(
    fc.property(deeds, fc.integer({ min: 200, max: 4000 }), (list, limit) => {
      const ring = createRing(limit)
      doAll(ring, list, () => {
        let bytes = 0
        let errors = 0
        for (let number = ring.first(); number < ring.end(); number += 1) {
          const entry = ring.get(number)
          expect(entry).toBeDefined()
          bytes += bytesOf(entry?.text ?? '')
          if (entry?.level === levels.error) errors += 1
        }
        expect(ring.bytes()).toBe(bytes)
        expect(ring.count(levels.error)).toBe(errors)
        expect(bytes <= limit || ring.end() - ring.first() === 1).toBe(true)
        expect(ring.get(ring.first() - 1)).toBeUndefined()
        expect(ring.get(ring.end())).toBeUndefined()
      })
    }),
    { numRuns: 200 },
  )
})

const filters: readonly Filter[] = [
  { least: 0, pattern: undefined, only: false },
  { least: 0, pattern: plainPattern('needle', false), only: false },
  { least: levels.error, pattern: undefined, only: false },
  { least: levels.error, pattern: plainPattern('needle', false), only: true },
]

test('rows that are kept up with a ring are those that a fresh look would find', () => {
  fc.assert(
    fc.property(
      deeds,
      fc.integer({ min: 400, max: 4000 }),
      fc.constantFrom(...filters),
      (list, limit, filter) => {
        const ring = createRing(limit)
        const kept = createRows(ring, filter)
        doAll(ring, list, () => {
          kept.sync()
          const fresh = createRows(ring, filter)
          fresh.sync()
          const all = (rows: typeof kept): readonly number[] =>
            Array.from({ length: rows.count() }, (_, index) => rows.numberAt(index))
          expect(all(kept)).toEqual(all(fresh))
          expect(kept.hits()).toEqual(fresh.hits())
          for (const number of all(kept)) expect(kept.numberAt(kept.indexOf(number))).toBe(number)
        })
      },
    ),
    { numRuns: 200 },
  )
})

test('a filter leaves out lower levels, keeps what says none, and marks', () => {
  const ring = createRing(100_000)
  for (const text of ['level=debug a', 'plain text', 'level=warn b', 'level=error c']) ring.push(line(text))
  ring.push(markOf(1, 'lines may be missing'))
  const found = compilePattern(String.raw`level=\w+ [bc]`)
  const level = found.kind === 'pattern' ? found.pattern : undefined
  const shown = (filter: Filter): readonly string[] => {
    const rows = createRows(ring, filter)
    rows.sync()
    return Array.from({ length: rows.count() }, (_, index) => ring.get(rows.numberAt(index))?.text ?? '')
  }
  expect(shown({ least: levels.warning, pattern: undefined, only: false })).toEqual([
    'plain text',
    'level=warn b',
    'level=error c',
    'lines may be missing',
  ])
  expect(shown({ least: 0, pattern: level, only: true })).toEqual(['level=warn b', 'level=error c'])
})

test('lowerBound finds the first that is not below', () => {
  expect([0, 1, 2, 3, 9].map((number) => lowerBound([1, 3, 5], number))).toEqual([0, 0, 1, 1, 3])
})
