import type Docker from 'dockerode'
import { isIpv4 } from '../../model/atoms.ts'
import type { NodeSeen } from '../../model/cluster.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { daemonWords, dockerTrouble, statusOf } from '../docker/trouble.ts'

/** kind's own label on the containers of a cluster's nodes. */
export const KIND_LABEL = 'io.x-k8s.kind.cluster'

const START_DEADLINE_MS = 60_000
const STOP_DEADLINE_MS = 60_000

/** A node with what decides whether it is ours and how it is reached. */
export interface Node extends NodeSeen {
  readonly createdAt: number
  readonly role: string
  /** Names on our docker network, as Docker gives it by name. */
  readonly names: readonly string[]
  readonly published: ReadonlyMap<string, string>
  /** Folders of this machine by where they are in it. */
  readonly mounts: ReadonlyMap<string, string>
}

/** Whether pods run on it: before several control planes kind puts a container that only leads to their API servers. */
export const isForPods = ({ role }: Pick<Node, 'role'>): boolean => role !== 'external-load-balancer'

/** The containers of one kind cluster, control plane first. Throws MaculaError when Docker does not answer. */
export async function nodesOf(link: Link, name: string, network: string): Promise<readonly Node[]> {
  try {
    const list = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) =>
        await link.calls.listContainers({
          all: true,
          filters: { label: [`${KIND_LABEL}=${name}`] },
          abortSignal,
        }),
    )
    const nodes = await Promise.all(list.map(async ({ Id: id }) => await nodeOf(link, id, network)))
    return nodes
      .filter((node) => node !== undefined)
      .sort(
        (one, two) =>
          Number(two.role === 'control-plane') - Number(one.role === 'control-plane') ||
          one.name.localeCompare(two.name),
      )
  } catch (error) {
    throw dockerTrouble('The nodes of the cluster cannot be listed', error)
  }
}

interface Binding {
  readonly HostIp?: string
  readonly HostPort?: string
}

/**
 * Of several bindings of one port the one that leads from 127.0.0.1: all addresses, else a loopback one, else another of IPv4. IPv6
 * alone is told as it is: nothing here leads there.
 */
export function bestBinding(bindings: readonly Binding[]): Binding | undefined {
  const rankOf = ({ HostIp: at = '' }: Binding): number =>
    at === '' || at === '0.0.0.0' ? 0 : !isIpv4(at) ? 3 : at.startsWith('127.') ? 1 : 2
  return bindings.toSorted((one, two) => rankOf(one) - rankOf(two))[0]
}

async function nodeOf(link: Link, id: string, network: string): Promise<Node | undefined> {
  try {
    const info = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.getContainer(id).inspect({ abortSignal }),
    )
    const isRunning = info.State.Running && !info.State.Paused
    const published = new Map<string, string>()
    const bound = info.HostConfig.PortBindings as Readonly<Record<string, readonly Binding[] | null>> | null
    for (const [key, bindings] of Object.entries(bound ?? {})) {
      const one = bestBinding(bindings ?? [])
      // Docker's "4433/udp", and "80/tcp".
      if (one) published.set(key.replace(/\/tcp$/, ''), `${one.HostIp ?? ''}:${one.HostPort ?? ''}`)
    }
    return {
      id: info.Id,
      name: info.Name.replace(/^\//, ''),
      // One that is paused answers nothing, and is started as one that was stopped is.
      running: isRunning,
      image: info.Config.Image,
      address: isRunning ? (info.NetworkSettings.Networks[network]?.IPAddress ?? '') : '',
      startedAt: Date.parse(info.State.StartedAt) || 0,
      exitCode: info.State.ExitCode,
      createdAt: Date.parse(info.Created) || 0,
      names: (info.NetworkSettings.Networks[network]?.Aliases ?? []) as readonly string[],
      role: info.Config.Labels?.['io.x-k8s.kind.role'] ?? '',
      published,
      mounts: new Map(
        info.Mounts.flatMap(({ Type, Source, Destination }) =>
          Type === 'bind' ? [[Destination, Source] as const] : [],
        ),
      ),
    }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Starts or stops a node's container; what is as wanted already is fine. Throws MaculaError. */
export async function turnNode(link: Link, node: NodeSeen, on: boolean): Promise<void> {
  try {
    const container = link.long.getContainer(node.id)
    if (on) await within(START_DEADLINE_MS, async (abortSignal) => await startOne(container, abortSignal))
    else await within(STOP_DEADLINE_MS, async (abortSignal) => await container.stop({ t: 20, abortSignal }))
  } catch (error) {
    if (statusOf(error) === 304 || (!on && statusOf(error) === 404)) return
    throw dockerTrouble(`The node ${node.name} cannot be ${on ? 'started' : 'stopped'}`, error)
  }
}

async function startOne(container: Docker.Container, abortSignal: AbortSignal): Promise<void> {
  try {
    await container.start({ abortSignal })
  } catch (error) {
    if (!/paused/i.test(daemonWords(error))) throw error
    await container.unpause({ abortSignal })
  }
}

/** Removes what is left of one of our nodes, with the volume that kind made for it (the cluster's own state). */
export async function removeNode(link: Link, node: NodeSeen): Promise<void> {
  try {
    await within(
      STOP_DEADLINE_MS,
      async (abortSignal) =>
        await link.long.getContainer(node.id).remove({ force: true, v: true, abortSignal }),
    )
  } catch (error) {
    if (statusOf(error) !== 404) throw dockerTrouble(`The node ${node.name} cannot be removed`, error)
  }
}

/** Lets a node join our docker network, by these names besides its own; a member stays as it is. Throws MaculaError. */
export async function joinNetwork(
  link: Link,
  node: NodeSeen,
  network: string,
  names: readonly string[] = [],
): Promise<void> {
  try {
    await within(CALL_DEADLINE_MS, async (abortSignal) => {
      const found: Docker.Network = link.calls.getNetwork(network)
      await found.connect({
        Container: node.id,
        EndpointConfig: { Aliases: [...names] },
        abortSignal,
      } as Docker.NetworkConnectOptions)
    })
  } catch (error) {
    if (/already exists in network|already attached/i.test(daemonWords(error))) return
    throw dockerTrouble(`The node ${node.name} cannot join the docker network ${network}`, error)
  }
}

/** Takes a node out of our docker network, so that the network can go. */
export async function leaveNetwork(link: Link, node: NodeSeen, network: string): Promise<void> {
  try {
    await within(
      CALL_DEADLINE_MS,
      async () => await link.calls.getNetwork(network).disconnect({ Container: node.id, Force: true }),
    )
  } catch (error) {
    if (statusOf(error) !== 404 && !/not connected/i.test(daemonWords(error)))
      throw dockerTrouble(`The node ${node.name} cannot leave the docker network ${network}`, error)
  }
}
