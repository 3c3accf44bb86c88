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
  if ((argv[0] ?? '').split('/').at(-1) !== 'socat') return undefined
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

/** Whether it listens where one of the platform's scripts lets it. */
export function isOldForwarder({ address, port }: SocatSeen): boolean {
  return LISTENS[address]?.includes(port) === true
}
