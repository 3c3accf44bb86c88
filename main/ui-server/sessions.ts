import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Addresses that wait to be used, and sessions that are open, at a time: the oldest goes when there is one more. */
const MOST_TOKENS = 8
const MOST_SESSIONS = 32

/** How a token leaves us: printed for one person, or as an argument, which every user of the machine can read. */
export type TokenWay = 'printed' | 'argument'

export interface Sessions {
  /** A token that opens one session. */
  invite(way: TokenWay): string
  /** How a token that may still be used left us; undefined: used, or never ours. */
  wayOf(token: string): TokenWay | undefined
  /** Takes a token for a session's key, once; undefined: used, or never ours. */
  enter(token: string): string | undefined
  holds(key: string): boolean
}

/** Digests only: what is compared has one length, and no memory image tells a key. */
const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Looks at every entry, so that the time tells nothing of which one it was. */
function find<T extends { readonly digest: Buffer }>(entries: readonly T[], secret: string): T | undefined {
  const digest = digestOf(secret)
  let found: T | undefined
  for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found = entry
  return found
}

/** 256 bits in characters that need no escaping anywhere. */
const newSecret = (): string => randomBytes(32).toString('base64url')

/** The one-time tokens and the sessions they opened; nothing of it outlives the process. */
export function createSessions(): Sessions {
  const tokens: { readonly digest: Buffer; readonly way: TokenWay }[] = []
  const sessions: { readonly digest: Buffer }[] = []
  return {
    invite(way) {
      const token = newSecret()
      tokens.push({ digest: digestOf(token), way })
      if (tokens.length > MOST_TOKENS) tokens.shift()
      return token
    },
    wayOf: (token) => find(tokens, token)?.way,
    enter(token) {
      const found = find(tokens, token)
      if (!found) return undefined
      tokens.splice(tokens.indexOf(found), 1)
      const key = newSecret()
      sessions.push({ digest: digestOf(key) })
      if (sessions.length > MOST_SESSIONS) sessions.shift()
      return key
    },
    holds: (key) => find(sessions, key) !== undefined,
  }
}
