import type Docker from 'dockerode'
import type { NetworkSeen } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { isOwn, ownLabels } from './container.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { freeSubnet, hostNetworks, overlapWith, type Taken } from './subnets.ts'
import { dockerTrouble, statusOf } from './trouble.ts'

/** Our network as it is wanted: the project's name, a /24. */
export interface NetworkWish {
  readonly project: string
  readonly subnet: string
}

interface Look {
  readonly seen: NetworkSeen
  /** Id of our own network when it is there, with whatever subnet. */
  readonly own?: string
}

async function list(link: Link): Promise<readonly Docker.NetworkInspectInfo[]> {
  return await within(CALL_DEADLINE_MS, async (abortSignal) => await link.calls.listNetworks({ abortSignal }))
}

/** Id of the network of our name, whoever made it; undefined: there is none. */
export async function networkId(link: Link, project: string): Promise<string | undefined> {
  return (await list(link)).find(({ Name: name }) => name === project)?.Id
}

function subnetsOf(network: Docker.NetworkInspectInfo): readonly string[] {
  return (network.IPAM?.Config ?? []).flatMap(({ Subnet: subnet }) => (subnet === undefined ? [] : [subnet]))
}

/** In what a network of ours is not as we make it, in a few words; undefined: it is. The subnet is compared apart. */
function changed(network: Docker.NetworkInspectInfo): string | undefined {
  if (network.Driver !== 'bridge') return `its driver is ${network.Driver} instead of bridge`
  if (network.Internal) return 'it is internal, so nothing outside is reached from it'
  // Newer engines write these themselves.
  const options = Object.keys(network.Options ?? {}).filter((name) => !/enable_ipv[46]$/.test(name))
  return options.length > 0 ? `it has the option ${options.join(', ')}` : undefined
}

async function look(link: Link, { project, subnet }: NetworkWish): Promise<Look> {
  const all = await list(link)
  const named = all.find((network) => network.Name === project)
  if (named) {
    const actual = subnetsOf(named)[0] ?? 'unknown'
    if (!isOwn(named.Labels, project))
      return {
        seen: {
          kind: 'foreign',
          says: `A docker network named ${project} exists that Macula did not make (subnet ${actual}).`,
        },
      }
    const how =
      actual === subnet ? changed(named) : `it has the subnet ${actual}, and the settings want ${subnet}`
    if (how === undefined) return { seen: { kind: 'ours', subnet }, own: named.Id }
    return {
      seen: { kind: 'differs', says: `Our docker network ${project} is not as Macula makes it: ${how}.` },
      own: named.Id,
    }
  }
  const inDocker: readonly Taken[] = all.flatMap((network) =>
    subnetsOf(network).map((taken) => ({ name: `the docker network ${network.Name}`, subnet: taken })),
  )
  const taken = [...inDocker, ...(await hostNetworks(inDocker))]
  const hit = overlapWith(subnet, taken)
  if (!hit) return { seen: { kind: 'absent' } }
  return { seen: { kind: 'overlaps', withName: hit.name, subnet: hit.subnet, free: freeSubnet(taken) } }
}

/** The state of our network against the wanted subnet. Only reads. */
export async function seeNetwork(link: Link, wish: NetworkWish): Promise<NetworkSeen> {
  try {
    return (await look(link, wish)).seen
  } catch (error) {
    throw dockerTrouble('The docker networks cannot be listed', error)
  }
}

/**
 * Makes our network when absent, and anew when it is ours, not as we make it, and nothing runs on it. Throws
 * MaculaError naming the overlap or the foreign network, which stays as it is.
 */
export async function ensureNetwork(link: Link, wish: NetworkWish): Promise<void> {
  const { project, subnet } = wish
  const failed = `The docker network ${project} cannot be created`
  try {
    let now = await look(link, wish)
    if (now.seen.kind === 'differs' && now.own !== undefined) {
      if (!(await removeIfEmpty(link, now.own)))
        throw new MaculaError({
          kind: 'failed',
          what: `The docker network ${project} cannot be recreated while services run.`,
          why: now.seen.says,
          todo: 'Run maculactl down, then maculactl up.',
        })
      now = await look(link, wish)
    }
    switch (now.seen.kind) {
      case 'ours':
        return
      case 'differs':
      case 'foreign':
        throw new MaculaError({
          kind: 'failed',
          what: 'The docker network cannot be used.',
          why: now.seen.says,
          todo: `It is left as it is. Remove it (docker network rm ${project}), or choose another "project" in settings.json.`,
        })
      case 'overlaps':
        throw new MaculaError({
          kind: 'failed',
          what: `The subnet ${subnet} is taken.`,
          why: `${now.seen.withName} has ${now.seen.subnet}.`,
          todo:
            now.seen.free === ''
              ? 'Choose another "subnet" in settings.json.'
              : `Use ${now.seen.free}, which nothing has: maculactl setup --subnet ${now.seen.free}`,
        })
      case 'absent':
        await make(link, wish)
    }
  } catch (error) {
    throw dockerTrouble(failed, error)
  }
}

async function make(link: Link, { project, subnet }: NetworkWish): Promise<void> {
  const base = subnet.slice(0, subnet.lastIndexOf('.'))
  await within(
    CALL_DEADLINE_MS,
    async (abortSignal) =>
      await link.calls.createNetwork({
        Name: project,
        Driver: 'bridge',
        Labels: ownLabels(project),
        // Addresses that Docker gives out come from the upper half: fixed ones are in the lower.
        IPAM: {
          Driver: 'default',
          Config: [{ Subnet: subnet, Gateway: `${base}.1`, IPRange: `${base}.128/25` }],
        },
        abortSignal,
      }),
  )
}

/** Removes our network when it is ours and no container uses it; otherwise leaves it. */
export async function removeNetwork(link: Link, project: string): Promise<void> {
  try {
    const own = (await list(link)).find(
      (network) => network.Name === project && isOwn(network.Labels, project),
    )
    if (own) await removeIfEmpty(link, own.Id)
  } catch (error) {
    throw dockerTrouble(`The docker network ${project} cannot be removed`, error)
  }
}

/** False when containers are on it: Docker itself refuses then (403). */
async function removeIfEmpty(link: Link, id: string): Promise<boolean> {
  try {
    await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.getNetwork(id).remove({ abortSignal }),
    )
    return true
  } catch (error) {
    if (statusOf(error) === 404) return true
    if (statusOf(error) === 403) return false
    throw error
  }
}
