import { ejectPlan, NODE, type Ejected, type EjectOptions } from '../../model/eject.ts'
import { MaculaError } from '../../model/errors.ts'
import { REGISTRY, REGISTRY_PORT, registryReferences } from '../../model/registry.ts'
import { POWERDNS, type Catalog, type Settings } from '../../model/service.ts'
import type { Adapters, EjectWish } from '../adapters.ts'
import { namesInside, variablesInside } from '../cluster/inside.ts'

/**
 * Writes the whole catalog as plain files that work without us. Nothing that runs is touched, and Docker is only asked where its
 * data is to go on. Throws MaculaError: `refused` for a folder that is not free, `outside` without Docker where it is needed, and
 * whatever is wrong with passwords that are to be written.
 */
export async function eject(
  { adapters, settings, catalog }: { adapters: Adapters; settings: Settings; catalog: Catalog },
  folder: string,
  options: EjectOptions,
): Promise<Ejected> {
  const { addresses, refused, volumes, secrets } = await adapters.eject.read(catalog)
  // What cannot be written is not in it, nor do names or forwarders lead to it.
  const services = catalog.services.filter(
    ({ id, runtime }) => runtime.kind === 'cluster' || addresses.has(id),
  )
  const usable = { ...catalog, services }
  const written = await adapters.eject.write({
    folder,
    catalog: usable,
    plan: ejectPlan(usable, settings),
    registry: registryOf(usable, settings, addresses),
    inside: insideOf(usable, settings, addresses),
    secrets: options.withSecrets ? await passwords(adapters, usable, secrets) : undefined,
    volumes: options.keepData ? await existing(adapters, volumes) : new Set(),
    options,
  })
  return { ...written, leftOut: refused }
}

/** The passwords that the data wants. Those that are not there yet are made, as a start would. */
async function passwords(
  adapters: Adapters,
  { services }: Catalog,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  const held = await adapters.secrets.held(services)
  const trouble = names.map((name) => held(name)).find((one) => one !== undefined)
  if (trouble) throw new MaculaError(trouble)
  return await adapters.secrets.ensure(names)
}

async function existing(adapters: Adapters, wanted: readonly string[]): Promise<ReadonlySet<string>> {
  const { volumes } = await adapters.docker.parts([])
  return new Set(wanted.filter((name) => volumes.has(name)))
}

function registryOf(
  { services }: Catalog,
  { suffix }: Settings,
  addresses: ReadonlyMap<string, string>,
): EjectWish['registry'] {
  const address = addresses.get(REGISTRY)
  if (address === undefined || !services.some(({ id }) => id === REGISTRY)) return undefined
  return { references: registryReferences(suffix), url: `http://${address}:${REGISTRY_PORT}` }
}

/** What pods are told, as a start tells it: names by the addresses that are fixed in the file, secrets by their variables. */
function insideOf(
  catalog: Catalog,
  { suffix, zones }: Settings,
  addresses: ReadonlyMap<string, string>,
): EjectWish['inside'] {
  const containers = new Map([...addresses].map(([id, address]) => [id, { address }] as const))
  const ids = catalog.services.flatMap(({ id, runtime }) => (runtime.kind === 'container' ? [id] : []))
  const secrets = new Map(
    catalog.services.flatMap(({ secrets: names }) => names.map((name) => [name, `<${name}>`] as const)),
  )
  const variables = variablesInside(catalog, ids, suffix, secrets).map((one) => ({
    ...one,
    // Within a URL the mark was written as a password there is: percent-encoded.
    value: [...secrets.keys()].reduce(
      (text, name) =>
        text
          .replaceAll(`<${name}>`, `\${MACULA_SECRET_${name}}`)
          .replaceAll(`%3C${name}%3E`, `\${MACULA_URL_SECRET_${name}}`),
      one.value,
    ),
  }))
  return new Map(
    catalog.services.flatMap(({ runtime }) =>
      runtime.kind === 'cluster' && !runtime.app
        ? [
            [
              runtime.cluster.id,
              {
                told: {
                  names: namesInside(
                    catalog,
                    suffix,
                    containers,
                    new Map([[runtime.cluster.id, NODE]]),
                    new Map(),
                  ),
                  zones,
                  asks: addresses.get(POWERDNS),
                },
                variables,
              },
            ] as const,
          ]
        : [],
    ),
  )
}
