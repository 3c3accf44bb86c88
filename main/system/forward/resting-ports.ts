/** How often the kernel is asked for another port than one that rests. */
const TRIES = 32

/** Ports of ours that led to the service for a client that is gone: what it still sends there must reach no other client. */
export interface RestingPorts {
  rest(port: number): void
  /**
   * What `make` opens on a port that does not rest. Those on ports that do are held until one is found, as the kernel would
   * only give the same again, and then dropped. Rejects when none is found.
   */
  fit<T>(make: () => Promise<T>, portOf: (one: T) => number, drop: (one: T) => void): Promise<T>
  /** Forgets those that have rested. */
  sweep(): void
}

/** `ms`: how long a port rests; `now`: a clock that never goes back. */
export function openRestingPorts(ms: number, now: () => number): RestingPorts {
  const until = new Map<number, number>()
  return {
    rest: (port) => void until.set(port, now() + ms),
    async fit(make, portOf, drop) {
      const unfit: Parameters<typeof drop>[0][] = []
      try {
        for (let tries = 0; tries < TRIES; tries += 1) {
          const one = await make()
          if ((until.get(portOf(one)) ?? 0) <= now()) return one
          unfit.push(one)
        }
        throw new Error('no free port')
      } finally {
        unfit.forEach(drop)
      }
    },
    sweep() {
      for (const [port, end] of until) if (end <= now()) until.delete(port)
    },
  }
}
