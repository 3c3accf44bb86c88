import { fc } from '../../chance.ts'
import { describe, expect, test } from 'vitest'
import { processorTime } from '../../cpu.ts'
import { compilePattern, LONGEST_PATTERN, plainPattern, type Pattern } from '../../../main/model/pattern.ts'

function compiled(text: string, ignoresCase = false): Pattern {
  const found = compilePattern(text, ignoresCase)
  if (found.kind !== 'pattern') throw new Error(`${text}: ${found.says}`)
  return found.pattern
}

/** Fifty of them took the platform's own engine years. */
const endless = [
  '^(a+)+$',
  '(a*)*b',
  '(a|a)*b',
  '(a|aa)+$',
  '(.*)*x',
  'a*a*a*a*a*a*a*a*b',
  '(?:a?){40}a{40}b',
  '(([a-z])+.)+[A-Z]([a-z])+$',
  '(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)b',
]

describe('an expression takes time in proportion to the text', () => {
  test.each(endless)('%s over fifty a, and over a line of 64 KB', (text) => {
    const pattern = compiled(text)
    const took = processorTime()
    for (const length of [50, 65_536]) {
      pattern.has(`${'a'.repeat(length)}!`)
      pattern.finds(`${'a'.repeat(length)}!`, 100)
    }
    expect(took()).toBeLessThan(2000)
  })
})

test.each([
  ['error|warn', 'a warning', [{ from: 2, to: 6 }]],
  [
    'status=5..',
    'status=503 status=200 status=504',
    [
      { from: 0, to: 10 },
      { from: 22, to: 32 },
    ],
  ],
  ['^level', 'level=level', [{ from: 0, to: 5 }]],
  [
    String.raw`\d+ms`,
    '12ms and 7ms',
    [
      { from: 0, to: 4 },
      { from: 9, to: 12 },
    ],
  ],
  [String.raw`\bpod\b`, 'a pod, podman', [{ from: 2, to: 5 }]],
  ['x*', 'axxa', [{ from: 1, to: 3 }]],
  ['', 'abc', []],
  ['^|$', 'abc', []],
  [String.raw`\p{Lu}`, 'äÄ', [{ from: 1, to: 2 }]],
  [String.raw`caf\u00e9`, 'un café', [{ from: 3, to: 7 }]],
  ['(?i)ERROR', 'an error', [{ from: 3, to: 8 }]],
  [String.raw`a\.b\/c`, 'a.b/c', [{ from: 0, to: 5 }]],
  ['🙂+', 'x🙂🙂', [{ from: 1, to: 5 }]],
] as const)('%s finds in "%s"', (text, line, finds) => {
  expect(compiled(text).finds(line, 100)).toEqual(finds)
})

test('capitals count unless they are not to, in both engines', () => {
  for (const text of ['error', 'e+rror']) {
    expect(compiled(text).has('ERROR')).toBe(false)
    expect(compiled(text, true).has('ERROR')).toBe(true)
  }
})

test('capitals count when nobody says anything of them', () => {
  for (const text of ['error', 'e+rror']) {
    const found = compilePattern(text)
    expect(found.kind === 'pattern' && found.pattern.has('ERROR')).toBe(false)
    expect(found.kind === 'pattern' && found.pattern.has('error')).toBe(true)
  }
})

test('an expression of a thousand characters is none too many', () => {
  expect(compiled('x'.repeat(LONGEST_PATTERN)).has('x'.repeat(LONGEST_PATTERN))).toBe(true)
})

test.each([
  ['a.b', 'axb a.b', { from: 4, to: 7 }],
  ['$(x)*+?[y]^{2}|\\', 'z$(x)*+?[y]^{2}|\\', { from: 1, to: 17 }],
  ['ERROR', 'an error', undefined],
])('the plain text %s is found in "%s" as it is', (text, line, find) => {
  expect(plainPattern(text, false).finds(line, 1)[0]).toEqual(find)
  expect(plainPattern(text, true).has(line)).toBe(find !== undefined || text === 'ERROR')
})

test('no more finds than are asked for', () => {
  for (const text of ['a', 'a+?']) expect(compiled(text).finds('a'.repeat(1000), 7)).toHaveLength(7)
})

test.each([
  ['(?=a)', 'looking ahead or behind'],
  ['a(?!b)', 'looking ahead or behind'],
  ['(?<=a)b', 'looking ahead or behind'],
  ['(?<!a)b', 'looking ahead or behind'],
  [String.raw`(a)\1`, 'a reference back'],
  [String.raw`(?<n>a)\k<n>`, 'a reference back'],
  ['a(', 'missing closing )'],
  ['[z-a]', 'invalid character class range'],
  ['*', 'missing argument to repetition operator'],
  ['a{1001}', 'invalid repeat count'],
  ['x'.repeat(LONGEST_PATTERN + 1), 'longer than 1000 characters'],
])('%s is refused with its reason', (text, says) => {
  const found = compilePattern(text)
  expect(found).toMatchObject({ kind: 'wrong', says: expect.stringContaining(says) })
  // A part of a sentence: no full stop, no marks of another program's.
  expect(found.kind === 'wrong' ? found.says : '').not.toMatch(/[.`]$|error parsing/)
})

test.each([
  [String.raw`a\\1`, String.raw`a\1`],
  [String.raw`\(?=`, '(='],
  ['[(?=]x', '=x'],
])('%s is none of these', (text, line) => {
  expect(compiled(text).has(line)).toBe(true)
})

test('both engines find the same', () => {
  const words = fc.array(fc.constantFrom('a', 'b', '.', '|', '^', '$', String.raw`\.`), { maxLength: 8 })
  fc.assert(
    fc.property(words, fc.string({ unit: fc.constantFrom('a', 'b', '.', 'A') }), (parts, line) => {
      const text = parts.join('')
      // A group that holds nothing leads to the linear engine.
      const [own, linear] = [compiled(text), compiled(`${text}()`.replaceAll('|', '()|'))]
      expect(own.has(line)).toBe(linear.has(line))
      expect(own.finds(line, 50)).toEqual(linear.finds(line, 50))
    }),
    { numRuns: 500 },
  )
})

test('a plain text finds itself and nothing else', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }), fc.string(), (text, before) => {
      const [first] = plainPattern(text, false).finds(before + text, 1)
      expect(first && (before + text).slice(first.from, first.to)).toBe(text)
    }),
  )
})
