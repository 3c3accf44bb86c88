/**
 * Repeats pieces of work, each with its own pause between its end and its next begin (so slow work never
 * piles up), until `signal` aborts. A failure of one round is not the end of the next.
 */
export function schedule(signal: AbortSignal) {
  return {
    every(pauseMs: () => number, work: () => Promise<void>): void {
      let timer: NodeJS.Timeout | undefined
      const next = (): void => {
        if (signal.aborted) return
        timer = setTimeout(() => {
          void work()
            .catch(() => undefined)
            .finally(next)
        }, pauseMs())
      }
      signal.addEventListener('abort', () => clearTimeout(timer))
      next()
    },
  }
}
