import leven from 'leven'

/** Edits from one word to another; two neighbours that changed places are one. */
function distanceOf(word: string, other: string): number {
  const swapped = Array.from({ length: Math.max(0, word.length - 1) }, (_, at) =>
    leven(`${word.slice(0, at)}${word[at + 1] ?? ''}${word[at] ?? ''}${word.slice(at + 2)}`, other),
  )
  return Math.min(leven(word, other), 1 + Math.min(...swapped))
}

/** Up to three of `known` that are near to `word`. */
export function nearest(word: string, known: readonly string[]): readonly string[] {
  const lower = word.toLowerCase()
  const most = Math.max(1, Math.floor(lower.length / 3))
  return known
    .map((one) => ({
      one,
      distance:
        lower.length > 2 && one.toLowerCase().startsWith(lower) ? 0 : distanceOf(lower, one.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= most)
    .sort((one, two) => one.distance - two.distance)
    .slice(0, 3)
    .map(({ one }) => one)
}
