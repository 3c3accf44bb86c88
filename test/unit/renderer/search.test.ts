import { fc } from '../../chance.ts'
import { expect, test } from 'vitest'
import type { Pattern } from '../../../main/model/pattern.ts'
import { cutOf, firstHit, matcherOf, piecesOf } from '../../../renderer/views/logs/search.ts'

const isMatch = (one: Pattern, text: string): boolean => one.has(text)

const pattern = (text: string, regex = false): Pattern => {
  const matcher = matcherOf({ text, regex })
  if (matcher.kind !== 'pattern') throw new Error(`${text} is ${matcher.kind}`)
  return matcher.pattern
}

test('plain text is looked for as it is; capitals count once there is one', () => {
  expect(isMatch(pattern('a.b('), 'x A.B(y')).toBe(true)
  expect(isMatch(pattern('a.b('), 'aXb(')).toBe(false)
  expect(isMatch(pattern('Error'), 'error')).toBe(false)
  expect(isMatch(pattern('error'), 'ERROR')).toBe(true)
  expect(matcherOf({ text: '', regex: true })).toEqual({ kind: 'none' })
})

test('any plain text finds itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }), fc.string(), (text, around) => {
      expect(isMatch(pattern(text), `${around}${text}${around}`)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('an expression that is not whole says why', () => {
  expect(matcherOf({ text: 'a(', regex: true })).toEqual({ kind: 'wrong', says: 'missing closing ): "a("' })
  expect(matcherOf({ text: '[z-a]', regex: true })).toMatchObject({ kind: 'wrong' })
  expect(isMatch(pattern(String.raw`\Serror`, true), 'an XERROR')).toBe(true)
  expect(isMatch(pattern('compactor|shut down', true), 'it was shut down')).toBe(true)
})

test('a line is cut into what was found and what is between, and nothing is lost', () => {
  expect(piecesOf('one two one', pattern('one'))).toEqual([
    { text: 'one', hit: true },
    { text: ' two ', hit: false },
    { text: 'one', hit: true },
  ])
  expect(piecesOf('none', undefined)).toEqual([{ text: 'none', hit: false }])
  expect(piecesOf('', pattern('x'))).toEqual([{ text: '', hit: false }])
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('a', 'a*', '|', '^', '.', '\\b'), (text, expression) => {
      const pieces = piecesOf(text, pattern(expression, true))
      expect(pieces.map((piece) => piece.text).join('')).toBe(text)
    }),
  )
  expect(piecesOf('a'.repeat(65_536), pattern('a')).length).toBeLessThanOrEqual(101)
})

test('fault 36: of a line of 64 KB only a part is drawn, around the find where that is far behind', () => {
  const text = `${'x'.repeat(30_000)}needle${'y'.repeat(30_000)}`
  expect(cutOf(text, 1200)).toEqual({ from: 0, text: 'x'.repeat(1200), left: 58_806 })
  const cut = cutOf(text, 1200, firstHit(text, pattern('needle')), 90)
  expect(cut.from).toBe(29_960)
  expect(cut.text.slice(40, 46)).toBe('needle')
  expect(cut.left).toBe(text.length - 29_960 - 1200)
  expect(cutOf('short', 1200, 3, 90)).toEqual({ from: 0, text: 'short', left: 0 })
})

test('no cut goes through a character', () => {
  const smiles = '🙂'.repeat(100)
  for (let most = 1; most < 12; most += 1)
    for (let at = 60; at < 72; at += 1) {
      const cut = cutOf(smiles, most + 1, at, 50)
      // Half a character cannot be written in UTF-8.
      expect(() => encodeURIComponent(cut.text), `${most} ${at}`).not.toThrow()
    }
})
