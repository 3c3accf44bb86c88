import { parseFile } from '../catalog/fragment.ts'
import { fillIn, variablesFor } from '../catalog/variables.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ServiceSpec, Settings } from '../../model/service.ts'
import type { Fragment } from '../stack/fragment.ts'

/** Below the half that Docker gives out, above what our own services have. */
const FREE = { from: 50, to: 127 } as const

/** The address that the files of a service give it in the docker network; undefined: any. */
function written({ id, files, compose }: Fragment, settings: Settings): string | undefined {
  let address: string | undefined
  for (const name of compose) {
    const text = files.get(name)?.data.toString('utf8') ?? ''
    const parsed = parseFile({ service: id, origin: 'user', folder: '', file: name, text })
    if ('reason' in parsed) continue
    const value = parsed.value as {
      services?: Record<string, { networks?: { macula?: { ipv4_address?: unknown } | null } | null }>
    } | null
    const found = value?.services?.[id]?.networks?.macula?.ipv4_address
    if (typeof found !== 'string') continue
    const filled = fillIn(found, variablesFor(settings, {}))
    if ('text' in filled) address = filled.text
  }
  return address
}

/**
 * The addresses of services in the docker network: forwarders lead to a fixed one, so each that has a forwarder gets one.
 * Those that name none get the lowest free from .50, in the catalog's order.
 */
export function fixedAddresses(
  services: readonly ServiceSpec[],
  fragments: ReadonlyMap<string, Fragment>,
  settings: Settings,
): ReadonlyMap<string, string> {
  const prefix = settings.subnet.slice(0, settings.subnet.lastIndexOf('.'))
  const addresses = new Map<string, string>()
  for (const { id } of services) {
    const fragment = fragments.get(id)
    const address = fragment && written(fragment, settings)
    if (address !== undefined) addresses.set(id, address)
  }
  const taken = new Set(addresses.values())
  for (const { id } of services) {
    if (addresses.has(id)) continue
    const free = Array.from(
      { length: FREE.to - FREE.from + 1 },
      (_, at) => `${prefix}.${FREE.from + at}`,
    ).find((one) => !taken.has(one))
    if (free === undefined)
      throw new MaculaError({
        kind: 'failed',
        what: `There is no free address in ${settings.subnet} for ${id}.`,
        todo: 'Take a service out, or give it an ipv4_address of its own.',
      })
    taken.add(free)
    addresses.set(id, free)
  }
  return addresses
}
