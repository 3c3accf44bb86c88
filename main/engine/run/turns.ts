import pLimit from 'p-limit'

/**
 * At most `most` works under way at once, the others in their order; what is `ahead` goes before all that waits and is not.
 * Resolves or rejects as the work does.
 */
export function takingTurns(most: number) {
  const limit = pLimit(most)
  const waiting = { ahead: [] as (() => Promise<void>)[], rest: [] as (() => Promise<void>)[] }
  return async <T>(work: () => Promise<T>, line: keyof typeof waiting): Promise<T> =>
    await new Promise<T>((resolve, reject) => {
      waiting[line].push(async () => await work().then(resolve, reject))
      // Each place that gets free takes who is first by then, not who asked for it.
      void limit(async () => await (waiting.ahead.shift() ?? waiting.rest.shift())?.())
    })
}
