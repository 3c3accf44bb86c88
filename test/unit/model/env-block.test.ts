import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  alsoSet,
  blockIn,
  checkOnlyOurs,
  isEnvFileName,
  withBlock,
  withoutBlock,
} from '../../../main/model/env-block.ts'

const lines = ["DATABASE_URL='postgres://a:b@h:1/d'", 'PGUSER=macula']
const texts = fc
  .array(fc.constantFrom('A=1', '# a comment', '', 'PGUSER=ada', 'B="x', '\r'), { maxLength: 8 })
  .chain((all) =>
    fc
      .constantFrom('\n', '\r\n')
      .chain((feed) => fc.constantFrom('', feed).map((last) => all.join(feed) + last)),
  )

test('a block comes and goes, and every other byte stays', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const written = withBlock(text, 'timescaledb', lines)
      expect(written.startsWith(text)).toBe(true)
      expect(blockIn(written, 'timescaledb')).toEqual(lines)
      expect(withBlock(written, 'timescaledb', lines)).toBe(written)
      expect(withoutBlock(written, 'timescaledb')).toBe(text)
      const two = withBlock(written, 'object-store', ['S3_ENDPOINT=x'])
      const changed = withBlock(two, 'timescaledb', ['PGUSER=other'])
      expect(blockIn(changed, 'object-store')).toEqual(['S3_ENDPOINT=x'])
      expect(withoutBlock(withoutBlock(changed, 'object-store'), 'timescaledb')).toBe(text)
      expect(withoutBlock(withoutBlock(changed, 'timescaledb'), 'object-store')).toBe(text)
    }),
  )
})

test('lines written behind a block stay where they are', () => {
  const text = `${withBlock('A=1', 'x', lines)}B=2\n`
  expect(withoutBlock(text, 'x')).toBe('A=1\nB=2\n')
  expect(withBlock(text, 'x', ['C=3'])).toMatch(/^A=1\n# >>> .*\nC=3\n# <<< macula-desktop x\nB=2\n$/)
})

test.each([
  ['without an end', '# >>> macula-desktop x: w\nA=1\n'],
  ['without a begin', '# <<< macula-desktop x\n'],
  ['twice', `${withBlock('', 'x', lines)}${withBlock('', 'x', lines)}`],
  ['turned round', '# <<< macula-desktop x\n# >>> macula-desktop x: w\n'],
])('marks %s are refused, not guessed at', (_, text) => {
  expect(() => withBlock(text, 'x', lines)).toThrow(/not one pair/)
  expect(() => withoutBlock(text, 'x')).toThrow(/not one pair/)
})

test.each([
  ['MINE=secret', /Line 4 is between the marks of x, but not of Macula: MINE\./],
  ['# a word of mine', /Line 4 is between the marks of x, but not of Macula\./],
  ['PGUSER=ada', /Line 4 .*: PGUSER\./],
  ['b"', /Line 4 /],
])('a line %j of the person between the marks is refused, with its line', (line, says) => {
  const text = withBlock('A=1', 'x', ['PGUSER=macula', line])
  expect(() => {
    checkOnlyOurs(text, 'x', ['PGUSER', 'OLD'])
  }).toThrow(says)
})

test.each([[['PGUSER=mine']], [['', 'OLD=1']], [[]], [['export PGUSER=x']]])(
  'lines %j between the marks are ours',
  (own) => {
    const text = withBlock('PGUSER=ada\n', 'x', own)
    expect(() => {
      checkOnlyOurs(text, 'x', ['PGUSER', 'OLD'])
    }).not.toThrow()
  },
)

test('keys of the person beside ours are told with their lines', () => {
  const text = `PGUSER=ada\n#PGUSER=no\n  export  DATABASE_URL = x\n${withBlock('', 'x', lines)}`
  expect(alsoSet(text, 'x', ['PGUSER', 'DATABASE_URL'])).toEqual([
    { name: 'PGUSER', line: 1 },
    { name: 'DATABASE_URL', line: 3 },
  ])
})

test.each([
  ['.env', true],
  ['.env.local', true],
  ['dev.env', true],
  ['.bashrc', false],
  ['env', false],
  ['.env/..', false],
  ['-x.env', false],
  ['.envrc', false],
])('%s may be written: %s', (name, may) => {
  expect(isEnvFileName(name)).toBe(may)
})
