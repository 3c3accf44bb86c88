import type Docker from 'dockerode'
import type { ComposeProjectSeen, OldContainer } from '../../model/migration.ts'
import { labels } from '../docker/container.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble, statusOf } from '../docker/trouble.ts'
import { compose, makeOf, needsIn, type Make, type Need } from './labels.ts'
import {
  endpointOf,
  networkRecordOf,
  recordOf,
  type ContainerRecord,
  type Endpoint,
  type NetworkRecord,
} from './record.ts'

/** A container of such a project, with what its stop needs to know. */
export interface SeenContainer extends OldContainer {
  /** Services that are to be there before it: by its compose file, and those whose network or processes it shares. */
  readonly needs: readonly string[]
  readonly waits: readonly Need[]
  readonly labels: Readonly<Record<string, string>>
  /** Everything that Docker was told when it was made. */
  readonly record: ContainerRecord
}

export interface SeenNetwork {
  readonly id: string
  readonly name: string
  readonly subnet?: string
  readonly record: NetworkRecord
}

export interface SeenProject extends ComposeProjectSeen {
  readonly containers: readonly SeenContainer[]
  readonly networks: readonly SeenNetwork[]
  /** com.docker.compose.project.environment_file, where it was said. */
  readonly environment: readonly string[]
  /** What its containers were made from and is no file of this machine. */
  readonly elsewhere: readonly string[]
  /** From which folder and files its containers were made, each once: a project's name alone is only that of a folder. */
  readonly sources: readonly ComposeSource[]
}

export interface ComposeSource extends Make {
  /** Names of the containers made from it. */
  readonly containers: readonly string[]
}

/** A container that is not of the project, on one of its networks. */
export interface Guest {
  readonly id: string
  readonly name: string
  readonly network: string
  readonly end: Endpoint
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
      const sources = sourcesOf(own)
      const once = (list: readonly string[]): readonly string[] => [...new Set(list)]
      return {
        project,
        folder: sources[0]?.folder ?? '',
        files: once(sources.flatMap(({ files }) => files)),
        environment: once(sources.flatMap(({ environment }) => environment)),
        elsewhere: once(sources.flatMap(({ elsewhere }) => elsewhere)),
        sources,
        containers: withShared(own.map(containerOf)).toSorted((one, two) => one.name.localeCompare(two.name)),
        networks: nets
          .filter((one) => one.Labels?.[compose.project] === project)
          .map((one) => ({ id: one.Id, name: one.Name, ...subnetOf(one), record: networkRecordOf(one) })),
      }
    })
  } catch (error) {
    throw dockerTrouble('The containers of Compose projects cannot be listed', error)
  }
}

/** Those with the most files first: what only some have lies over what all have. */
function sourcesOf(all: readonly Docker.ContainerInspectInfo[]): readonly ComposeSource[] {
  const found = new Map<string, ComposeSource>()
  for (const { Name: name, Config: config } of all) {
    const make = makeOf(config.Labels)
    const key = JSON.stringify(make)
    const containers = [...(found.get(key)?.containers ?? []), name.replace(/^\//, '')].toSorted()
    found.set(key, { ...make, containers })
  }
  return [...found.values()].toSorted((one, two) => two.files.length - one.files.length)
}

/** Who shares another's network, processes or volumes needs it, whatever its compose file says. */
function withShared(all: readonly SeenContainer[]): readonly SeenContainer[] {
  return all.map((one) => {
    const shared = one.record.shares.flatMap(
      (id) => all.find((other) => other.id === id || other.name === id)?.service ?? [],
    )
    return { ...one, needs: [...new Set([...one.needs, ...shared.filter((name) => name !== one.service)])] }
  })
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
    ...(info.State.Paused ? { paused: true } : {}),
    needs: needsIn(said).map(({ service }) => service),
    waits: needsIn(said),
    labels: said,
    record: recordOf(info),
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
              end: endpointOf(end, id),
              running: info.State.Running,
            },
          ]
        })
      }),
  )
  return found.flat().toSorted((one, two) => one.name.localeCompare(two.name))
}
