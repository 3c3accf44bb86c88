/** What a story about `--back` sees of the engine, in a form in which before and after can be compared field by field. */
import { run } from './look.ts'

type Json = Record<string, unknown>
interface Inspect {
  readonly Id: string
  readonly Name: string
  readonly Image: string
  readonly Path: string
  readonly Args: readonly string[]
  readonly State: { readonly Running: boolean; readonly Paused: boolean }
  readonly Config: Json & { readonly Hostname?: string }
  readonly HostConfig: Json
  readonly Mounts: readonly Json[]
  readonly NetworkSettings: { readonly Networks: Record<string, Json>; readonly Ports: unknown }
}

const fixedOf = (end: Json): boolean => Object.keys((end['IPAMConfig'] as Json | null) ?? {}).length > 0

/** By name, whether it was told by name or by id. */
function modeOf({ HostConfig: host, NetworkSettings: settings }: Inspect): string {
  const mode = String(host['NetworkMode'])
  const byId = Object.entries(settings.Networks).find(([, end]) => end['NetworkID'] === mode)?.[0]
  const other = /^container:(.+)$/.exec(mode)?.[1]
  return other === undefined
    ? (byId ?? mode)
    : `container:${run('docker', 'inspect', '-f', '{{.Name}}', other)}`
}

/** Without volumes that nobody named: those are compared as mounts. */
function namedMounts({ HostConfig: host }: Inspect): readonly Json[] {
  return ((host['Mounts'] ?? []) as readonly Json[]).filter(
    ({ Type: type, Source: from }) =>
      type !== 'volume' || (typeof from === 'string' && !/^[0-9a-f]{64}$/.test(from)),
  )
}

const ids = (): readonly string[] => run('docker', 'ps', '-aq', '--no-trunc').split('\n').filter(Boolean)

function inspectAll(): readonly Inspect[] {
  return JSON.parse(run('docker', 'inspect', ...ids())) as readonly Inspect[]
}

/**
 * Everything that `docker inspect` tells of a container, without what is another thing of every container that is made or started:
 * ids, times, paths in Docker's own folder, and addresses that Docker chose. Ids of others are told by their names.
 */
export function picture(): Readonly<Record<string, Json>> {
  const all = inspectAll()
  const named = (value: unknown): unknown =>
    JSON.parse(
      all.reduce(
        (text, { Id, Name }) => text.replaceAll(Id, `id of ${Name}`),
        JSON.stringify(value) ?? 'null',
      ),
    )
  return Object.fromEntries(
    all.map((one) => [
      one.Name.slice(1),
      {
        image: one.Image,
        path: one.Path,
        args: one.Args,
        // One that is made and not started is as good as one that ended.
        state: { running: one.State.Running, paused: one.State.Paused },
        config: {
          ...one.Config,
          Hostname: one.Id.startsWith(one.Config.Hostname ?? '-') ? 'of its id' : one.Config.Hostname,
        },
        host: { ...(named(one.HostConfig) as Json), NetworkMode: modeOf(one), Mounts: namedMounts(one) },
        mounts: one.Mounts.map(({ Type: type, Name: name, Source: from, Destination: at, RW: writes }) => ({
          type,
          name,
          from,
          at,
          writes,
        })).toSorted((a, b) => String(a.at).localeCompare(String(b.at))),
        networks: Object.fromEntries(
          Object.entries(one.NetworkSettings.Networks).map(([name, end]) => [
            name,
            {
              // Whether nothing is null or empty depends on who asked for it.
              ipam: end['IPAMConfig'] ?? {},
              links: end['Links'] ?? [],
              options: end['DriverOpts'] ?? {},
              aliases: end['Aliases'],
              address: fixedOf(end) && one.State.Running ? end['IPAddress'] : undefined,
              // Docker makes them at the first start.
              names: one.State.Running
                ? ((end['DNSNames'] ?? []) as readonly string[]).filter((word) => !one.Id.startsWith(word))
                : [],
            },
          ]),
        ),
        ports: one.State.Running ? one.NetworkSettings.Ports : {},
      },
    ]),
  )
}

export function networksNow(): readonly Json[] {
  const names = run('docker', 'network', 'ls', '-q', '--no-trunc').split('\n')
  return (JSON.parse(run('docker', 'network', 'inspect', ...names)) as readonly Json[])
    .map(({ Id: _id, Created: _at, Containers: _on, ...rest }) => rest)
    .toSorted((one, two) => String(one['Name']).localeCompare(String(two['Name'])))
}

const nodesNow = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    inspectAll()
      .filter(({ Name: name }) => name.startsWith('/macula-dev'))
      .map((one) => [one.Name.slice(1), one.NetworkSettings.Networks['kind']?.['IPAddress']]),
  )

export const volumesNow = (): readonly string[] =>
  run('docker', 'volume', 'ls', '--format', '{{.Name}}').split('\n').toSorted()

/** Ids of the project's containers by name: another id is another container. */
export const idsNow = (): Readonly<Record<string, string>> =>
  Object.fromEntries(inspectAll().map(({ Name, Id }) => [Name.slice(1), Id]))

export interface Look {
  readonly containers: ReturnType<typeof picture>
  readonly networks: ReturnType<typeof networksNow>
  readonly volumes: readonly string[]
  /** Nodes of KinD with their addresses, which scripts of theirs know. */
  readonly nodes: Readonly<Record<string, unknown>>
  /** Files in containers: of volumes, and those that Compose wrote. */
  readonly files: Readonly<Record<string, string>>
}

const files: readonly (readonly [container: string, path: string])[] = [
  ['macula-registry', '/var/lib/registry/kept'],
  ['macula-registry', '/var/lib/own/kept'],
  ['macula-registry', '/etc/file'],
  ['macula-dns-postgres', '/scratch/kept'],
  ['macula-portal', '/written'],
  ['macula-portal', '/run/secrets/token'],
]

export function look(): Look {
  const content = ([container, path]: readonly [string, string]): string => {
    try {
      return run('docker', 'exec', container, 'cat', path)
    } catch {
      return 'not there'
    }
  }
  return {
    containers: picture(),
    networks: networksNow(),
    nodes: nodesNow(),
    // Those without a name are compared where they are mounted: others of them come and go.
    volumes: volumesNow().filter((name) => !/^[0-9a-f]{64}$/.test(name)),
    files: Object.fromEntries(files.map((one) => [one.join(':'), content(one)])),
  }
}

/** Where two values differ, as "path: one | two". */
export function differ(one: unknown, two: unknown, path = ''): readonly string[] {
  if (JSON.stringify(one) === JSON.stringify(two)) return []
  const isPlain = (value: unknown): value is Json =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isPlain(one) && isPlain(two))
    return [...new Set([...Object.keys(one), ...Object.keys(two)])].flatMap((key) =>
      differ(one[key], two[key], `${path}.${key}`),
    )
  return [`${path}: ${JSON.stringify(one)} | ${JSON.stringify(two)}`]
}
