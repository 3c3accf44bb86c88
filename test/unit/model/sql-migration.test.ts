import { expect, test } from 'vitest'
import { migrationsOf, pendingOf } from '../../../main/model/sql-migration.ts'

/** Migrations are applied once, in order, and never onto a database that is not what they were written for. */

const read = (...files: readonly string[]) =>
  migrationsOf('/m', new Map(files.map((file) => [file, `text of ${file}`])), (text) => `sum of ${text}`)

const shipped = read('0002-events.sql', '0001-roles.sql', '0003-a-b.sql')
const applied = (count: number) =>
  shipped.slice(0, count).map(({ number, name, checksum }) => ({ number, name, checksum }))

test('files are read by number, with name and checksum', () => {
  expect(shipped.map(({ number, name }) => [number, name])).toEqual([
    [1, 'roles'],
    [2, 'events'],
    [3, 'a-b'],
  ])
  expect(shipped[1]).toMatchObject({
    checksum: 'sum of text of 0002-events.sql',
    sql: 'text of 0002-events.sql',
  })
})

test.each([
  [['0001-a.sql', '0003-c.sql'], '/m has no migration 2.'],
  [['0002-a.sql'], '/m has no migration 1.'],
  [['0000-a.sql'], '/m has no migration 1.'],
  [['0001-a.sql', '0001-b.sql'], '/m has two migrations 1.'],
  [['0001-a.sql', 'readme.md'], '/m/readme.md is not named like 0001-name.sql.'],
  [["0001-a'; DROP.sql"], "/m/0001-a'; DROP.sql is not named like 0001-name.sql."],
])('the files %j are refused whole', (files, what) => {
  expect(() => read(...files)).toThrow(what)
})

test('a database gets what it has not had, in order', () => {
  expect(pendingOf('shop', shipped, []).map(({ number }) => number)).toEqual([1, 2, 3])
  expect(pendingOf('shop', shipped, applied(2)).map(({ number }) => number)).toEqual([3])
  expect(pendingOf('shop', shipped, applied(3))).toEqual([])
})

test('one that was changed after it was applied is told by number and name, and nothing more is applied', () => {
  const changed = applied(2).map((one) => ({ ...one, checksum: one.number === 1 ? 'other' : one.checksum }))
  expect(() => pendingOf('shop', shipped, changed)).toThrow(
    /^Migration 1 \(roles\) of the database shop is not the one that was applied\..*number 4\.$/,
  )
})

test('a database of a newer version is told and left alone, though what both know is equal', () => {
  const newer = [...applied(3), { number: 4, name: 'later', checksum: 'x' }]
  expect(() => pendingOf('shop', shipped, newer)).toThrow(
    'The database shop was made by a newer version: it has migration 4 (later), this version ends with 3.',
  )
  expect(() => pendingOf('shop', [], applied(1))).toThrow('this version ends with 0')
})
