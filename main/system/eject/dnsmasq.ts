import { isHostName, isLoopback, isSuffix } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'

function bad(what: string, value: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${JSON.stringify(value)} is not a ${what} that dnsmasq could serve.`,
  })
}

/**
 * Configuration for the system's dnsmasq, one `address=` a name. With a `local=` for each the other types are answered as
 * "no data" instead of being asked upstream, and other names under the suffix are not known to anybody (measured on 2.90).
 */
export function dnsmasqText(suffix: string, names: ReadonlyMap<string, string>): string {
  if (!isSuffix(suffix)) throw bad('suffix', suffix)
  const lines = [...names]
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .flatMap(([name, address]) => {
      if (!isHostName(name, 3)) throw bad('name', name)
      if (!isLoopback(address)) throw bad('address', address)
      return [`local=/${name}/`, `address=/${name}/${address}`]
    })
  return [
    "# Names of the Macula platform's local infrastructure, written by setup-dnsmasq.sh.",
    `local=/${suffix}/`,
    ...lines,
    '',
  ].join('\n')
}
