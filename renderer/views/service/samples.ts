/** Longer between two samples than this nobody looked, and no line is drawn (ms). */
const GAP_MS = 150_000

/** The points of a line, with a hole where nobody looked. */
export function withGaps(
  at: readonly number[],
  values: readonly number[],
): { readonly at: readonly number[]; readonly values: readonly (number | null)[] } {
  const times: number[] = []
  const points: (number | null)[] = []
  for (const [index, instant] of at.entries()) {
    const last = times.at(-1)
    if (last !== undefined && instant - last > GAP_MS) {
      times.push(last + 1)
      points.push(null)
    }
    times.push(instant)
    points.push(values[index] ?? null)
  }
  return { at: times, values: points }
}

/** Lowest and highest of some numbers; 0 for none. */
export function extremes(values: readonly number[]): { readonly least: number; readonly most: number } {
  return values.length === 0
    ? { least: 0, most: 0 }
    : { least: Math.min(...values), most: Math.max(...values) }
}

/** The upper end of a scale that does not dance: 1, 2 or 5 times a power of ten, a bit above the highest value. */
export function scaleTop(most: number): number {
  if (most <= 0) return 1
  const wanted = most * 1.1
  const power = 10 ** Math.floor(Math.log10(wanted))
  return ([1, 2, 5].find((step) => step * power >= wanted) ?? 10) * power
}
