import { lookup as osLookup } from 'node:dns'
import type { NameSeen } from '../../model/observation.ts'

/**
 * The OS resolver's answer, of both families and in its order: the first address is what programs get. getaddrinfo runs on libuv's pool, where slow names would wait for each other and
 * be measured too slow: the command line sets UV_THREADPOOL_SIZE before anything uses the pool (see main/cli.ts).
 * A lookup that passes its deadline goes on in the background; its answer is then of no interest.
 */
export async function lookupName(name: string, deadline: number): Promise<NameSeen> {
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'timeout', ms: elapsed() }), deadline)
    // Both families: a line "::1 grafana…" goes before ours in every program that asks for both.
    osLookup(name, { family: 0, all: true, verbatim: true }, (error, addresses) => {
      clearTimeout(timer)
      if (error) resolve({ kind: 'none', code: error.code ?? 'unknown', ms: elapsed() })
      else resolve({ kind: 'answer', addresses: addresses.map(({ address }) => address), ms: elapsed() })
    })
  })
}
