/** The rules of names in certificates, and of when a certificate is made anew. Pure; instants are epoch ms. */
import { isHostName } from './atoms.ts'
import type { Trouble } from './trouble.ts'

export const DAY_MS = 86_400_000

/**
 * How long certificates hold. An authority of ten years is trusted once. Leaves hold no longer than browsers take: 398 days
 * (Apple's and the CA/Browser Forum's limit for public ones; for one's own authority Apple takes 825). Whoever was away for a
 * quarter comes back to one that still holds.
 */
export const lifetimes = {
  authority: 3650 * DAY_MS,
  leaf: 397 * DAY_MS,
  /** A leaf is made anew this long before its end. */
  renew: 90 * DAY_MS,
  /** Told this long before the authority's end, which takes a person: another one has to be trusted. */
  authorityEnds: 180 * DAY_MS,
  /** Valid a day before it was made: clocks of containers and peers differ. */
  before: DAY_MS,
} as const

/** A certificate as far as its dates and names matter. */
export interface CertificateSeen {
  /** SHA-256 of its bytes, hex in pairs. */
  readonly fingerprint: string
  readonly notBefore: number
  readonly notAfter: number
}

/** The authority: its certificate, which may be handed out, and for which domains it can vouch. */
export interface AuthoritySeen extends CertificateSeen {
  readonly subject: string
  /** As PEM; it may be handed out. */
  readonly certificate: string
  /** "macula.local" stands for itself and all below it. */
  readonly domains: readonly string[]
  /** Its certificate's file. */
  readonly file: string
}

/** The certificate of the clean URLs. */
export interface LeafSeen extends CertificateSeen {
  readonly names: readonly string[]
}

/** What there is of TLS. */
export interface TlsSeen {
  /** Absent: none was made. */
  readonly authority?: AuthoritySeen
  readonly leaf?: LeafSeen
  /** Why nothing can be made by it, or what will be so soon. */
  readonly trouble?: Trouble
}

/** The domains that an authority vouches for: the suffix and the zones. */
export function domainsOf({
  suffix,
  zones,
}: {
  readonly suffix: string
  readonly zones: readonly string[]
}): readonly string[] {
  return [...new Set([suffix, ...zones])]
}

const isIn = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`)

/** Why an authority cannot vouch for a name, as the end of a sentence ("… is …"); undefined: it can. */
export function whyNotVouched(name: string, domains: readonly string[]): string | undefined {
  if (/^[0-9.]+$/.test(name) || name.includes(':'))
    return 'is an address; the authority vouches for names only, so that it can never stand for a machine of the network'
  const plain = name.startsWith('*.') ? name.slice(2) : name
  if (!isHostName(plain, name === plain ? 1 : 2))
    return 'is not a host name: labels of a-z, 0-9 and inner hyphens, in lower case'
  if (domains.some((domain) => isIn(plain, domain))) return undefined
  return `is not below ${domains.join(' or ')}; the authority can vouch for nothing else, whoever has its key`
}

/**
 * All names of a certificate for the clean URLs, in order: each by itself, because BEAM programs compare exactly unless they
 * are told otherwise, and all of one level below the suffix, so that a name of tomorrow needs no new one. What the
 * authority cannot vouch for is left out.
 */
export function certificateNames(
  names: Iterable<string>,
  suffix: string,
  domains: readonly string[],
): readonly string[] {
  const all = new Set([`*.${suffix}`, ...names])
  return [...all].filter((name) => whyNotVouched(name, domains) === undefined).sort()
}

/** Whether a certificate's names hold for a host; a wildcard stands for exactly one label (RFC 6125, 6.4.3). */
export function coversName(names: readonly string[], host: string): boolean {
  return names.some(
    (name) => name === host || (name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2)),
  )
}

/** Why a leaf is to be made anew, in words; undefined: it serves. */
export function whyRenew(
  leaf: LeafSeen | undefined,
  names: readonly string[],
  now: number,
): string | undefined {
  if (leaf === undefined) return 'there is none yet'
  if (now < leaf.notBefore) return 'it is not valid yet by the clock of this machine'
  if (leaf.notAfter - now < lifetimes.renew) return `it ends ${dayOf(leaf.notAfter)}`
  const missing = names.filter((name) => !leaf.names.includes(name))
  if (missing.length > 0)
    return `it lacks ${missing.length === 1 ? (missing[0] ?? '') : `${missing.length} names`}`
  return undefined
}

/** Whether a leaf ends with its authority, so that one made anew would hold no longer. */
export function isLast(
  leaf: LeafSeen | undefined,
  names: readonly string[],
  authority: CertificateSeen,
): boolean {
  return leaf?.notAfter === authority.notAfter && names.every((name) => leaf.names.includes(name))
}

/** When a leaf made now begins and ends: never outside of its authority's time. */
export function leafDates(
  authority: CertificateSeen,
  now: number,
): { readonly notBefore: number; readonly notAfter: number } {
  const notBefore = Math.max(now - lifetimes.before, authority.notBefore)
  return { notBefore, notAfter: Math.min(notBefore + lifetimes.leaf, authority.notAfter) }
}

/** "2027-12-28" (UTC) */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

const ANEW =
  'maculactl tls on --new-ca creates a new one, which has to be trusted again; this one is kept aside.'

/** Why an authority cannot be used now, or that it ends soon; `fatal`: nothing can be made by it. */
export function troubleOfAuthority(
  { domains, notBefore, notAfter, file }: AuthoritySeen,
  wanted: readonly string[],
  now: number,
): { readonly fatal: boolean; readonly trouble: Trouble } | undefined {
  const lacks = wanted.filter((domain) => !domains.some((own) => isIn(domain, own)))
  if (lacks.length > 0)
    return {
      fatal: true,
      trouble: {
        kind: 'failed',
        what: `The authority vouches for ${domains.join(', ') || 'nothing'}, not for ${lacks.join(', ')}.`,
        why: 'The suffix or the zones in the settings changed since it was made, and it is valid for the names of that time only.',
        todo: ANEW,
      },
    }
  if (now < notBefore)
    return {
      fatal: true,
      trouble: {
        kind: 'outside',
        what: `The clock of this machine says ${dayOf(now)}; the authority is valid from ${dayOf(notBefore)}.`,
        why: 'When the clock is behind, no certificate is valid yet.',
        todo: `If the clock is wrong, set it right; nothing else is to be done, and ${file} is left as it is. If it is right, it was wrong when the authority was made: ${ANEW}`,
      },
    }
  if (now >= notAfter)
    return {
      fatal: true,
      trouble: {
        kind: 'failed',
        what: `The authority ended on ${dayOf(notAfter)}; the clock of this machine says ${dayOf(now)}.`,
        why: 'Nothing that it signed is valid any more.',
        todo: `If the clock is right: ${ANEW}`,
      },
    }
  if (notAfter - now < lifetimes.authorityEnds)
    return {
      fatal: false,
      trouble: {
        kind: 'failed',
        what: `The authority ends on ${dayOf(notAfter)}.`,
        why: 'From then on nothing that it signed is valid.',
        todo: ANEW,
      },
    }
  return undefined
}

/** What there is of TLS, and whether it is wished. */
export interface TlsView extends TlsSeen {
  readonly on: boolean
}

/** What came of making everything as it is wished. */
export interface TlsApplied extends TlsView {
  /** The ingress runs, so that it serves what is wished now. */
  readonly serves: boolean
  /** Why the certificate was made anew. */
  readonly changed?: string
  /** Where an authority that was replaced is kept. */
  readonly keptAside: readonly string[]
}

/** A certificate for a program, as it was written. */
export interface IssuedCertificate {
  readonly names: readonly string[]
  readonly notAfter: number
  /** Paths of the files that were written. */
  readonly certificate: string
  readonly key: string
  readonly authority: string
}

/** What a program that asks for a name by https is shown. */
export type TlsAnswer =
  | (CertificateSeen & {
      readonly kind: 'shown'
      readonly names: readonly string[]
      /** Why who trusts only our authority refuses it: the code of OpenSSL, as Node tells it. */
      readonly error?: string
      readonly ms: number
    })
  /** No TLS was spoken. */
  | { readonly kind: 'none'; readonly says: string; readonly ms: number }

/** TLS as it was last seen; only there while it is wished. */
export interface TlsLooked {
  readonly seen: TlsSeen
  /** By whole name. */
  readonly answers: ReadonlyMap<string, TlsAnswer>
  /** Programs and browsers of this machine take it: https is what is opened and copied. */
  readonly trusted: boolean
}

/** What is served, as PEM texts, for programs elsewhere that serve the same names. */
export interface ServedTls {
  readonly certificate: string
  readonly key: string
  readonly authority: string
  /** The same as files, for programs on this machine; absent: there are none. */
  readonly files?: { readonly certificate: string; readonly key: string; readonly authority: string }
}
