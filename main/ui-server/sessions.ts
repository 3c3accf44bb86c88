import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Addresses that wait to be used, and sessions that are open, at a time: the oldest goes when there is one more. */
const MOST_TOKENS = 8
const MOST_SESSIONS = 32

/** How a token leaves us: printed for one person, or as an argument, which every user of the machine can read. */
export type TokenWay = 'printed' | 'argument'

export interface Sessions {
  /** A token that opens one session. */
  invite(way: TokenWay): string
  /** How a token left us; undefined: long used, or never ours. */
  wayOf(token: string): TokenWay | undefined
  /**
   * Takes a token for a session's key; undefined: used, or never ours. `ticket`: the page's own secret, if it has
   * one. Who comes again with both soon after did not get the answer, and gets another key.
   */
  enter(token: string, ticket?: string): string | undefined
  holds(key: string): boolean
}

/** How long an answer may have been lost on its way (ms). */
const GRACE_MS = 30_000

interface Token {
  readonly digest: Buffer
  readonly way: TokenWay
  readonly used?: { readonly ticket: Buffer | undefined; readonly at: number }
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
export function createSessions(now: () => number = Date.now): Sessions {
  let tokens: readonly Token[] = []
  const sessions: { readonly digest: Buffer }[] = []
  return {
    invite(way) {
      const token = newSecret()
      tokens = [...tokens, { digest: digestOf(token), way }].slice(-MOST_TOKENS)
      return token
    },
    wayOf: (token) => find(tokens, token)?.way,
    enter(token, ticket) {
      tokens = tokens.filter(({ used }) => used === undefined || now() - used.at < GRACE_MS)
      const found = find(tokens, token)
      if (!found) return undefined
      const mine = ticket === undefined ? undefined : digestOf(ticket)
      const before = found.used?.ticket
      if (found.used && !(before && mine && timingSafeEqual(before, mine))) return undefined
      const used = { ...found, used: found.used ?? { ticket: mine, at: now() } }
      tokens = tokens.map((one) => (one === found ? used : one))
      const key = newSecret()
      sessions.push({ digest: digestOf(key) })
      if (sessions.length > MOST_SESSIONS) sessions.shift()
      return key
    },
    holds: (key) => find(sessions, key) !== undefined,
  }
}
