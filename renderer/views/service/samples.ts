import type { StatsSample } from '../../../main/model/facts.ts'

/** How far back load is kept (ms). */
export const KEPT_MS = 120_000

/** The samples of the last two minutes, the new one last. */
export function withSample(samples: readonly StatsSample[], sample: StatsSample): readonly StatsSample[] {
  const last = samples.at(-1)
  // A clock that was set back begins anew: the line of a chart never runs backwards.
  if (last && sample.at <= last.at) return sample.at < last.at - KEPT_MS ? [sample] : samples
  return [...samples.filter((one) => one.at > sample.at - KEPT_MS), sample]
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
