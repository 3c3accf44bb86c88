import type { PodNames } from '../../engine/adapters.ts'
import { isHostName, isIpv4, isLabel, isSuffix, isZone } from '../../model/atoms.ts'

const BEGIN = '# macula begin: names of Macula Desktop, for pods'
const END = '# macula end'

/** A server as our block has it: zones with their port, and our names first. */
const OURS = /^\n?(?:\S+:53(?: \S+:53)* \{\n {4}errors\n {4}hosts \{\n[^]*?\n\}\n?)/

function cut(
  text: string,
): { readonly before: string; readonly block: string; readonly after: string } | undefined {
  const from = text.indexOf(BEGIN)
  if (from < 0) return headless(text)
  const to = text.indexOf(END, from)
  // Somebody took the last line out: what is ours ends where the servers do that only we write.
  const end = to < 0 ? from + BEGIN.length + serversIn(text.slice(from + BEGIN.length)) : to + END.length
  return {
    before: text.slice(0, from),
    block: text.slice(from, end),
    after: text.slice(text[end] === '\n' ? end + 1 : end),
  }
}

/** Somebody took the first line out: what is ours are the servers right before the last one. */
function headless(text: string): ReturnType<typeof cut> {
  const end = text.indexOf(`\n${END}`) + 1
  if (end === 0) return undefined
  for (const { index } of text.slice(0, end).matchAll(/^\S+:53(?: \S+:53)* \{$/gm))
    if (serversIn(text.slice(index, end)) === end - index) {
      const after = end + END.length
      return {
        before: text.slice(0, index),
        block: text.slice(index, after),
        after: text.slice(text[after] === '\n' ? after + 1 : after),
      }
    }
  return undefined
}

/** How many characters of a text are servers of ours, from its beginning. */
function serversIn(text: string): number {
  let at = 0
  for (;;) {
    const found = OURS.exec(text.slice(at))?.[0].length ?? 0
    if (found === 0) return at
    at += found
  }
}

/** The names of our block in a Corefile, with their addresses. */
export function namesIn(corefile: string): ReadonlyMap<string, string> {
  const found = cut(corefile)
  return new Map(
    (found?.block ?? '').split('\n').flatMap((line): readonly (readonly [string, string])[] => {
      const [address = '', name = '', ...rest] = line.trim().split(/\s+/)
      return rest.length === 0 && isIpv4(address) && isHostName(name) ? [[name, address]] : []
    }),
  )
}

/** Zones that servers of a Corefile answer, without their port. */
function zonesIn(corefile: string): ReadonlySet<string> {
  const heads = corefile.split('\n').flatMap((line) => /^(\S.*)\{\s*$/.exec(line)?.[1]?.split(/[\s,]+/) ?? [])
  return new Set(heads.map((zone) => zone.replace(/^dns:\/\//, '').replace(/\.?(?::\d+)?$/, '')))
}

/**
 * The Corefile with our block: a server of its own for the suffix and the further zones, which answers our names and asks
 * PowerDNS (`asks`) alone for the rest, so that no question for them leaves the machine. While PowerDNS does not run nobody is
 * asked, and unknown names fail at once (SERVFAIL, as nobody can say): who asked it would wait for seconds. Beside it one for names without the suffix
 * (`macula-registry`), which asks on for all but these. What was there stays byte for byte, and so does a zone that somebody
 * else's server has: CoreDNS does not start with two for one. What is not a name, zone or address is refused.
 */
export function corefileWith(corefile: string, suffix: string, told: PodNames): string {
  if (!isSuffix(suffix)) throw new Error(`${suffix} is not a suffix`)
  const rest = corefileWithout(corefile)
  const taken = zonesIn(rest)
  const all = [...told.names]
    .filter(([name, address]) => isHostName(name) && isIpv4(address))
    .sort(([one], [two]) => one.localeCompare(two))
  const long = all.filter(([name]) => name.endsWith(`.${suffix}`))
  const short = all.filter(([name]) => isLabel(name) && !taken.has(name))
  const lines = (hosts: typeof all): string =>
    hosts.map(([name, address]) => `        ${address} ${name}\n`).join('')
  const server = (zones: readonly string[], hosts: typeof all, next: string | undefined): string =>
    zones.length === 0
      ? ''
      : `${zones.map((zone) => `${zone}:53`).join(' ')} {\n    errors\n    hosts {\n${lines(hosts)}        ttl 5\n${
          next === undefined ? '    }\n}\n' : `        fallthrough\n    }\n    forward . ${next}\n}\n`
        }`
  const labels = short.map(([name]) => name)
  const zones = [...new Set([suffix, ...told.zones.filter(isZone)])].filter(
    (zone) => !taken.has(zone) && !labels.includes(zone),
  )
  const asks = told.asks !== undefined && isIpv4(told.asks) ? told.asks : undefined
  const block = `${BEGIN}\n${server(zones, long, asks)}${server(labels, short, '/etc/resolv.conf')}${END}\n`
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${block}`
}

/** The Corefile as it was before our block. */
export function corefileWithout(corefile: string): string {
  const found = cut(corefile)
  return found ? found.before + found.after : corefile
}
