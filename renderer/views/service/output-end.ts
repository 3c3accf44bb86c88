/**
 * Characters of an output that are drawn: Chromium stands still for a second over 60,000 in one line that it breaks anywhere, for a
 * minute over a megabyte.
 */
export const MOST_DRAWN = 20_000

/** The end of what a program printed, where its result is; `left`: characters before it that are not drawn. */
export function outputEnd(text: string): { readonly drawn: string; readonly left: number } {
  if (text.length <= MOST_DRAWN) return { drawn: text, left: 0 }
  // Half a character is not drawn.
  const drawn = text.slice(-MOST_DRAWN).replace(/^[\uDC00-\uDFFF]/, '')
  return { drawn, left: text.length - drawn.length }
}
