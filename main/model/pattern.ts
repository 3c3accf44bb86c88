import { RE2JS } from 're2js'

/** A find in a text: from its first character to before its last. */
export interface Find {
  readonly from: number
  readonly to: number
}

/** What is looked for in lines. Takes time in proportion to the text, whatever the expression is. */
export interface Pattern {
  has(text: string): boolean
  /** The first finds in order, at most `most`; those of no characters are left out. */
  finds(text: string, most: number): readonly Find[]
}

/** An expression ready to be used, or why it cannot be (words without a full stop). */
export type Compiled =
  { readonly kind: 'pattern'; readonly pattern: Pattern } | { readonly kind: 'wrong'; readonly says: string }

/** Longer ones are no search but a mistake of the clipboard. */
export const LONGEST_PATTERN = 1000

/**
 * An expression in RE2's grammar (nearly that of Perl and JavaScript) by RE2's way of matching, which follows all
 * alternatives at once: `^(a+)+$` on fifty a's takes the browser's own engine years, and nothing can interrupt that. What
 * cannot be matched in this way (looking ahead or behind, a reference back) is refused.
 */
export function compilePattern(text: string, ignoresCase = false): Compiled {
  if (text.length > LONGEST_PATTERN)
    return { kind: 'wrong', says: `it is longer than ${LONGEST_PATTERN} characters` }
  const refused = whyRefused(text)
  if (refused !== undefined) return { kind: 'wrong', says: refused }
  try {
    const linear = RE2JS.compile(RE2JS.translateRegExp(text), ignoresCase ? RE2JS.CASE_INSENSITIVE : 0)
    return {
      kind: 'pattern',
      pattern: isSimple(text) ? ownPattern(text, ignoresCase) : linearPattern(linear),
    }
  } catch (error) {
    return { kind: 'wrong', says: sayWrong(error) }
  }
}

/** A text that is looked for as it is. */
export function plainPattern(text: string, ignoresCase: boolean): Pattern {
  return ownPattern(text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`), ignoresCase)
}

/**
 * Whether an expression has nothing that repeats and no groups, as "error|warn" or "status=5..": the engine of the
 * platform then looks at each character a few times at most, and is ten times as fast.
 */
function isSimple(text: string): boolean {
  return /^(?:[^\\^$.*+?()[\]{}|]|\\[^a-zA-Z0-9]|[.|^$])*$/s.test(text)
}

function ownPattern(source: string, ignoresCase: boolean): Pattern {
  const expression = new RegExp(source, ignoresCase ? 'gi' : 'g')
  return {
    has(text) {
      expression.lastIndex = 0
      return expression.test(text)
    },
    finds(text, most) {
      const finds: Find[] = []
      expression.lastIndex = 0
      for (let one = expression.exec(text); one && finds.length < most; one = expression.exec(text)) {
        // An expression may match nothing at all, for ever.
        if (one[0] === '') expression.lastIndex += 1
        else finds.push({ from: one.index, to: one.index + one[0].length })
      }
      return finds
    },
  }
}

function linearPattern(linear: RE2JS): Pattern {
  return {
    has: (text) => linear.test(text),
    finds(text, most) {
      const finds: Find[] = []
      const matcher = linear.matcher(text)
      // Finding where is slower than finding whether.
      for (let more = linear.test(text) && matcher.find(); more && finds.length < most; more = matcher.find())
        if (matcher.end() > matcher.start()) finds.push({ from: matcher.start(), to: matcher.end() })
      return finds
    },
  }
}

/** What the linear way cannot do, in our words. */
function whyRefused(text: string): string | undefined {
  // Without what is escaped, and without classes, in which these are characters like others.
  const bare = text.replaceAll(/\\(?![1-9k])./gs, '').replaceAll(/\[[^\]]*\]/g, '')
  if (/\(\?<?[=!]/.test(bare))
    return 'looking ahead or behind ((?=…), (?<!…)) is not possible here, because it can take for ever'
  if (/\\[1-9k]/.test(bare))
    return String.raw`a reference back (\1, \k<name>) is not possible here, because it can take for ever`
  return undefined
}

/** "error parsing regexp: missing closing ): `(?i)a(`" in fewer words, about what was typed. */
function sayWrong(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  return said.replace('error parsing regexp: ', '').replace('`(?i)', '`').replaceAll('`', '"')
}
