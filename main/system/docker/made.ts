import { createHash } from 'node:crypto'
import type Docker from 'dockerode'
import type { Made } from '../../model/observation.ts'

/** What compose and we write into labels of their own accord: they are compared by name, or differ each time. */
const ownLabel = /^(?:com\.docker\.compose|dev\.macula)\./

/** HostConfig's fields that decide how a program runs, beside those that have words of their own below. */
const options = [
  'Privileged',
  'ReadonlyRootfs',
  'CapAdd',
  'CapDrop',
  'SecurityOpt',
  'GroupAdd',
  'Devices',
  'DeviceRequests',
  'ExtraHosts',
  'Dns',
  'DnsOptions',
  'DnsSearch',
  'PidMode',
  'IpcMode',
  'UTSMode',
  'UsernsMode',
  'Init',
  'ShmSize',
  'Sysctls',
  'Tmpfs',
  'Ulimits',
  'OomScoreAdj',
  'LogConfig',
] as const

/** Whether a volume has only the name that Docker made up for it. */
const isNameless = (volume: string): boolean => /^[0-9a-f]{64}$/.test(volume)

/** The volumes of a container that have no name, with where they are mounted. */
export function namelessOf(
  info: Docker.ContainerInspectInfo,
): readonly { readonly volume: string; readonly path: string }[] {
  const { Mounts: mounts = [] } = info as Partial<Docker.ContainerInspectInfo>
  return mounts.flatMap(({ Type: type, Name: volume = '', Destination: path }) =>
    type === 'volume' && isNameless(volume) ? [{ volume, path }] : [],
  )
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** Engines of different age leave out a default, or write it as null, 0, false or an empty list. */
function isDefault(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === 0 ||
    value === '' ||
    value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  )
}

/** An inspected container as it is made, for comparing. Variables and commands may hold secrets: only their hashes stay. */
export function madeOf(info: Docker.ContainerInspectInfo): Made {
  const host = info.HostConfig as Partial<Docker.HostConfig>
  const { Config: config, Mounts: mounts = [] } = info as Partial<Docker.ContainerInspectInfo> & {
    readonly Config: Partial<Docker.ContainerInspectInfo['Config']>
  }
  const networks = info.NetworkSettings.Networks
  const traits: Record<string, string> = { name: info.Name.replace(/^\//, '') }
  const put = (name: string, value: unknown, text: (value: unknown) => string = String): void => {
    if (!isDefault(value)) traits[name] = text(value)
  }
  const { Name: policy = '', MaximumRetryCount: retries = 0 } = host.RestartPolicy ?? {}
  if (policy !== '' && policy !== 'no') put('restart policy', retries > 0 ? `${policy}:${retries}` : policy)
  put('memory limit', host.Memory)
  put('memory and swap limit', host.MemorySwap)
  put('memory reservation', host.MemoryReservation)
  put('CPU limit', (host.NanoCpus ?? 0) / 1e9)
  put('CPU shares', host.CpuShares)
  put('CPU quota', host.CpuQuota)
  put('CPU set', host.CpusetCpus)
  put('process limit', host.PidsLimit)
  put('published ports', host.PortBindings, (value) => JSON.stringify(value))
  for (const name of options)
    put(`option ${name}`, (host as Record<string, unknown>)[name], (value) => JSON.stringify(value))
  put('command', config.Cmd, (value) => hash(JSON.stringify(value)))
  put('entrypoint', config.Entrypoint, (value) => hash(JSON.stringify(value)))
  put('user', config.User)
  put('working folder', config.WorkingDir)
  for (const entry of config.Env ?? []) {
    const at = entry.indexOf('=')
    traits[`variable ${at < 0 ? entry : entry.slice(0, at)}`] = hash(entry)
  }
  for (const [name, value] of Object.entries(config.Labels ?? {}))
    if (!ownLabel.test(name)) traits[`label ${name}`] = hash(value)
  for (const mount of mounts) {
    // A volume without a name gets another one each time.
    const name = mount.Type === 'volume' ? (mount.Name ?? '') : mount.Source
    const from = isNameless(name) ? 'without a name' : name
    traits[`mount ${mount.Destination}`] = `${mount.Type} ${from} ${mount.RW ? 'rw' : 'ro'}`
  }
  for (const [name, end] of Object.entries(networks ?? {})) {
    // Engines before 25 list the container's own short id among the aliases.
    const aliases = ((end.Aliases ?? []) as readonly string[])
      .filter((alias) => !info.Id.startsWith(alias))
      .sort()
    const fixed = (end.IPAMConfig as { IPv4Address?: string } | null | undefined)?.IPv4Address ?? ''
    traits[`network ${name}`] = `${fixed} ${aliases.join(' ')}`.trim()
  }
  return {
    networks: Object.fromEntries(
      Object.entries(networks ?? {}).map(([name, { NetworkID: id }]) => [name, id ?? '']),
    ),
    mode: host.NetworkMode ?? '',
    binds: mounts.filter(({ Type: type }) => type === 'bind').map(({ Source: source }) => source),
    labels: config.Labels ?? {},
    traits,
  }
}
