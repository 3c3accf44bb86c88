import { isHostName, isIpv4, isSuffix } from '../../model/atoms.ts'

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
      return rest.length === 0 && isIpv4(address) && isHostName(name, 2) ? [[name, address]] : []
    }),
  )
}

/**
 * The Corefile with our block: a server of its own for the suffix, which answers these names and nothing else, so that no
 * question for our names leaves the cluster. What was there stays byte for byte. What is not a name or address is refused.
 */
export function corefileWith(corefile: string, suffix: string, names: ReadonlyMap<string, string>): string {
  if (!isSuffix(suffix)) throw new Error(`${suffix} is not a suffix`)
  const hosts = [...names]
    .filter(([name, address]) => isHostName(name, 2) && name.endsWith(`.${suffix}`) && isIpv4(address))
    .sort(([one], [two]) => one.localeCompare(two))
    .map(([name, address]) => `        ${address} ${name}\n`)
    .join('')
  const block = `${BEGIN}\n${suffix}:53 {\n    errors\n    hosts {\n${hosts}        ttl 5\n    }\n}\n${END}\n`
  const rest = corefileWithout(corefile)
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${block}`
}

/** The Corefile as it was before our block. */
export function corefileWithout(corefile: string): string {
  const found = cut(corefile)
  return found ? found.before + found.after : corefile
}
