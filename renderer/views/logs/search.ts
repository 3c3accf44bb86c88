/** Looking for a text or an expression in lines. */

export interface Query {
  readonly text: string
  readonly regex: boolean
}

/** What is looked for, ready to be used; or why it cannot be. */
export type Matcher =
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly why: 'syntax' | 'endless'; readonly says: string }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }

/** Longer ones are no search but a mistake of the clipboard. */
const LONGEST = 1000

/** Turns what was typed into a matcher. Without a capital letter in it, capitals do not count. */
export function matcherOf(query: Query): Matcher {
  const text = query.text.slice(0, LONGEST)
  if (text === '') return { kind: 'none' }
  const flags = text === text.toLowerCase() ? 'gi' : 'g'
  if (!query.regex)
    return { kind: 'pattern', pattern: new RegExp(text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'), flags) }
  if (isEndless(text)) return { kind: 'wrong', why: 'endless', says: '' }
  try {
    return { kind: 'pattern', pattern: new RegExp(text, flags) }
  } catch (error) {
    const said = error instanceof Error ? error.message : ''
    // "Invalid regular expression: /a(/gi: Unterminated group": the end is the part that helps.
    return { kind: 'wrong', why: 'syntax', says: said.split(': ').at(-1) ?? said }
  }
}

/**
 * Whether an expression repeats something that itself repeats without a limit, as in `(a+)+`: on a long line it may
 * take for ever, and nothing can interrupt it.
 */
export function isEndless(text: string): boolean {
  /** For each open group: whether something in it repeats without a limit. */
  const groups: boolean[] = []
  let closed = false
  for (let place = 0; place < text.length; place += 1) {
    const char = text[place]
    const unlimited = char === '*' || char === '+' || (char === '{' && /^\{\d*,\}/.test(text.slice(place)))
    if (unlimited && closed) return true
    closed = false
    if (char === '\\') place += 1
    else if (char === '[') {
      for (place += 1; place < text.length && text[place] !== ']'; place += 1)
        if (text[place] === '\\') place += 1
    } else if (char === '(') groups.push(false)
    else if (char === ')') {
      closed = groups.pop() ?? false
      if (closed && groups.length > 0) groups[groups.length - 1] = true
    } else if (unlimited && groups.length > 0) groups[groups.length - 1] = true
  }
  return false
}

/** Whether a line has what is looked for. */
export function isMatch(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0
  return pattern.test(text)
}

/** A part of a line, for drawing. */
export interface Piece {
  readonly text: string
  readonly hit: boolean
}

/** Marks in one line beyond this are not drawn. */
const MOST_MARKS = 100

/** A line cut into what was found and what is between. */
export function piecesOf(text: string, pattern: RegExp | undefined): readonly Piece[] {
  if (!pattern) return [{ text, hit: false }]
  const pieces: Piece[] = []
  let from = 0
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found && pieces.length < MOST_MARKS; found = pattern.exec(text)) {
    const [hit] = found
    // An expression may match nothing at all, for ever.
    if (hit === '') {
      pattern.lastIndex += 1
      continue
    }
    if (found.index > from) pieces.push({ text: text.slice(from, found.index), hit: false })
    pieces.push({ text: hit, hit: true })
    from = found.index + hit.length
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
export function firstHit(text: string, pattern: RegExp): number {
  pattern.lastIndex = 0
  return pattern.exec(text)?.index ?? -1
}
