import type { Fix, Rung } from '../ladder.ts'
import type { ListenerSeen } from '../observation.ts'
import { sayHolder, sayHowToEnd } from '../say.ts'
import { coversName, dayOf, DAY_MS, lifetimes, type TlsAnswer, type TlsSeen } from '../tls.ts'

const renew: Fix = { label: 'Renew certificates', command: 'maculactl up', action: { kind: 'forward' } }

/** Told this long before the end: what makes it anew by itself has not done so. */
const LATE_MS = lifetimes.renew - 14 * DAY_MS

/** What OpenSSL calls it, in words. Node's `authorizationError` (node:tls, crypto.rst "x509 certificate error codes"). */
const errors: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it was signed by an authority other than ours',
  UNABLE_TO_GET_ISSUER_CERT: 'it was signed by an authority other than ours',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it was signed by an authority other than ours',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it vouches for itself; our authority did not sign it',
  SELF_SIGNED_CERT_IN_CHAIN: 'it was signed by an authority other than ours',
  CERT_HAS_EXPIRED: 'it has ended',
  CERT_NOT_YET_VALID: 'it is not valid yet by the clock of this machine',
  CERT_SIGNATURE_FAILURE: 'its signature is not the one of our authority',
  PERMITTED_VIOLATION: 'it is for a name that our authority cannot vouch for',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for other names',
}

/**
 * The last rung, only where TLS is in use: is the certificate that is shown for this name one by our authority, for this name,
 * and not near its end? What is wrong with it is a way round: http goes on.
 */
export function tlsRung(input: {
  /** Absent: the endpoint has no clean URL. */
  readonly name: string | undefined
  readonly address: string | null
  /** It does not run, and nobody wants it to. */
  readonly off: boolean
  readonly seen: TlsSeen
  readonly answer: TlsAnswer | undefined
  /** Who listens on port 443 of the address. */
  readonly listener: ListenerSeen | undefined
  readonly now: number
}): Rung {
  const { name, address, off, seen, answer, listener, now } = input
  if (name === undefined || address === null)
    return { id: 'tls', state: 'unused', says: 'no clean URL, so no https' }
  const url = `https://${name}`
  if (off) return { id: 'tls', state: 'unreached', says: 'not needed while stopped' }
  const bad = (part: Omit<Rung, 'id' | 'state'>): Rung => ({ id: 'tls', state: 'round', ...part })
  if (seen.leaf === undefined && seen.trouble)
    return bad({
      says: `${url} has no certificate`,
      reason: 'no certificate for https',
      why: [seen.trouble.what, seen.trouble.why].filter(Boolean).join(' '),
      todo: seen.trouble.todo ?? '',
      cause: 'tls',
    })
  if (listener?.kind === 'foreign')
    return bad({
      says: `${address}:443 is held by ${sayHolder(listener.holder)}`,
      reason: `${sayHolder(listener.holder)} has port 443`,
      why: 'Another program listens there, so https reaches that program.',
      todo: `${sayHowToEnd(listener.holder, '443')}, or leave https of this name to it; http keeps working.`,
    })
  if (listener?.kind === 'refused')
    return bad({
      says: `${address}:443 may not be opened by this user`,
      reason: 'port 443 is closed to this user',
      why: 'This machine lets only root listen on low ports.',
      todo: 'Allow low ports with set-up.',
      fix: {
        label: 'Allow low ports…',
        command: 'maculactl setup',
        action: { kind: 'setup', changes: ['low-ports'] },
      },
    })
  if (listener !== undefined && listener.kind !== 'ours')
    return bad({
      says: `no forwarder of ours serves ${address}:443`,
      reason: 'no forwarder on port 443',
      why: 'Our forwarder for it is not running, or takes no connection.',
      todo: 'Restart the forwarder.',
      fix: { label: 'Restart forwarder', command: 'maculactl up', action: { kind: 'forward' } },
    })
  if (answer === undefined) return { id: 'tls', state: 'unknown', says: `${url} was not checked yet` }
  const { ms } = answer
  if (answer.kind === 'none')
    return bad({
      ms,
      says: `${url} does not answer: ${answer.says}`,
      reason: 'https does not answer',
      why: 'The ingress does not run, or has not read its certificate yet.',
      todo: 'Restart the ingress: maculactl restart ingress',
      fix: {
        label: 'Start the ingress',
        command: 'maculactl up ingress',
        action: { kind: 'start', services: ['ingress'] },
      },
    })
  const until = `until ${dayOf(answer.notAfter)}`
  const wrong =
    answer.error === undefined
      ? coversName(answer.names, name)
        ? undefined
        : 'it is for other names'
      : (errors[answer.error] ?? `it is refused (${answer.error})`)
  if (wrong !== undefined)
    return bad({
      ms,
      says: `${url} shows a certificate that programs refuse`,
      reason: 'wrong certificate for https',
      why: `${wrong.charAt(0).toUpperCase()}${wrong.slice(1)}.`,
      todo: seen.trouble?.todo ?? 'Renew it: maculactl up',
      fix: renew,
    })
  if (answer.notAfter - now < LATE_MS)
    return bad({
      ms,
      says: `${url}, certificate ${until}`,
      reason: `certificate ends ${dayOf(answer.notAfter)}`,
      why:
        seen.trouble?.what ??
        'Every start renews it, and so does Macula while it watches; this time neither did.',
      todo: seen.trouble?.todo ?? 'maculactl up renews it.',
      fix: renew,
      ...(seen.trouble ? { cause: 'tls' } : {}),
    })
  return { id: 'tls', state: 'ok', ms, says: `${url}, certificate ${until}` }
}
