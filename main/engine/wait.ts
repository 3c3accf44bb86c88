/** Waits `ms` milliseconds, or until `signal` aborts; the one place where time is let pass. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}

/**
 * Asks again and again, each pause twice as long as the one before, until `ask` gives something else than undefined.
 * Resolves with that, or with undefined once `deadline` ms are over (it is asked at least once) or `signal` aborts.
 * `first` and `longest`: the shortest and the longest pause in ms.
 */
export async function poll<T>(
  ask: () => Promise<T | undefined>,
  pace: {
    readonly deadline: number
    readonly first: number
    readonly longest: number
    readonly signal?: AbortSignal
  },
): Promise<T | undefined> {
  const until = performance.now() + pace.deadline
  for (let wait = pace.first; ; wait = Math.min(wait * 2, pace.longest)) {
    const found = await ask()
    if (found !== undefined) return found
    const left = until - performance.now()
    if (left <= 0 || pace.signal?.aborted === true) return undefined
    await pause(Math.min(wait, left), pace.signal)
  }
}
