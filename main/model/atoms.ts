/**
 * The atoms of everything that becomes configuration, argv or root's plan: whole-string grammars, nothing
 * is trimmed or repaired (`$` of JavaScript does not match before a final line feed). A text that passes here holds no character that dnsmasq, socat, nginx, sh or
 * Compose could read as syntax (see faults.md rows 1-5 and facts.md section 12 for what they read).
 */

/** True for one LDH label: 1-63 of a-z, 0-9 and inner hyphens (RFC 1123 section 2.1, lower case only). */
export function isLabel(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
}

/** True for a host name of at least `minLabels` LDH labels and at most 253 characters, without a final dot. */
export function isHostName(text: string, minLabels = 1): boolean {
  if (text.length > 253) return false
  const labels = text.split('.')
  return labels.length >= minLabels && labels.every(isLabel)
}

/** True for a suffix names may live under: two labels or more, the last not a number (no address in disguise). */
export function isSuffix(text: string): boolean {
  return isHostName(text, 2) && !/\.[0-9]+$/.test(text)
}

/** Top-level domains that the world or this machine uses: nobody gets one of them for their own names. */
const TAKEN_TOPS: ReadonlySet<string> = new Set(
  'local localhost arpa onion com net org edu gov mil int biz info name pro dev app io'.split(' '),
)

/**
 * True for a zone that is led to PowerDNS besides the suffix: "lab", "beam.lab". One label alone must not be a top-level
 * domain in use; countries have two letters.
 */
export function isZone(text: string): boolean {
  return isSuffix(text) || (isLabel(text) && /[a-z]/.test(text) && text.length > 2 && !TAKEN_TOPS.has(text))
}

/** The four octets of a canonical dotted quad ("127.0.0.4", never "127.1" or "0x7f.1"), else undefined. */
export function octets(text: string): readonly [number, number, number, number] | undefined {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text)
  if (!match) return undefined
  const parts = match.slice(1).map(Number)
  if (parts.some((part) => part > 255)) return undefined
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0, parts[3] ?? 0]
}

/** True for a canonical dotted quad in 127.0.0.0/8 that a service may have: neither .0 nor .255 at the end. */
export function isLoopback(text: string): boolean {
  const quad = octets(text)
  return quad !== undefined && quad[0] === 127 && quad[3] !== 0 && quad[3] !== 255
}

/** True for a /24 of loopback addresses ("127.0.0.0/24"), the shape our addresses setting has. */
export function isLoopback24(text: string): boolean {
  return net24(text)?.[0] === 127
}

/** The octets of the network address of a /24 ("10.1.2.0/24"), else undefined. */
function net24(text: string): readonly [number, number, number, number] | undefined {
  const quad = text.endsWith('/24') ? octets(text.slice(0, -'/24'.length)) : undefined
  return quad?.[3] === 0 ? quad : undefined
}

/** True for any canonical IPv4 address (what a forwarder may lead to). */
export function isIpv4(text: string): boolean {
  return octets(text) !== undefined
}

/** An exact TCP port 1-65535 from its decimal text or number; undefined for " 80", "080", "1e2", 80.5 … */
export function parsePort(value: string | number): number | undefined {
  if (!/^[1-9]\d{0,4}$/.test(String(value))) return undefined
  const port = Number(value)
  return port <= 65535 ? port : undefined
}

/** True for the network address of a /24 in private space ("172.23.0.0/24"), the shape our subnet setting has. */
export function isSubnet24(text: string): boolean {
  const quad = net24(text)
  if (!quad) return false
  return (
    quad[0] === 10 ||
    (quad[0] === 172 && quad[1] >= 16 && quad[1] <= 31) ||
    (quad[0] === 192 && quad[1] === 168)
  )
}

/** True for a path part of a URL that may go into nginx and a request line: printable, no space, quote, ;, {} or \. */
export function isUrlPath(text: string): boolean {
  return /^\/[A-Za-z0-9._~!$&()*+,=:@%/?-]*$/.test(text) && !text.includes('..')
}

/** True for the name of a secret as the fragments use it (`${MACULA_SECRET_<name>}`). */
export function isSecretName(text: string): boolean {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(text)
}

/** True for the name of a database, role or extension that PostgreSQL takes without quotes. */
export function isDatabaseName(text: string): boolean {
  return /^[a-z_][a-z0-9_]{0,62}$/.test(text)
}

/**
 * True for the name of an image as Docker reads it (distribution/reference, regexp.go): a registry with a dot, a port or
 * "localhost", then lower-case steps, then a tag, a digest, or both. 64 hex digits alone would be an id.
 */
export function isImageName(text: string): boolean {
  const match = /^([a-zA-Z0-9.:[\]-]+\/)?([a-z0-9._/-]+)(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.exec(
    text,
  )
  if (!match || /^[0-9a-f]{64}$/.test(text)) return false
  const [, first = '', rest = ''] = match
  const isHost = /[.:A-Z]/.test(first) || first === 'localhost/'
  const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
  if (isHost && !new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?/$`).test(first))
    return false
  const path = isHost ? rest : first + rest
  return (
    path.length <= 255 &&
    path.split('/').every((step) => /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/.test(step))
  )
}

/**
 * The text with every control character, ANSI/OSC sequence, bidi override and line separator made visible, so that it is
 * inert in a terminal, a menu or a page (faults.md row 7). Tabs become spaces.
 */
export function inert(text: string): string {
  return (
    text
      .replaceAll('\t', '    ')
      // eslint-disable-next-line no-control-regex -- control characters are what this is about
      .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g, '')
      // eslint-disable-next-line no-control-regex -- the same
      .replaceAll(/[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g, '\uFFFD')
  )
}
