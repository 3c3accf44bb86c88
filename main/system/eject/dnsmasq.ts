import { isLoopback } from '../../model/atoms.ts'
import { EJECTED_NAMES } from '../../model/before/names.ts'
import { MaculaError } from '../../model/errors.ts'
import { serversText } from '../dns/config.ts'

/**
 * Configuration for the system's dnsmasq: whom it asks for our zones as our own name server does, and one `address=` a name.
 * Other types of our names are answered as "no data" instead of being asked anywhere (measured on 2.90). `powerdns`: its
 * address in the docker network, which answers other names under the suffix and the further zones; undefined: nobody does.
 */
export function dnsmasqText(input: {
  readonly suffix: string
  readonly zones: readonly string[]
  readonly names: ReadonlyMap<string, string>
  readonly powerdns: string | undefined
}): string {
  const { suffix, zones, powerdns } = input
  const names = new Map([...input.names].sort(([one], [two]) => (one < two ? -1 : 1)))
  const upstream = powerdns === undefined ? undefined : { address: powerdns, port: 53 }
  const addresses = [...names].map(([name, address]) => {
    if (isLoopback(address)) return `address=/${name}/${address}\n`
    throw new MaculaError({
      kind: 'invalid',
      what: `${JSON.stringify(address)} is not an address that dnsmasq could serve.`,
    })
  })
  return [
    `${EJECTED_NAMES}\n`,
    '# PowerDNS answers what is not here.\n',
    serversText({ suffix, zones, names, upstream }),
    ...addresses,
  ].join('')
}
