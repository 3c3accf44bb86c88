import type { Rung } from '../ladder.ts'
import type { AddressSeen } from '../observation.ts'

/** The second rung: can the loopback address be bound? (On macOS only 127.0.0.1 exists until aliases are added.) */
export function addressRung(address: string | null, seen: AddressSeen | undefined): Rung {
  if (address === null) return { id: 'address', state: 'unused', says: 'inside Docker only' }
  if (!seen) return { id: 'address', state: 'unknown', says: `${address} was not tried yet` }
  if (seen.kind === 'ok') return { id: 'address', state: 'ok', ms: seen.ms, says: `${address} can be bound` }
  return {
    id: 'address',
    state: 'stop',
    ms: seen.ms,
    says: `${address} cannot be bound (${seen.code})`,
    reason: `${address} is not on this machine`,
    why: 'The loopback interface does not have this address.',
    todo: 'Add the loopback addresses with set-up.',
    fix: { label: 'Set up…', command: 'maculactl setup', action: { kind: 'setup', changes: [] } },
  }
}
