import { once } from 'node:events'
import { createServer } from 'node:net'

/** Nothing else listens there: who does has 127.0.0.1:53. */
const LOCK = { host: '127.0.53.53', port: 25_353 }
const DEADLINE_MS = 500_000

/**
 * Waits until no other suite has the one 127.0.0.1:53 of this machine, and takes it; call what it resolves with to give it
 * back. A process that ends gives it back too.
 */
export async function alonePort53(): Promise<() => void> {
  const end = Date.now() + DEADLINE_MS
  for (;;) {
    const server = createServer()
    server.listen(LOCK)
    const taken = await once(server, 'listening').then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    )
    if (taken === undefined) {
      server.unref()
      return () => void server.close()
    }
    if (taken.code !== 'EADDRINUSE' || Date.now() > end) throw taken
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
