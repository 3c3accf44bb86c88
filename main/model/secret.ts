/** Passwords and keys of services: what they may be, who keeps them, and how they are written into other texts. */
import type { RunResult } from './run.ts'

/** A program that keeps a password itself, beside the variables that its container was made with. */
export const secretKeepers = ['postgres', 'grafana', 'powerdns-admin'] as const
export type SecretKeeper = (typeof secretKeepers)[number]

/** Places that cannot hold every text. Each is a rule below. */
export const secretPlaces = [
  'http-header',
  'pdns-conf',
  'grafana-ini',
  's3-user',
  's3-password',
  'bcrypt',
] as const
export type SecretPlace = (typeof secretPlaces)[number]

/** What a fragment tells of one of its secrets. */
export interface SecretUse {
  /** Absent: the program reads it at each start, so that a container that is made anew knows it. */
  readonly kept?: SecretKeeper
  /** The user of the keeper whose password it is. */
  readonly user?: string
  /** Where it is written to, as far as that place cannot hold every text. */
  readonly places: readonly SecretPlace[]
  /** Its name in the .env of the platform's own Compose project. */
  readonly was?: string
  /** What a person still has to do after a change, as a sentence. */
  readonly also?: string
}

/** Longer ones fit no sign-in form; PostgreSQL's own limit is about 1,000 bytes. */
export const LONGEST_SECRET = 256

/** What a person can see and type: letters, marks, digits, punctuation, symbols, spaces. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u

const rules: Readonly<Record<SecretPlace, readonly (readonly [RegExp, string])[]>> = {
  // RFC 9110, 5.5: visible ASCII and spaces within; Node refuses more.
  'http-header': [
    [/[^\x20-\x7E]/, 'it is sent in an HTTP header, which takes ASCII characters only'],
    [/^ | $/, 'it is sent in an HTTP header, which loses spaces at its ends'],
  ],
  // pdns/arguments.cc: a line is trimmed, ends at a # after a space, and goes on in the next after a backslash.
  'pdns-conf': [
    [/^[^#]*\s#/, 'it is a line of pdns.conf, where a space and # begin a comment'],
    [/\+=/, 'it is a line of pdns.conf, where += adds to another setting'],
    [/\\$/, 'it is a line of pdns.conf, where a backslash at its end joins the next line'],
    [/^\s|\s$/, 'it is a line of pdns.conf, which loses spaces at its ends'],
    [/^\$scrypt\$/, 'PowerDNS takes what begins with $scrypt$ for a hash'],
  ],
  // grafana, pkg/setting/expanders.go and the ini library under it read these out of every value.
  'grafana-ini': [
    [/\$(?:__\w+)?\{[^}]+\}/, 'Grafana reads ${…} in its settings as a variable'],
    [/%\([^)]*\)s/, 'Grafana reads %(…)s in its settings as another setting'],
    [/^.{0,4}$/su, 'Grafana takes no password below 5 characters'],
  ],
  // minio, internal/auth/credentials.go; it stands in the Authorization header of every request.
  's3-user': [
    [/[^\x21-\x7E]/, 'it is sent in an HTTP header, which takes ASCII characters without spaces only'],
    [/[,=]/, 'S3 keys hold no comma and no equals sign'],
    [/^.{0,2}$/s, 'the object store takes no user below 3 characters'],
  ],
  // bcrypt hashes 72 bytes and no more: what lies behind would open to anybody.
  bcrypt: [[/^.{73,}$/su, 'PowerDNS-Admin takes no password above 72 characters']],
  's3-password': [[/^.{0,7}$/su, 'the object store takes no password below 8 characters']],
}

/** Why a text cannot be this secret, as a clause; undefined: it can. `places`: of every service that uses it. */
export function whyNotSecret(value: unknown, places: readonly SecretPlace[] = []): string | undefined {
  if (typeof value !== 'string') return 'it is not text'
  if (value === '') return 'it is empty'
  if (value.length > LONGEST_SECRET) return `it has ${value.length} characters, more than ${LONGEST_SECRET}`
  if (!PRINTABLE.test(value)) return 'it has a character that cannot be printed'
  for (const place of places) for (const [sign, why] of rules[place]) if (sign.test(value)) return why
  return undefined
}

/** Every place that a secret is written to, told by the services that use it. */
export function placesOf(
  services: readonly { readonly secretUses?: Readonly<Record<string, SecretUse>> }[],
  name: string,
): readonly SecretPlace[] {
  return [...new Set(services.flatMap(({ secretUses }) => secretUses?.[name]?.places ?? []))]
}

/** As a part of a URL: nothing in it ends user, password or host, or means anything to a shell. */
export function inUrl(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** How fragments refer to a secret: as it is, within a URL, or as a string of JSON (and so of YAML). */
export const secretForms = [
  { prefix: 'MACULA_SECRET_', write: (value: string) => value, read: (text: string) => text },
  { prefix: 'MACULA_URL_SECRET_', write: inUrl, read: decodeURIComponent },
  {
    prefix: 'MACULA_JSON_SECRET_',
    write: (value: string) => JSON.stringify(value),
    read: (text: string): string => {
      const value: unknown = JSON.parse(text)
      return typeof value === 'string' ? value : ''
    },
  },
] as const

/** The variables of a secret in all its forms. */
export function variablesOfSecret(name: string, value: string): readonly (readonly [string, string])[] {
  return secretForms.map(({ prefix, write }) => [`${prefix}${name}`, write(value)] as const)
}

/** One secret as a list shows it. */
export interface SecretRow {
  readonly name: string
  /** Absent: none was made yet, or it cannot be used. */
  readonly value?: string
  /** Services whose files name it, by id. */
  readonly usedBy: readonly string[]
  /** The service that keeps it in its own data. */
  readonly keptBy?: string
  readonly was?: string
  /** Why it cannot be used, as a clause. */
  readonly trouble?: string
  /** A change of it was interrupted. */
  readonly changing: boolean
}

/** How a change of secrets went, beside how containers were made anew for it. */
export interface SecretsChange extends RunResult {
  readonly changed: readonly string[]
  /** They had that value already. */
  readonly same: readonly string[]
  /** What a person still has to do, a sentence each. */
  readonly also: readonly string[]
}

/** The same for a .env of the platform's own Compose project. */
export interface SecretsImport extends SecretsChange {
  /** Their variables with ours, of all that were found and can be used. */
  readonly taken: readonly { readonly from: string; readonly name: string }[]
  readonly refused: readonly { readonly from: string; readonly name: string; readonly why: string }[]
}
