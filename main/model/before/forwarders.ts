/** The forwarders that the platform's scripts start: socat, each for one address of 127.0.0.2 to .9. */
import { isIpv4, parsePort } from '../atoms.ts'

/** Where a socat listens, and where it leads. */
export interface SocatSeen {
  readonly address: string
  readonly port: number
  readonly to: string
}

/** What the scripts forward (their set-up of 2025 and 2026), by the address that is listened on. */
const LISTENS: Readonly<Record<string, readonly number[]>> = {
  '127.0.0.2': [80, 443],
  '127.0.0.3': [9090],
  '127.0.0.4': [3000],
  '127.0.0.5': [3100],
  '127.0.0.6': [3200],
  '127.0.0.7': [80, 5432],
  '127.0.0.8': [5432, 9000, 9001],
  '127.0.0.9': [9000, 9001],
}

/** The unit that starts them as root. */
export const FORWARDING_UNIT = 'macula-port-forwarding.service'
export const FORWARDING_FILE = `/etc/systemd/system/${FORWARDING_UNIT}`

/** Where a script keeps the pids of those it started. */
export const PID_FOLDER = '/tmp/macula-socat'

/**
 * What a socat's arguments say, of those that listen on one address and lead to another (socat(1): TYPE:PARTS,OPTIONS);
 * undefined for every other program and use.
 */
export function socatOf(argv: readonly string[]): SocatSeen | undefined {
  // Debian 13 has it as socat1 too.
  if (!/^socat1?$/.test((argv[0] ?? '').split('/').at(-1) ?? '')) return undefined
  const words = argv.slice(1).filter((word) => /^TCP/i.test(word))
  const [listen = '', target = ''] = words
  if (words.length !== 2) return undefined
  const [head = '', ...options] = listen.split(',')
  const port = parsePort(/^TCP4?-L(?:ISTEN)?:(\d+)$/i.exec(head)?.[1] ?? '')
  const address = options.map((one) => /^bind=(.*)$/.exec(one)?.[1]).find((one) => one !== undefined)
  const [, to] = /^TCP4?(?:-CONNECT)?:([^,]+)/i.exec(target) ?? []
  return port !== undefined && to !== undefined && address !== undefined && isIpv4(address)
    ? { address, port, to }
    : undefined
}

/** The words of a socat that root ends and starts again; the same pattern is in assets/root/macula-root. */
export const SOCAT_WORD =
  '-[a-z0-9.]{1,15}|[0-9.]{1,12}|(tcp|udp)[46]?(-l|-listen|-connect|-recv|-recvfrom|-sendto|-datagram)?:[]a-z0-9._,:=[-]{1,200}'

/** Whether it does nothing but forward a port: no file, no program. Another one is not root's program's to end. */
export function isPlainSocat(argv: readonly string[]): boolean {
  // A bracket that comes first in a set is itself in POSIX, and ends the set in JavaScript.
  const word = new RegExp(
    `^(?:${SOCAT_WORD.replace('[]a-z', String.raw`[\]a-z`).replace('=[-]', String.raw`=\[-]`)})$`,
    'i',
  )
  return argv.slice(1).every((one) => word.test(one))
}

/**
 * Whether a socat has the words of a forwarder that a Macula started, or a routing script that `maculactl eject` wrote
 * (system/forward/socat.ts): no script of the platform's has these. Of another user nothing but the words can be read.
 */
export function isMaculasForwarder(argv: readonly string[]): boolean {
  return argv.some((word) =>
    /^TCP4-LISTEN:\d+,bind=[\d.]+,reuseaddr,fork,(?:[\w=]+,)*keepalive,keepidle=60,/.test(word),
  )
}

/** Whether it listens where one of the platform's scripts lets it. */
export function isOldForwarder({ address, port }: SocatSeen): boolean {
  return LISTENS[address]?.includes(port) === true
}
