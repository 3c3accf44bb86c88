import { expect, test } from 'vitest'
import { createMark } from '../../../renderer/views/services/mark.ts'
import { isMove, rowAfter } from '../../../renderer/views/services/grid-keys.ts'
import { CHUNK, chunksOf, keysOf, outlineOf } from '../../../renderer/views/services/outline.ts'
import { greenWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'

const green = snapshotOf(greenWorld())

test('the outline stays the same object while no row comes, goes or moves', () => {
  const first = outlineOf([], green, '', {})
  expect(first.map(({ id }) => id)).toEqual(green.tiers.map(({ id }) => id))
  expect(first.flatMap(({ services }) => services)).toHaveLength(green.services.length)
  const services = green.services.map((view) => ({ ...view, state: 'failed' as const }))
  expect(outlineOf(first, { ...green, services }, '', {})).toBe(first)
  expect(outlineOf(first, snapshotOf(troubleWorld()), '', {})).toBe(first)
  const fewer = outlineOf(first, { ...green, services: services.slice(1) }, '', {})
  expect(fewer).not.toBe(first)
  expect(outlineOf(first, green, '', { favourites: ['tempo'] })).not.toEqual(first)
})

test('filtered, only tiers with a service that fits are left; blanks are no filter', () => {
  const found = outlineOf([], green, 'grafana', {})
  expect(found.flatMap(({ services }) => services)).toEqual(['grafana'])
  expect(found).toHaveLength(1)
  expect(outlineOf([], green, '  ', {})).toEqual(outlineOf([], green, '', {}))
  expect(outlineOf([], green, 'no such service', {})).toEqual([])
  expect(outlineOf([], null, '', {})).toEqual([])
})

test('the rows of a closed tier are not there', () => {
  const tiers = [
    { id: 'a', services: ['one', 'two'] },
    { id: 'b', services: ['three'] },
  ]
  expect(keysOf(tiers, () => true)).toEqual(['tier a', 'one', 'two', 'tier b', 'three'])
  expect(keysOf(tiers, (tier) => tier === 'b')).toEqual(['tier a', 'tier b', 'three'])
})

test.each([0, 1, CHUNK, CHUNK + 1, CHUNK * 3 - 1])(
  '%i rows in groups are all there, in their order',
  (count) => {
    const ids = Array.from({ length: count }, (_, index) => `own-${index}`)
    const groups = chunksOf(ids)
    expect(groups.flat()).toEqual(ids)
    for (const group of groups.slice(0, -1)) expect(group).toHaveLength(CHUNK)
    expect(groups.every((group) => group.length > 0 && group.length <= CHUNK)).toBe(true)
  },
)

test('keys move from row to row, and not beyond the ends', () => {
  const keys = ['a', 'b', 'c', 'd', 'e']
  expect(rowAfter(keys, 'b', 'ArrowDown', 2)).toBe('c')
  expect(rowAfter(keys, 'b', 'ArrowUp', 2)).toBe('a')
  expect(rowAfter(keys, 'b', 'PageDown', 2)).toBe('d')
  expect(rowAfter(keys, 'd', 'PageUp', 2)).toBe('b')
  expect(rowAfter(keys, 'd', 'PageDown', 9)).toBe('e')
  expect(rowAfter(keys, 'b', 'PageUp', 9)).toBe('a')
  expect(rowAfter(keys, 'e', 'ArrowDown', 2)).toBe('e')
  expect(rowAfter(keys, 'a', 'ArrowUp', 2)).toBe('a')
  expect(rowAfter(keys, 'c', 'Home', 2)).toBe('a')
  expect(rowAfter(keys, 'c', 'End', 2)).toBe('e')
  expect(rowAfter(keys, null, 'ArrowDown', 2)).toBe('a')
  expect(rowAfter([], null, 'End', 2)).toBeUndefined()
  expect(isMove('Home')).toBe(true)
  expect(isMove('h')).toBe(false)
})

test('of a mark only the row that had it and the one that has it are told', () => {
  const mark = createMark()
  const told: string[] = []
  const quiet = ['a', 'b', 'c'].map((key) => mark.subscribe(key, () => told.push(key)))
  mark.set('a')
  expect(told).toEqual(['a'])
  mark.set('b')
  expect(told).toEqual(['a', 'a', 'b'])
  mark.set('b')
  expect(told).toHaveLength(3)
  mark.set(null)
  expect(told).toEqual(['a', 'a', 'b', 'b'])
  expect(mark.get()).toBeNull()
  for (const undo of quiet) undo()
  mark.set('c')
  expect(told).toHaveLength(4)
})
