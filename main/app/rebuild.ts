/** A page that failed longer ago than this is not counted (ms). */
const MEMORY_MS = 5 * 60_000
/** How long to wait before the page is drawn anew, by how often it failed lately (ms). */
const pauses = [0, 1000, 5000] as const

/** What to do about a page that failed: draw it anew after a while, or, when that does not help, ask the person. */
export type Rebuild = { readonly kind: 'again'; readonly afterMs: number } | { readonly kind: 'ask' }

/** Counts failures of the page; `fail` says what to do about the one that happened at `now`. */
export function createRebuilds(): { fail(now: number): Rebuild } {
  let failures: readonly number[] = []
  return {
    fail(now) {
      failures = [...failures.filter((at) => now - at < MEMORY_MS), now]
      const afterMs = pauses[failures.length - 1]
      if (afterMs !== undefined) return { kind: 'again', afterMs }
      // After the question it is tried as if for the first time.
      failures = []
      return { kind: 'ask' }
    },
  }
}
