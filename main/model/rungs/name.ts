import type { Fix, Rung } from '../ladder.ts'
import type { NameSeen } from '../observation.ts'
import { sayDuration } from '../say.ts'

/** Slower than this is a stall, not a network: local answers take milliseconds, the `.local` stall takes 5 s. */
export const SLOW_NAME_MS = 1000

/** Whether an answer is right and quick. */
export function isNameGood(seen: NameSeen | undefined, address: string): boolean {
  return seen?.kind === 'answer' && seen.addresses.includes(address) && seen.ms < SLOW_NAME_MS
}

/** Whether an answer is right, however slow. */
export function isNameRight(seen: NameSeen | undefined, address: string): boolean {
  return seen?.kind === 'answer' && seen.addresses.includes(address)
}

/** The first rung: does the OS resolver return our address, in good time? */
export function nameRung(input: {
  readonly name: string | undefined
  readonly address: string | null
  readonly seen: NameSeen | undefined
  readonly byNameOnly: boolean
  /** Whether the resolver is led to our names as set-up wrote it; if not, set-up is what repairs a name. */
  readonly routed: boolean
}): Rung {
  const { name, address, seen, byNameOnly, routed } = input
  if (name === undefined || address === null)
    return { id: 'name', state: 'unused', says: 'no name of its own' }
  if (!seen) return { id: 'name', state: 'unknown', says: `${name} was not asked yet` }
  const bad = byNameOnly ? 'stop' : 'round'
  const fix: Fix = routed
    ? { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } }
    : { label: 'Set up names…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } }
  const { ms } = seen
  if (seen.kind === 'timeout')
    return {
      id: 'name',
      state: bad,
      ms,
      says: `${name} was not answered within ${sayDuration(ms)}`,
      reason: `name not answered in ${sayDuration(ms)}`,
      todo: byNameOnly
        ? 'Repair the names; it opens by name only.'
        : 'Open and Copy use the address until the name is quick again.',
      fix,
    }
  if (seen.kind === 'none')
    return {
      id: 'name',
      state: bad,
      ms,
      says: `${name} is not known to this machine (${seen.code})`,
      reason: byNameOnly ? 'needs its name, which is not known' : 'name not known',
      why: 'The resolver of this machine gives no address for it.',
      todo: 'Put the name back.',
      fix,
    }
  if (!seen.addresses.includes(address))
    return {
      id: 'name',
      state: bad,
      ms,
      says: `${name} is ${seen.addresses.join(', ') || 'nothing'}, not ${address}`,
      reason: `name leads to ${seen.addresses[0] ?? 'nothing'}`,
      why: 'Another source answers for this name (a hosts file, a VPN or another name server).',
      todo: `Take out the other entry, or use ${address}.`,
      fix,
    }
  if (ms >= SLOW_NAME_MS)
    return {
      id: 'name',
      state: 'round',
      ms,
      says: `${name} is ${address}, after ${sayDuration(ms)}`,
      reason: byNameOnly ? `needs its name, ${sayDuration(ms)}` : `name takes ${sayDuration(ms)}`,
      why: 'Something on the way to our name server makes each question wait.',
      todo: byNameOnly ? 'It opens by name only, slowly.' : 'Open and Copy use the address.',
    }
  return { id: 'name', state: 'ok', ms, says: `${name} is ${address}` }
}
