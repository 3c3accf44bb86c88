/** How well a text fits what was typed; pure. */

export interface Fit {
  /** Higher is better; 0: it does not fit. */
  readonly score: number
  /** The part of the text that fits, drawn bold; absent when it fits letter by letter or by something else. */
  readonly from?: number
  readonly to?: number
}

const none: Fit = { score: 0 }

/** Fits `query` to `text`: whole, at its beginning, at a word's beginning, inside it, letter by letter. */
export function fit(query: string, text: string): Fit {
  const wanted = query.trim().toLowerCase()
  const where = text.toLowerCase()
  if (wanted === '') return { score: 1 }
  if (where === wanted) return { score: 100, from: 0, to: text.length }
  const at = where.indexOf(wanted)
  if (at === 0) return { score: 80, from: 0, to: wanted.length }
  const word = wordStart(where, wanted)
  if (word > 0) return { score: 60, from: word, to: word + wanted.length }
  if (at > 0) return { score: 40, from: at, to: at + wanted.length }
  return wanted.length > 1 && inOrder(where, wanted) ? { score: 10 } : none
}

function wordStart(where: string, wanted: string): number {
  for (let at = where.indexOf(wanted); at > 0; at = where.indexOf(wanted, at + 1))
    if (!/[\p{L}\p{N}]/u.test(where[at - 1] ?? '')) return at
  return -1
}

function inOrder(where: string, wanted: string): boolean {
  let at = -1
  return Array.from(wanted).every((letter) => {
    if (letter === ' ') return true
    at = where.indexOf(letter, at + 1)
    return at >= 0
  })
}

/**
 * Fits a query to the first text, which is what is shown; or, with less weight, each of its words to some of the texts
 * (a name, an address, a purpose). Letter by letter counts for the shown text only: it fits nearly every long one.
 */
export function fitAll(query: string, texts: readonly string[]): Fit {
  const [shown = '', ...others] = texts
  const whole = fit(query, shown)
  if (whole.score >= 40) return whole
  const words = query.trim().split(/\s+/).filter(Boolean)
  if (words.length === 0) return { score: 1 }
  let sum = 0
  for (const word of words) {
    const beside = Math.max(0, ...others.map((text) => fit(word, text).score)) * 0.6
    const best = Math.max(fit(word, shown).score, beside)
    if (best < 20) return whole
    sum += best
  }
  return { ...whole, score: Math.max(whole.score, (sum / words.length) * 0.7) }
}
