/** What leads names of ours elsewhere in the machine's own files: lines of /etc/hosts, files of dnsmasq and NetworkManager. */
import { readMarks } from './marks.ts'

/** One line of /etc/hosts that names ours, and what stays of it without them; '' is the whole line gone. */
export interface HostsLine {
  /** From 1. */
  readonly line: number
  /** As it stands there, without its line end. */
  readonly text: string
  readonly stays: string
  /** The names of ours that it has. */
  readonly names: readonly string[]
  readonly address: string
}

/**
 * The lines of a hosts file (hosts(5)) that name ours: each name of `ours` at whatever address, and further ones under the
 * suffix that lead to this machine itself, as the platform's scripts write them for Ingresses. A name of a person's own
 * machine under the suffix stays. Lines within a block of ours, or of another person's Macula, are not looked at.
 */
export function hostsLinesOf(text: string, ours: ReadonlySet<string>, suffix: string): readonly HostsLine[] {
  const inside = readMarks(text)
  return text.split('\n').flatMap((row, index): readonly HostsLine[] => {
    if (inside(index)) return []
    const hash = row.indexOf('#')
    const entry = hash < 0 ? row : row.slice(0, hash)
    const [address = '', ...names] = entry.trim().split(/\s+/)
    const isOurs = (name: string): boolean => {
      const lower = name.toLowerCase()
      return ours.has(lower) || (lower.endsWith(`.${suffix}`) && address.startsWith('127.'))
    }
    const found = names.filter(isOurs)
    if (found.length === 0) return []
    const rest = names.filter((name) => !isOurs(name))
    return [
      {
        line: index + 1,
        text: row,
        stays: rest.length === 0 ? '' : without(row, entry, address, rest),
        names: found,
        address,
      },
    ]
  })
}

/** The line with fewer names: its own begin, gap and comment stay. */
function without(row: string, entry: string, address: string, rest: readonly string[]): string {
  const gap = new RegExp(`^\\s*${address.replaceAll(/[.[\]]/g, '\\$&')}(\\s+)`).exec(entry)?.[1] ?? ' '
  const before = /^\s*/.exec(entry)?.[0] ?? ''
  const comment = row.slice(entry.trimEnd().length)
  return `${before}${address}${gap}${rest.join(' ')}${comment.trim() === '' ? '' : comment}`
}

/** What a file of dnsmasq (dnsmasq(8): address=, server=) has of names under the suffix, and of other zones. */
export interface DnsmasqFile {
  /** Names under the suffix (or all of it) with where they lead. */
  readonly names: number
  /** Other zones that it forwards: "lab" to "172.20.0.10". */
  readonly zones: readonly { readonly zone: string; readonly to: string }[]
  /** It is for the whole machine: no-hosts, listen-address and the like. */
  readonly options: readonly string[]
}

/** A server for all names: "server=1.1.1.1". Without it the machine may have none. */
export function isUpstream(line: string): boolean {
  return /^(?:server=[^/]|(?:resolv|servers)-file=)/.test(line)
}

/** Reads such a file; undefined: it has nothing under the suffix, so it is not the platform's. */
export function dnsmasqFileOf(text: string, suffix: string): DnsmasqFile | undefined {
  let names = 0
  const zones: { zone: string; to: string }[] = []
  const options: string[] = []
  for (const line of text.split('\n').map((row) => row.replace(/(?:^|\s)#.*$/, '').trim())) {
    if (line === '') continue
    const match = /^(?:address|server|local|host-record)=\/?(.+)$/.exec(line)
    if (!match || isUpstream(line)) {
      options.push(line)
      continue
    }
    const parts = (match[1] ?? '').split(/[/,]/)
    const value = parts.at(-1) ?? ''
    for (const name of parts.slice(0, -1))
      if (name === suffix || name.endsWith(`.${suffix}`)) names += 1
      else if (name !== '' && line.startsWith('server=')) zones.push({ zone: name, to: value })
  }
  return names === 0 ? undefined : { names, zones, options }
}

/** Whether a file of NetworkManager.conf(5) does nothing but let it start its own dnsmasq. */
export function isOnlyDnsmasq(text: string): boolean {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith(';'))
  return lines.length === 2 && lines[0] === '[main]' && /^dns\s*=\s*dnsmasq$/.test(lines[1] ?? '')
}
