import type Docker from 'dockerode'
import { z } from 'zod'

/**
 * What Docker was told when a container or a network was made, as its interface tells it (GET /containers/ID/json and /networks of
 * API 1.40 to 1.52) and takes it again. Only what is read here has a form; all else goes back as it came.
 */
const anything = z.record(z.string(), z.unknown())

export const endpointSchema = z.object({
  aliases: z.array(z.string()),
  links: z.array(z.string()),
  /** IPv4Address, IPv6Address, LinkLocalIPs that somebody chose; what Docker chose is not in it. */
  ipam: anything,
  options: anything,
})

export const containerRecordSchema = z.object({
  config: anything,
  host: anything,
  networks: z.record(z.string(), endpointSchema),
  /** The network that it was made on; Compose may say its id. Absent: none of those above. */
  primary: z.string().optional(),
  /** Volumes by where they are mounted, those without a name too. */
  mounts: z.array(z.object({ name: z.string(), at: z.string(), writes: z.boolean() })),
  /** Containers (by id or name) whose network, processes or volumes it shares. */
  shares: z.array(z.string()),
})

export const networkRecordSchema = z.object({
  driver: z.string(),
  ipam: anything,
  options: anything,
  labels: z.record(z.string(), z.string()),
  flags: z.record(z.string(), z.boolean()),
})

export type Endpoint = z.infer<typeof endpointSchema>
export type ContainerRecord = z.infer<typeof containerRecordSchema>
export type NetworkRecord = z.infer<typeof networkRecordSchema>

type Loose = Readonly<Record<string, unknown>>

const listIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
const looseIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

export function recordOf(info: Docker.ContainerInspectInfo): ContainerRecord {
  const host = info.HostConfig as unknown as Loose
  return {
    config: { ...info.Config },
    host: { ...host },
    networks: Object.fromEntries(
      Object.entries(info.NetworkSettings.Networks).map(([name, end]) => [name, endpointOf(end, info.Id)]),
    ),
    ...primaryOf(info),
    mounts: info.Mounts.flatMap(({ Type: type, Name: name, Destination: at, RW: writes }) =>
      type === 'volume' && name !== undefined ? [{ name, at, writes }] : [],
    ),
    shares: sharesOf(host),
  }
}

function primaryOf({ HostConfig: host, NetworkSettings: settings }: Docker.ContainerInspectInfo) {
  const found = Object.entries(settings.Networks).find(
    ([name, { NetworkID: id }]) => name === host.NetworkMode || id === host.NetworkMode,
  )
  return found ? { primary: found[0] } : {}
}

/** A container's end at a network. `id`: the container's, whose beginning Docker adds to its names by itself. */
export function endpointOf(end: unknown, id: string): Endpoint {
  const { Aliases: aliases, Links: links, IPAMConfig: ipam, DriverOpts: options } = looseIn(end)
  return {
    aliases: listIn(aliases).filter((one) => !id.startsWith(one)),
    links: listIn(links),
    ipam: looseIn(ipam),
    options: looseIn(options),
  }
}

/** The settings of a container that may name another one. */
export const SHARING = ['NetworkMode', 'PidMode', 'IpcMode'] as const

/** Whom a setting names: "container:ID". */
export function sharedBy(value: unknown): string | undefined {
  return typeof value === 'string' ? /^container:(.+)$/.exec(value)?.[1] : undefined
}

function sharesOf(host: Loose): string[] {
  const modes = SHARING.flatMap((key) => sharedBy(host[key]) ?? [])
  return [
    ...new Set([...modes, ...listIn(host['VolumesFrom']).map((one) => one.replace(/:(?:ro|rw|z|Z)$/, ''))]),
  ]
}

export function networkRecordOf(info: Docker.NetworkInspectInfo): NetworkRecord {
  const all = info as unknown as Loose
  const flags = ['Internal', 'Attachable', 'EnableIPv4', 'EnableIPv6']
  return {
    // Docker's own choice where it says none.
    driver: typeof all['Driver'] === 'string' ? all['Driver'] : 'bridge',
    ipam: looseIn(all['IPAM']),
    options: looseIn(info.Options),
    labels: info.Labels ?? {},
    flags: Object.fromEntries(
      flags.flatMap((key) => (typeof all[key] === 'boolean' ? [[key, all[key]] as const] : [])),
    ),
  }
}
