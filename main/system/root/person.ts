import { userInfo } from 'node:os'
import type { Person } from '../../model/owner.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The uid of the person who asks: of a root by sudo the person behind it, as root's program sees it too. */
export function personUid(env: Env, uid: number): number {
  const behind = env['SUDO_UID'] ?? ''
  return uid === 0 && /^(?:0|[1-9]\d{0,9})$/.test(behind) ? Number(behind) : uid
}

/** The person who asks, with the name where this machine knows one that can be written. */
export function personOf(env: Env): Person {
  const own = process.getuid?.() ?? 0
  const uid = personUid(env, own)
  const user = uid === own ? ownName() : env['SUDO_USER']
  return { uid, ...(user !== undefined && /^[\w.-]{1,64}$/.test(user) ? { user } : {}) }
}

/** A uid of a directory service that does not answer has none. */
function ownName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
