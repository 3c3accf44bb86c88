import { isHostName, isLoopback, isSuffix, parsePort } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'

/** First line of every file that is wholly ours. */
export const OURS = '# Written by Macula Desktop; "maculactl undo" takes it away.'

/** Suffix and DNS port as they may go into a configuration; throws MaculaError `invalid` for anything else. */
export function checkedSettings(settings: Settings): { readonly suffix: string; readonly port: number } {
  const port = parsePort(settings.dnsPort)
  if (!isSuffix(settings.suffix)) throw invalid(`"${settings.suffix}" is not a suffix that names may end in.`)
  if (port === undefined) throw invalid(`${settings.dnsPort} is not a port.`)
  return { suffix: settings.suffix, port }
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
