import { expect, test } from 'vitest'
import { z } from 'zod'
import { readJson } from '../../../main/system/json-file.ts'

/** One reader for what a person or a program may have written into a file of ours. */

const nested = (levels: number, inside = ''): string => `${'['.repeat(levels)}${inside}${']'.repeat(levels)}`

test.each([
  ['whole', `{\n  "sets": ${nested(100_000)}\n}`],
  ['cut off', `{\n  "sets": ${'['.repeat(100_000)}`],
  ['of objects', `{\n  "sets": ${'{"a":'.repeat(100_000)}1`],
])('what is nested too deep (%s) is refused with its place, not by a reader that gives up', (name, text) => {
  const column = 'sets": '.length + 4 + 63 * (name === 'of objects' ? 5 : 1)
  expect(readJson(text, z.unknown())).toEqual({
    kind: 'bad',
    reason: 'it is nested deeper than 64 levels',
    line: 2,
    column,
  })
})

test.each([`${']'.repeat(100_000)}${'['.repeat(100_000)}`, '[},'.repeat(100_000), '{]'.repeat(100_000)])(
  'brackets that do not match are told as such, however many (%#)',
  (text) => {
    expect(readJson(text, z.unknown())).toMatchObject({ kind: 'bad', line: 1 })
  },
)

test.each([
  nested(64),
  `[${Array.from({ length: 1000 }, () => nested(63)).join(',')}]`,
  JSON.stringify({ a: '['.repeat(1000), b: '"\\' + '{'.repeat(1000) }),
])('what is no deeper is read, whatever is in its strings', (text) => {
  expect(readJson(text, z.unknown()).kind).toBe('read')
})
