import { isLimit, sayErrno } from '../errno.ts'
import type { Rung } from '../ladder.ts'
import type { AddressSeen } from '../observation.ts'

/**
 * The second rung: can the loopback address be bound? (On macOS only 127.0.0.1 exists until aliases are added.)
 * `otherWay`: the container itself answers, so that it is a detour only.
 */
export function addressRung(address: string | null, seen: AddressSeen | undefined, otherWay = false): Rung {
  if (address === null) return { id: 'address', state: 'unused', says: 'inside Docker only' }
  if (!seen) return { id: 'address', state: 'unknown', says: `${address} was not tried yet` }
  if (seen.kind === 'ok')
    return { id: 'address', state: 'ok', ms: seen.ms, says: `${address} is an address of this machine` }
  const { code, ms } = seen
  // That we ourselves may open no more sockets says nothing of the address.
  if (isLimit(code))
    return {
      id: 'address',
      state: 'unknown',
      ms,
      says: `${address} was not tried: ${sayErrno(code) ?? code}`,
    }
  const base = { id: 'address', state: otherWay ? 'round' : 'stop', ms } as const
  if (code !== 'EADDRNOTAVAIL')
    return {
      ...base,
      says: `${address} cannot be bound: ${sayErrno(code) ?? `the system says ${code}`}`,
      reason: `${address} cannot be bound`,
      todo: 'See what forbids it (a security policy, a sandbox, a container without its own loopback).',
    }
  return {
    ...base,
    says: `${address} is not on this machine (${code})`,
    reason: `${address} is not on this machine`,
    why: 'The loopback interface does not have this address.',
    todo: 'See what it has (ip address show lo): it should be up, with 127.0.0.1/8.',
    cause: 'network',
  }
}
