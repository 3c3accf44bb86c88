import {
  compilePattern,
  LONGEST_PATTERN,
  plainPattern,
  type Compiled,
  type Pattern,
} from '../../../main/model/pattern.ts'

/** Looking for a text or an expression in lines. */

export interface Query {
  readonly text: string
  readonly regex: boolean
}

/** What is looked for, ready to be used; or why it cannot be. */
export type Matcher = { readonly kind: 'none' } | Compiled

/** Turns what was typed into a matcher. Without a capital letter in it, capitals do not count. */
export function matcherOf(query: Query): Matcher {
  const text = query.text.slice(0, LONGEST_PATTERN)
  if (text === '') return { kind: 'none' }
  // The letters of escapes (\W, \S) are no capitals that somebody looks for.
  const letters = query.regex ? text.replaceAll(/\\./g, '') : text
  const ignoresCase = letters === letters.toLowerCase()
  if (query.regex) return compilePattern(text, ignoresCase)
  return { kind: 'pattern', pattern: plainPattern(text, ignoresCase) }
}

/** A part of a line, for drawing. */
export interface Piece {
  readonly text: string
  readonly hit: boolean
}

/** Marks in one line beyond this are not drawn. */
const MOST_MARKS = 100

/** A line cut into what was found and what is between. */
export function piecesOf(text: string, pattern: Pattern | undefined): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const find of pattern?.finds(text, MOST_MARKS) ?? []) {
    if (find.from > from) pieces.push({ text: text.slice(from, find.from), hit: false })
    pieces.push({ text: text.slice(find.from, find.to), hit: true })
    from = find.to
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), hit: false })
  return pieces
}

/** How much of a text is drawn, from where on; lines may have 64 KB. */
export interface Cut {
  readonly from: number
  readonly text: string
  /** Characters left out behind it. */
  readonly left: number
}

/** The part of a text that is drawn: its beginning, or from shortly before `at` when that is beyond what can be seen. */
export function cutOf(text: string, most: number, at = 0, visible = most): Cut {
  const lead = 40
  const begin = at > visible - lead ? Math.max(0, at - lead) : 0
  // Never between the two halves of one character.
  const from = begin > 0 && isLow(text, begin) ? begin - 1 : begin
  const until = from + most
  const end = isLow(text, until) ? until - 1 : until
  return { from, text: text.slice(from, end), left: Math.max(0, text.length - end) }
}

function isLow(text: string, place: number): boolean {
  const code = text.charCodeAt(place)
  return code >= 0xdc_00 && code <= 0xdf_ff
}

/** Where the first find in a text begins; -1: nowhere. */
export function firstHit(text: string, pattern: Pattern): number {
  return pattern.finds(text, 1)[0]?.from ?? -1
}
