import { isHostName, isIpv4, isLabel, isSuffix } from '../../model/atoms.ts'

const BEGIN = '# macula begin: names of Macula Desktop, for pods'
const END = '# macula end'

function cut(
  text: string,
): { readonly before: string; readonly block: string; readonly after: string } | undefined {
  const from = text.indexOf(BEGIN)
  const to = text.indexOf(END, from)
  if (from < 0 || to < 0) return undefined
  const end = to + END.length
  return {
    before: text.slice(0, from),
    block: text.slice(from, end),
    after: text.slice(text[end] === '\n' ? end + 1 : end),
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
 * The Corefile with our block: a server of its own for the suffix, which answers these names and nothing else, so that no
 * question for our names leaves the cluster, and one for names without the suffix (`macula-registry`), which asks on for all
 * but these. What was there stays byte for byte. What is not a name or address is refused.
 */
export function corefileWith(corefile: string, suffix: string, names: ReadonlyMap<string, string>): string {
  if (!isSuffix(suffix)) throw new Error(`${suffix} is not a suffix`)
  const rest = corefileWithout(corefile)
  // CoreDNS does not start with a zone that has two servers.
  const taken = zonesIn(rest)
  const all = [...names]
    .filter(([name, address]) => isHostName(name) && isIpv4(address))
    .sort(([one], [two]) => one.localeCompare(two))
  const long = all.filter(([name]) => name.endsWith(`.${suffix}`))
  const short = all.filter(([name]) => isLabel(name) && !taken.has(name))
  const lines = (hosts: typeof all): string =>
    hosts.map(([name, address]) => `        ${address} ${name}\n`).join('')
  const others =
    short.length === 0
      ? ''
      : `${short.map(([name]) => `${name}:53`).join(' ')} {\n    errors\n    hosts {\n${lines(short)}        ttl 5\n        fallthrough\n    }\n    forward . /etc/resolv.conf\n}\n`
  const block = `${BEGIN}\n${suffix}:53 {\n    errors\n    hosts {\n${lines(long)}        ttl 5\n    }\n}\n${others}${END}\n`
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${block}`
}

/** The Corefile as it was before our block. */
export function corefileWithout(corefile: string): string {
  const found = cut(corefile)
  return found ? found.before + found.after : corefile
}
