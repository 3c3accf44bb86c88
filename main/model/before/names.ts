/** What leads names of ours elsewhere in the machine's own files: lines of /etc/hosts, files of dnsmasq and NetworkManager. */
import { inert } from '../atoms.ts'
import { sayList } from '../say.ts'
import { readMarks, tornMarks } from './marks.ts'

/** What parts words of a hosts file: the C library's isspace. Other blanks of Unicode are a part of a name that is none of ours. */
export const BLANKS = /[\t\v\f\r ]+/

/** The same two patterns as root's program has (assets/root/macula-root, check_lines): it refuses a whole plan for anything else. */
const ADDRESS = /^[0-9a-fA-F:.]+(?:%[a-z0-9]+)?$/
const NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?$/

/** No name ends in it: only names of ours are looked for, whatever else a person has under the suffix. */
export const NO_SUFFIX = '\n'

/** Root's program has numbers of six digits; its plan has 256 KiB, in base64; and it takes up to 100 ms for each line. */
const LAST_LINE = 999_999
const MOST_LETTERS = 4000
const MOST_LINES = 200
const MOST_BYTES = 96 * 1024

/** One line of /etc/hosts that names ours, and what stays of it without them; '' is the whole line gone. */
export interface HostsLine {
  /** From 1. */
  readonly line: number
  /** As it stands there, without its line end. */
  readonly text: string
  readonly stays: string
  /** The names of ours that go. */
  readonly names: readonly string[]
  readonly address: string
  /** Words of it that would be names of ours, and that root's program takes for none: they stay. */
  readonly odd: readonly string[]
  /** Why all of it stays; absent: its names can be taken out. */
  readonly left?: string
}

/** What root's program takes out of the file: of each line exactly what it would not refuse, and no more lines than it can at once. */
export function takable(found: readonly HostsLine[]): readonly HostsLine[] {
  let bytes = 0
  return found
    .filter(canGo)
    .filter(({ text, stays }) => (bytes += 3 * (text.length + stays.length)) <= MOST_BYTES)
    .slice(0, MOST_LINES)
}

const canGo = ({ left, names }: HostsLine): boolean => left === undefined && names.length > 0

/**
 * The lines of a hosts file (hosts(5)) that name ours: each name of `ours` at whatever address, and further ones under the
 * suffix that lead to this machine itself, as the platform's scripts write them for Ingresses. A name of a person's own
 * machine under the suffix stays. Lines within a block of ours, or of another person's Macula, are not looked at; what lies in one
 * cannot be told where its markers are torn, so all is left then.
 */
export function hostsLinesOf(text: string, ours: ReadonlySet<string>, suffix: string): readonly HostsLine[] {
  const torn = tornMarks(text)
  const inside = torn.length > 0 ? () => false : readMarks(text)
  const marks = `the marker lines of Macula’s block are torn (line ${torn.join(', ')}); remove them first`
  return text.split('\n').flatMap((row, index): readonly HostsLine[] => {
    if (inside(index)) return []
    const hash = row.indexOf('#')
    const entry = hash < 0 ? row : row.slice(0, hash)
    const [address = '', ...names] = entry.split(BLANKS).filter((word) => word !== '')
    const isOurs = (name: string): boolean =>
      ours.has(plain(name)) || (plain(name).endsWith(`.${suffix}`) && address.startsWith('127.'))
    // "127.0.1.1 dev.macula.local dev" is how Debian writes the machine's own whole name: it stays. A name of the catalog is
    // none of a machine, whatever stands beside it.
    const isWhole = (name: string): boolean =>
      !ours.has(plain(name)) && names.some((other) => plain(other) === plain(name).split('.')[0])
    const found = names.filter((name) => isOurs(name) && !isWhole(name))
    if (found.length === 0) return []
    const odd = found.filter((name) => !NAME.test(name.toLowerCase()))
    const go = found.filter((name) => !odd.includes(name))
    const rest = names.filter((name) => !go.includes(name))
    const left = torn.length > 0 ? marks : whyLeft(row, address, index + 1)
    return [
      {
        line: index + 1,
        text: row,
        stays: rest.length === 0 ? '' : without(row, entry, address, rest),
        names: go,
        address,
        odd,
        ...(left === undefined ? {} : { left }),
      },
    ]
  })
}

/** A name as it is looked up: case and a dot at its end make no other name of it. */
const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** Why root's program cannot be told a line, or would refuse it; bytes that are no UTF-8 were read as U+FFFD. */
function whyLeft(text: string, address: string, line: number): string | undefined {
  if (text.includes('\uFFFD') || text.includes('\0')) return 'it has bytes that are not UTF-8 text'
  if (!ADDRESS.test(address)) return `it does not begin with an address, but with “${inert(address)}”`
  if (text.length > MOST_LETTERS) return `it has more than ${MOST_LETTERS} characters`
  return line > LAST_LINE ? `only the first ${LAST_LINE} lines are read` : undefined
}

/**
 * What of such lines is left for a person to take out, with line number and reason, in sentences; '' for nothing. `file`: how they
 * call it.
 */
export function sayHostsLeft(found: readonly HostsLine[], file: string): string {
  const [all, now] = [found.filter(canGo).length, takable(found).length]
  const first = found[0]?.left
  // What keeps all of them is said once.
  if (first !== undefined && found.length > 1 && found.every(({ left }) => left === first))
    return `All of them stay: ${first} (sudoedit ${file}).`
  const says = found.flatMap(({ line, names, odd, left }) => {
    if (left !== undefined) return [`Line ${line} stays: ${left}.`]
    if (odd.length === 0) return []
    const which = sayList(odd.map((word) => `“${inert(word)}”`))
    return [
      names.length === 0
        ? `Line ${line} stays: ${which} ${odd.length === 1 ? 'is not a host name' : 'are not host names'} (letters, digits, - and _).`
        : `${which} on line ${line} ${odd.length === 1 ? 'stays: it is not a host name' : 'stay: they are not host names'} (letters, digits, - and _).`,
    ]
  })
  const shown = says.slice(0, MOST_SAID)
  if (says.length > shown.length)
    shown.push(`${says.length - shown.length} more lines stay for such reasons.`)
  if (says.length > 0) shown.push(`To take them out: sudoedit ${file}`)
  if (all > now) shown.push(`${now} lines go at a time: ${all - now} more go the next time.`)
  return shown.join(' ')
}

/** More sentences of lines that stay are not read by anybody. */
const MOST_SAID = 5

const trimmed = (entry: string): string => entry.replace(/[\t\v\f\r ]+$/, '')

/** The line with fewer names: its own begin, gap and comment stay. */
function without(row: string, entry: string, address: string, rest: readonly string[]): string {
  const before = /^[\t\v\f\r ]*/.exec(entry)?.[0] ?? ''
  const gap = /^[\t\v\f\r ]+/.exec(entry.slice(before.length + address.length))?.[0] ?? ' '
  const comment = row.slice(trimmed(entry).length)
  return `${before}${address}${gap}${rest.join(' ')}${trimmed(comment) === '' ? '' : comment}`
}

/** What a file of dnsmasq (dnsmasq(8): address=, server= and others) has of names under the suffix, and of all else. */
export interface DnsmasqFile {
  /** Names under the suffix (or all of it) with where they lead. */
  readonly names: number
  /** Other zones that it forwards: "lab" to "172.20.0.10". */
  readonly zones: readonly { readonly zone: string; readonly to: string }[]
  /**
   * Lines that are for more than that: servers for all names, where dnsmasq listens, names of the person's own, DHCP. Who
   * takes the file out whole takes them out too, and the machine may have no names at all then.
   */
  readonly others: readonly string[]
}

/** How dnsmasq answers, in a file with names: nothing else needs these. */
const HARMLESS = /^(?:no-hosts|domain-needed|bogus-priv|log-queries(?:=\w+)?|cache-size=\d+)$/

/** The first line that setup-dnsmasq.sh of `maculactl eject` knows its file by. */
export const EJECTED_NAMES =
  "# Names of the Macula platform's local infrastructure, written by setup-dnsmasq.sh."

/** Whether it is of the files that `maculactl eject` wrote: in use on purpose, and none of the old world. */
export function isEjectedNames(text: string): boolean {
  return text.split('\n', 1)[0]?.trimEnd() === EJECTED_NAMES
}

/** Reads such a file; undefined: it has nothing under the suffix, so it is not the platform's. */
export function dnsmasqFileOf(text: string, suffix: string): DnsmasqFile | undefined {
  const isOurs = (name: string): boolean => {
    const lower = name.toLowerCase()
    return lower === suffix || lower.endsWith(`.${suffix}`)
  }
  let names = 0
  const zones: { zone: string; to: string }[] = []
  const others: string[] = []
  for (const row of text.split('\n')) {
    // Blanks around the first "=" are nothing to dnsmasq.
    const line = row
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .replace(/^([\w-]+)\s*=\s*/, '$1=')
    if (line === '' || HARMLESS.test(line)) continue
    const found = namesIn(line)
    const more = found.filter((name) => !isOurs(name))
    const forwarded = more.length > 0 ? targetOf(line) : undefined
    if (found.length === 0 || (more.length > 0 && !(forwarded !== undefined && more.every(isZone)))) {
      others.push(line)
      // What it says of the suffix is there all the same.
      names += found.length - more.length
      continue
    }
    names += found.length - more.length
    if (forwarded !== undefined) zones.push(...more.map((zone) => ({ zone, to: forwarded })))
  }
  return names === 0 ? undefined : { names, zones, others }
}

/** The names that a line is about; none: it is about something else, or about all names. */
function namesIn(line: string): readonly string[] {
  const slashed = /^(?:address|server|local)=\/(.*)\/[^/]*$/.exec(line)?.[1]
  if (slashed !== undefined) return slashed.split('/')
  const [, option, value = ''] = /^(host-record|cname)=(.+)$/.exec(line) ?? []
  if (option === undefined) return []
  // Behind the names: addresses and a time to live, or for cname= what they are other names of.
  const words = value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => !/^(?:\d+|[\d.]+|[\da-f:]*:[\da-f:.]*)$/i.test(word))
  return option === 'cname' ? words.slice(0, -1) : words
}

/** Whom a line server=/ZONE/ADDRESS asks; undefined for every other line. */
function targetOf(line: string): string | undefined {
  return /^server=\/.*\/([\da-f.:]+(?:#\d+)?)$/i.exec(line)?.[1]
}

/** A zone of a name; "" (names without a dot) and "#" (all) are none. */
const isZone = (name: string): boolean => /^\.?[\w-]+(?:\.[\w-]+)*$/.test(name)

/** Whether a file of NetworkManager.conf(5) does nothing but let it start its own dnsmasq. */
export function isOnlyDnsmasq(text: string): boolean {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith(';'))
  return lines.length === 2 && lines[0] === '[main]' && /^dns\s*=\s*dnsmasq$/.test(lines[1] ?? '')
}
