import { isHostName, isLoopback, isSuffix, isZone, parsePort } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'

/** First line of every file that is wholly ours. */
export const OURS = '# Written by Macula Desktop; "maculactl undo" takes it away.'

/**
 * What is led to our name server, and its port, as they may go into a configuration: the suffix first, then the further
 * zones. Throws MaculaError `invalid` for anything else.
 */
export function checkedSettings(settings: Settings): {
  readonly domains: readonly string[]
  readonly port: number
} {
  const port = parsePort(settings.dnsPort)
  if (!isSuffix(settings.suffix)) throw invalid(`"${settings.suffix}" is not a suffix that names may end in.`)
  for (const zone of settings.zones) if (!isZone(zone)) throw invalid(`"${zone}" is not a zone.`)
  if (port === undefined) throw invalid(`${settings.dnsPort} is not a port.`)
  return { domains: [...new Set([settings.suffix, ...settings.zones])], port }
}

/** "names ending in .macula.local or .lab" */
export function sayDomains({ suffix, zones }: Settings): string {
  return `names ending in ${[suffix, ...zones].map((domain) => `.${domain}`).join(' or ')}`
}

/** The names with their addresses, checked, in a stable order. */
export function checkedNames(
  names: ReadonlyMap<string, string>,
): readonly { readonly name: string; readonly address: string }[] {
  return [...names]
    .map(([name, address]) => {
      if (!isHostName(name, 2)) throw invalid(`"${name}" is not a host name.`)
      if (!isLoopback(address)) throw invalid(`"${address}" is not a loopback address.`)
      return { name, address }
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

function invalid(why: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: 'The names cannot be set up.',
    why,
    todo: 'Correct it in settings.json or in the service, then run: maculactl setup',
  })
}
