import type Docker from 'dockerode'
import type { ComposeProjectSeen, OldContainer } from '../../model/migration.ts'
import { needsOf } from '../../model/before/compose.ts'
import { labels } from '../docker/container.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble, statusOf } from '../docker/trouble.ts'

/** Labels that Compose writes on what it makes (docker/compose, pkg/api/labels.go). */
export const compose = {
  project: 'com.docker.compose.project',
  folder: 'com.docker.compose.project.working_dir',
  files: 'com.docker.compose.project.config_files',
  environment: 'com.docker.compose.project.environment_file',
  service: 'com.docker.compose.service',
  needs: 'com.docker.compose.depends_on',
} as const

/** A container of such a project, with what its stop needs to know. */
export interface SeenContainer extends OldContainer {
  readonly needs: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** What Compose alone does not bring back. */
  readonly besides: Besides
}

/** What somebody gave a container beside its compose files: by docker's own commands, or by the shell that Compose ran in. */
export interface Besides {
  /** Networks that are not of its project, with its names there. */
  readonly networks: readonly { readonly name: string; readonly aliases: readonly string[] }[]
  /** Docker's restart policy; empty: none. */
  readonly restart: string
  readonly paused: boolean
  /** NAME=value, values of .env and of the shell filled in. */
  readonly environment: readonly string[]
}

export interface SeenProject extends ComposeProjectSeen {
  readonly containers: readonly SeenContainer[]
  /** com.docker.compose.project.environment_file, where it was said. */
  readonly environment: readonly string[]
  /** From which folder and files its containers were made, each once: a project's name alone is only that of a folder. */
  readonly sources: readonly ComposeSource[]
}

export interface ComposeSource {
  readonly folder: string
  readonly files: readonly string[]
  /** Names of the containers made from it. */
  readonly containers: readonly string[]
}

/** A container that is not of the project, on one of its networks. */
export interface Guest {
  readonly id: string
  readonly name: string
  readonly network: string
  readonly address: string
  readonly aliases: readonly string[]
  readonly running: boolean
}

/** What carries a mark of Macula, of whomever, is none of the old world. */
function isMaculas(said: Readonly<Record<string, string>> | null | undefined): boolean {
  return said?.[labels.project] !== undefined
}

/** Every Compose project on this engine that is not a Macula's, containers and networks by its labels. */
export async function composeProjects(link: Link): Promise<readonly SeenProject[]> {
  try {
    const [containers, networks] = await within(CALL_DEADLINE_MS, async (abortSignal) => {
      const filters = { label: [compose.project] }
      return await Promise.all([
        link.calls.listContainers({ all: true, filters, abortSignal }),
        link.calls.listNetworks({ filters, abortSignal }),
      ])
    })
    const inspected = await Promise.all(
      containers.filter((one) => !isMaculas(one.Labels)).map(async ({ Id: id }) => await inspect(link, id)),
    )
    const all = inspected.filter((info) => info !== undefined)
    const nets = networks.filter((one) => !isMaculas(one.Labels))
    const names = new Set([
      ...all.map((info) => info.Config.Labels[compose.project] ?? ''),
      ...nets.map((one) => one.Labels?.[compose.project] ?? ''),
    ])
    return [...names].map((project) => {
      const own = all.filter((info) => info.Config.Labels[compose.project] === project)
      const said = own[0]?.Config.Labels ?? {}
      return {
        project,
        folder: said[compose.folder] ?? '',
        files: listOf(said[compose.files]),
        environment: listOf(said[compose.environment]),
        sources: sourcesOf(own),
        containers: own.map(containerOf).toSorted((one, two) => one.name.localeCompare(two.name)),
        networks: nets
          .filter((one) => one.Labels?.[compose.project] === project)
          .map((one) => ({ id: one.Id, name: one.Name, ...subnetOf(one) })),
      }
    })
  } catch (error) {
    throw dockerTrouble('The containers of Compose projects cannot be listed', error)
  }
}

function sourcesOf(all: readonly Docker.ContainerInspectInfo[]): readonly ComposeSource[] {
  const found = new Map<string, ComposeSource>()
  for (const { Name: name, Config: config } of all) {
    const folder = config.Labels[compose.folder] ?? ''
    const files = listOf(config.Labels[compose.files])
    const key = JSON.stringify([folder, files])
    const containers = [...(found.get(key)?.containers ?? []), name.replace(/^\//, '')].toSorted()
    found.set(key, { folder, files, containers })
  }
  return [...found.values()]
}

function listOf(label: string | undefined): readonly string[] {
  return (label ?? '').split(',').filter((one) => one.startsWith('/'))
}

function subnetOf(network: Docker.NetworkInspectInfo): { readonly subnet?: string } {
  const subnet = network.IPAM?.Config?.[0]?.Subnet
  return subnet === undefined ? {} : { subnet }
}

/** One container; undefined when it went meanwhile. */
export async function inspect(link: Link, id: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.getContainer(id).inspect({ abortSignal }),
    )
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Docker says the year 1 of what never ran. */
function startOf(said: string): { readonly startedAt?: number } {
  const at = Date.parse(said)
  return at > 0 ? { startedAt: at } : {}
}

function containerOf(info: Docker.ContainerInspectInfo): SeenContainer {
  const said = info.Config.Labels
  const bindings = (info.HostConfig.PortBindings ?? {}) as Readonly<
    Record<string, readonly { HostIp?: string; HostPort?: string }[] | null>
  >
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    service: said[compose.service] ?? '',
    image: info.Config.Image,
    imageId: info.Image,
    running: info.State.Running,
    ...startOf(info.State.StartedAt),
    needs: needsOf(said[compose.needs]),
    labels: said,
    besides: besidesOf(info),
    volumes: info.Mounts.flatMap(({ Type: type, Name: name, Destination: at }) =>
      type === 'volume' && name !== undefined ? [{ name, at }] : [],
    ),
    ports: Object.entries(bindings).flatMap(([key, all]) =>
      (all ?? []).flatMap(({ HostIp: address = '', HostPort: port = '' }) =>
        /^\d+$/.test(port)
          ? [
              {
                address: address === '' || address === '::' ? '0.0.0.0' : address,
                port: Number(port),
                protocol: key.endsWith('/udp') ? ('udp' as const) : ('tcp' as const),
              },
            ]
          : [],
      ),
    ),
  }
}

function besidesOf(info: Docker.ContainerInspectInfo): Besides {
  const project = info.Config.Labels[compose.project] ?? ''
  const networks = Object.entries(info.NetworkSettings.Networks).filter(
    ([name]) => !name.startsWith(`${project}_`) && !['bridge', 'host', 'none'].includes(name),
  )
  return {
    networks: networks.map(([name, end]) => ({
      name,
      aliases: ((end.Aliases ?? []) as readonly string[]).filter((one) => !info.Id.startsWith(one)),
    })),
    restart: info.HostConfig.RestartPolicy?.Name ?? '',
    paused: info.State.Paused,
    environment: info.Config.Env,
  }
}

/** What else is on the networks of a project: KinD nodes that a script put there, mostly. */
export async function guestsOf(link: Link, project: SeenProject): Promise<readonly Guest[]> {
  const own = new Set(project.containers.map(({ id }) => id))
  const ids = new Set(project.networks.map(({ id }) => id))
  if (ids.size === 0) return []
  const listed = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) => await link.calls.listContainers({ all: true, abortSignal }),
  )
  const found = await Promise.all(
    listed
      .filter(({ Id: id }) => !own.has(id))
      .map(async ({ Id: id }): Promise<readonly Guest[]> => {
        const info = await inspect(link, id)
        return Object.entries(info?.NetworkSettings.Networks ?? {}).flatMap(([name, end]) => {
          const network = project.networks.find((one) => one.id === end.NetworkID || one.name === name)
          if (!network || !info) return []
          return [
            {
              id,
              name: info.Name.replace(/^\//, ''),
              network: network.name,
              address: (end.IPAMConfig as { IPv4Address?: string } | null)?.IPv4Address ?? '',
              // Docker itself adds the short id.
              aliases: ((end.Aliases ?? []) as readonly string[]).filter((one) => !id.startsWith(one)),
              running: info.State.Running,
            },
          ]
        })
      }),
  )
  return found.flat().toSorted((one, two) => one.name.localeCompare(two.name))
}
