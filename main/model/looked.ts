import { sayCount, sayList } from './say.ts'

/** What a look changed: what is right again, what is wrong now and was not, and what still is; by its titles. */
export interface Found {
  readonly gone: readonly string[]
  readonly came: readonly string[]
  readonly still: readonly string[]
}

/** What is wrong now against what was known before. */
export function foundSince(before: readonly string[], now: readonly string[]): Found {
  return {
    gone: before.filter((title) => !now.includes(title)),
    came: now.filter((title) => !before.includes(title)),
    still: now.filter((title) => before.includes(title)),
  }
}

/** Titles of what many share that stand for several things. */
const several: ReadonlySet<string> = new Set(['Names', 'Ports', 'Forwarders', 'Limits', 'Names left out'])

/** "Tempo is right again", "Names are right again", "Tempo and Loki are right again". */
export function sayRight(gone: readonly string[]): string {
  const [only = ''] = gone
  return `${sayList(gone)} ${gone.length === 1 && !several.has(only) ? 'is' : 'are'} right again`
}

/** "Tempo is right again; new: Loki; 2 problems as before", "no problem". */
export function sayFound({ gone, came, still }: Found): string {
  const parts = [
    ...(gone.length > 0 ? [sayRight(gone)] : []),
    ...(came.length > 0 ? [`new: ${sayList(came)}`] : []),
    ...(still.length > 0 ? [`${sayCount(still.length, 'problem')} as before`] : []),
  ]
  return parts.length === 0 ? 'no problem' : parts.join('; ')
}
