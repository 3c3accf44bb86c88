import { isLoopback } from './atoms.ts'
import { sayCount, sayList } from './say.ts'
import type { Headline } from './snapshot.ts'

/** A name with its addresses, as PowerDNS has it. */
export type DnsRecord = readonly [name: string, addresses: readonly string[]]

/** More names of PowerDNS are not looked at; one more is read, which tells that there are more. */
export const MOST_RECORDS = 2000

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

/** What is said of them; `read`: how many records were read of PowerDNS; `title`: the route's. */
export function sayUnlisted(
  away: readonly DnsRecord[],
  read: number,
  title: string,
  suffix: string,
): Headline {
  const shown = away.map(([name, addresses]) => `${name} (${addresses[0] ?? ''})`)
  const isAll = read <= MOST_RECORDS
  return {
    what: isAll
      ? `${sayCount(away.length, 'record')} of PowerDNS ${away.length === 1 ? 'is' : 'are'} not known to this machine: ${sayList(shown)}.`
      : `PowerDNS has more than ${MOST_RECORDS} names, and at least ${away.length} of them ${away.length === 1 ? 'is' : 'are'} not known to this machine: ${shown.slice(0, 3).join(', ')} and others.`,
    why: `Names are resolved by the ${title}, which lists names under ${suffix} with addresses of this machine only.${isAll ? '' : ` Of PowerDNS, the first ${MOST_RECORDS} names are checked.`}`,
    todo: 'Set another "route" in settings.json where this machine can take one (maculactl setup names those that fit); until then use the address.',
  }
}
