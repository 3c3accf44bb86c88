import type Docker from 'dockerode'
import { SHARING, sharedBy, type ContainerRecord, type Endpoint, type NetworkRecord } from './record.ts'

/** What Docker is told to make a container again, exactly as it was made. */
export interface Recipe {
  /** Body of POST /containers/create; at one network only, because engines before 25 take no more. */
  readonly body: Readonly<Record<string, unknown>>
  /** Networks that it joins before it is started. */
  readonly joins: readonly {
    readonly network: string
    readonly endpoint: Readonly<Record<string, unknown>>
  }[]
}

/** An end at a network, as Docker takes it. */
export function endpointBody({ aliases, links, ipam, options }: Endpoint): Readonly<Record<string, unknown>> {
  return {
    ...(aliases.length === 0 ? {} : { Aliases: aliases }),
    ...(links.length === 0 ? {} : { Links: links }),
    ...(Object.keys(ipam).length === 0 ? {} : { IPAMConfig: ipam }),
    ...(Object.keys(options).length === 0 ? {} : { DriverOpts: options }),
  }
}

const withoutKeys = (all: Readonly<Record<string, unknown>>, ...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key)))

/**
 * How a container is made again. `oldId`: its id then, which Docker took for its host name where it had none; `idOf`: the id that
 * another container has now, by the id or name that it had; `volumes`: those without a name that are still there.
 */
export function recipeOf(
  { config, host, networks, mounts, primary: first }: ContainerRecord,
  input: {
    readonly oldId: string
    readonly idOf: (old: string) => string
    readonly volumes: ReadonlySet<string>
  },
): Recipe {
  // By its name: a network that was made again has another id.
  const mode = first ?? (typeof host['NetworkMode'] === 'string' ? host['NetworkMode'] : '')
  const shares = mode.startsWith('container:')
  const isOwnName = config['Hostname'] === input.oldId.slice(0, 12)
  // Docker refuses what it filled in by itself: a host name and ports in another container's network.
  const left = [
    ...(isOwnName || shares || mode === 'host' ? ['Hostname'] : []),
    ...(shares ? ['ExposedPorts'] : []),
  ]
  const primary = Object.hasOwn(networks, mode) ? mode : undefined
  const modes = Object.fromEntries(
    SHARING.flatMap((key) => {
      const id = sharedBy(host[key])
      return id === undefined ? [] : [[key, `container:${input.idOf(id)}`]]
    }),
  )
  const from = host['VolumesFrom']
  const volumesFrom = Array.isArray(from)
    ? {
        VolumesFrom: from.map((one: unknown) => {
          const [id = '', ...access] = String(one).split(':')
          return [input.idOf(id), ...access].join(':')
        }),
      }
    : {}
  const isJoinable = (name: string): boolean => name !== primary && name !== 'host' && name !== 'none'
  return {
    body: {
      ...withoutKeys(config, ...left),
      HostConfig: {
        ...host,
        NetworkMode: mode,
        ...modes,
        ...volumesFrom,
        Mounts: mountsOf(host, mounts, input.volumes),
      },
      ...(primary === undefined || ['bridge', 'host', 'none'].includes(primary)
        ? {}
        : { NetworkingConfig: { EndpointsConfig: { [primary]: endpointBody(networks[primary]!) } } }),
    },
    joins: Object.entries(networks)
      .filter(([name]) => isJoinable(name))
      .map(([network, end]) => ({ network, endpoint: endpointBody(end) })),
  }
}

interface Mount {
  readonly Type?: string
  readonly Source?: string
  readonly Target?: string
}

/** Its mounts; a volume that nobody named is mounted where it was, as Compose itself does when it makes a container anew. */
function mountsOf(
  host: Readonly<Record<string, unknown>>,
  mounts: ContainerRecord['mounts'],
  volumes: ReadonlySet<string>,
): readonly Mount[] | null {
  const told = (host['Mounts'] ?? []) as readonly Mount[]
  const nameless = mounts.filter(({ name }) => volumes.has(name))
  const named = told.map((one) => {
    const found = nameless.find(({ at }) => at === one.Target)
    return one.Type === 'volume' && !one.Source && found ? { ...one, Source: found.name } : one
  })
  const bound = ((host['Binds'] ?? []) as readonly string[]).map((one) => one.split(':')[1])
  // What comes from another container's volumes comes again with them.
  const own = Array.isArray(host['VolumesFrom']) && host['VolumesFrom'].length > 0 ? [] : nameless
  const more = own
    .filter(({ at }) => !bound.includes(at) && told.every((one) => one.Target !== at))
    .map(({ name, at, writes }) => ({
      Type: 'volume',
      Source: name,
      Target: at,
      ...(writes ? {} : { ReadOnly: true }),
    }))
  const all = [...named, ...more]
  return all.length === 0 ? null : all
}

/** Body of POST /networks/create. */
export function networkBody(
  name: string,
  { driver, ipam, options, labels, flags }: NetworkRecord,
): Docker.NetworkCreateOptions {
  const body: Record<string, unknown> & { readonly Name: string } = {
    Name: name,
    // Engines before 25 would make a second one of that name.
    CheckDuplicate: true,
    Driver: driver,
    IPAM: ipam,
    Options: options,
    Labels: labels,
    ...flags,
  }
  return body
}
