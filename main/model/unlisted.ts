import { isLoopback } from './atoms.ts'
import { sayCount, sayList } from './say.ts'
import type { Headline } from './snapshot.ts'

/** A name with its addresses, as PowerDNS has it. */
export type DnsRecord = readonly [name: string, addresses: readonly string[]]

/**
 * Records that a route which lists names one by one (the hosts file) cannot have: root's program writes addresses of this
 * machine under the suffix only. `ours`: names that are listed whatever PowerDNS says.
 */
export function unlistedOf(
  records: ReadonlyMap<string, readonly string[]>,
  ours: ReadonlyMap<string, string>,
  suffix: string,
): readonly DnsRecord[] {
  return [...records].filter(
    ([name, addresses]) =>
      !ours.has(name) && !(addresses.some(isLoopback) && name.endsWith(`.${suffix}`)) && name !== suffix,
  )
}

/** What is said of them; `title`: the route's. */
export function sayUnlisted(away: readonly DnsRecord[], title: string, suffix: string): Headline {
  const shown = away.map(([name, addresses]) => `${name} (${addresses[0] ?? ''})`)
  return {
    what: `${sayCount(away.length, 'record')} of PowerDNS ${away.length === 1 ? 'is' : 'are'} not known to this machine: ${sayList(shown)}.`,
    why: `Names are led here by the ${title}, which lists names under ${suffix} with addresses of this machine only.`,
    todo: 'Set another "route" in settings.json where this machine can take one (maculactl setup names those that fit); until then use the address.',
  }
}
