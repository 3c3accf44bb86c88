import type Docker from 'dockerode'
import { networkInterfaces } from 'node:os'
import type { NetworkSeen } from '../../engine/ports.ts'
import { MaculaError } from '../../model/errors.ts'
import { octets } from '../../model/atoms.ts'
import { labels } from './container.ts'
import { dockerTrouble, statusOf } from './trouble.ts'

interface Range {
  readonly from: number
  readonly to: number
}

/** An IPv4 network in CIDR notation as a range of numbers; undefined for anything else (IPv6 among it). */
export function rangeOf(cidr: string): Range | undefined {
  const [address = '', bits = '32'] = cidr.split('/')
  const quad = octets(address)
  const length = Number(bits)
  if (!quad || !Number.isInteger(length) || length < 0 || length > 32) return undefined
  const size = 2 ** (32 - length)
  const value = quad.reduce((sum, octet) => sum * 256 + octet, 0)
  const from = Math.floor(value / size) * size
  return { from, to: from + size - 1 }
}

function overlap(one: Range, two: Range): boolean {
  return one.from <= two.to && two.from <= one.to
}

interface Taken {
  readonly name: string
  readonly subnet: string
}

/** Networks of this machine that are not Docker's: its interfaces. `ours`: the bridge of our own network is left out. */
function hostNetworks(dockerRanges: readonly Range[]): readonly Taken[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap((address) => {
      if (address.family !== 'IPv4' || address.cidr === null) return []
      const range = rangeOf(address.cidr)
      // A bridge of Docker is told by its docker network already.
      if (!range || dockerRanges.some((other) => other.from === range.from && other.to === range.to))
        return []
      return [{ name: `the interface ${name}`, subnet: address.cidr }]
    }),
  )
}

/** The state of our network against the wanted subnet. Only reads. */
export async function seeNetwork(docker: Docker, project: string, subnet: string): Promise<NetworkSeen> {
  const all = await docker.listNetworks()
  const taken: Taken[] = all.flatMap((network) =>
    (network.IPAM?.Config ?? []).flatMap((config) =>
      config.Subnet === undefined
        ? []
        : [{ name: `the docker network ${network.Name}`, subnet: config.Subnet }],
    ),
  )
  const own = all.find((network) => network.Name === project)
  if (own) {
    const actual = own.IPAM?.Config?.[0]?.Subnet ?? ''
    if (own.Labels?.[labels.project] !== project)
      return {
        kind: 'foreign',
        says: `A docker network named ${project} exists that Macula did not make (subnet ${actual || 'unknown'}).`,
      }
    if (actual !== subnet)
      return {
        kind: 'foreign',
        says: `Our docker network ${project} has the subnet ${actual}, the settings want ${subnet}.`,
      }
    return { kind: 'ours', subnet: actual }
  }
  const dockerRanges = taken.flatMap((one) => rangeOf(one.subnet) ?? [])
  const everything = [...taken, ...hostNetworks(dockerRanges)]
  const wanted = rangeOf(subnet)
  const hit =
    wanted &&
    everything.find((one) => {
      const range = rangeOf(one.subnet)
      return range !== undefined && overlap(range, wanted)
    })
  if (!hit) return { kind: 'absent' }
  const ranges = everything.flatMap((one) => rangeOf(one.subnet) ?? [])
  const free = candidates().find((cidr) => {
    const range = rangeOf(cidr)
    return range !== undefined && !ranges.some((other) => overlap(other, range))
  })
  return { kind: 'overlaps', withName: hit.name, subnet: hit.subnet, free: free ?? '' }
}

/** /24 networks that could be proposed: high in Docker's own pools first, then less common private ones. */
function candidates(): readonly string[] {
  return [
    ...Array.from({ length: 8 }, (_, index) => `172.${31 - index}.240.0/24`),
    ...Array.from({ length: 50 }, (_, index) => `10.213.${index}.0/24`),
  ]
}

/** Makes our network when absent. Throws MaculaError naming the overlap or the foreign network. */
export async function ensureNetwork(docker: Docker, project: string, subnet: string): Promise<void> {
  const seen = await seeNetwork(docker, project, subnet)
  switch (seen.kind) {
    case 'ours':
      return
    case 'foreign':
      throw new MaculaError({
        kind: 'failed',
        what: 'The docker network cannot be used.',
        why: seen.says,
        todo: `It is left as it is. Remove it (docker network rm ${project}), or choose another project name in settings.json.`,
      })
    case 'overlaps':
      throw new MaculaError({
        kind: 'failed',
        what: `The subnet ${subnet} is taken.`,
        why: `${seen.withName} has ${seen.subnet}.`,
        todo:
          seen.free === ''
            ? 'Choose another "subnet" in settings.json.'
            : `Set "subnet": "${seen.free}" in settings.json; nothing uses it.`,
      })
    case 'absent': {
      const base = subnet.slice(0, subnet.lastIndexOf('.'))
      try {
        await docker.createNetwork({
          Name: project,
          Driver: 'bridge',
          Labels: { [labels.project]: project },
          // Addresses that are given out come from the upper half: fixed ones are in the lower.
          IPAM: {
            Driver: 'default',
            Config: [{ Subnet: subnet, Gateway: `${base}.1`, IPRange: `${base}.128/25` }],
          },
        })
      } catch (error) {
        throw dockerTrouble('The docker network', error)
      }
    }
  }
}

/** Removes our network when it is ours and no container uses it; otherwise leaves it. */
export async function removeNetwork(docker: Docker, project: string): Promise<void> {
  const own = (await docker.listNetworks({ filters: { label: [`${labels.project}=${project}`] } })).find(
    (network) => network.Name === project,
  )
  if (!own) return
  try {
    await docker.getNetwork(own.Id).remove()
  } catch (error) {
    // 403: it has endpoints of others; it stays.
    if (statusOf(error) !== 403 && statusOf(error) !== 404) throw dockerTrouble('The docker network', error)
  }
}
