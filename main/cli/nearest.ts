import leven from 'leven'

/** Up to three of `known` that are near to `word`. */
export function nearest(word: string, known: readonly string[]): readonly string[] {
  const lower = word.toLowerCase()
  const most = Math.max(1, Math.floor(lower.length / 3))
  return known
    .map((one) => ({
      one,
      distance: lower.length > 2 && one.toLowerCase().startsWith(lower) ? 0 : leven(lower, one.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= most)
    .sort((one, two) => one.distance - two.distance)
    .slice(0, 3)
    .map(({ one }) => one)
}
