import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import type { Link } from '../docker/link.ts'
import { pauseContainer, startContainer } from './act.ts'
import { inspect } from './docker.ts'

/** A node as it was when its cluster was stopped. */
export interface KeptNode {
  readonly id: string
  readonly name: string
  readonly paused?: boolean | undefined
  readonly addresses?: Readonly<Record<string, string>> | undefined
}

/** The addresses of a container, by network; what has none is left out. */
export function addressesOf(
  networks: Readonly<Record<string, { readonly IPAddress?: string }>> | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(networks ?? {}).flatMap(([name, { IPAddress: address = '' }]) =>
      address === '' ? [] : [[name, address] as const],
    ),
  )
}

/** In the order of their addresses: Docker gives the lowest free one to whoever comes first, and scripts of theirs know addresses. */
export function byAddress(nodes: readonly KeptNode[]): readonly KeptNode[] {
  const numberOf = ({ addresses = {} }: KeptNode): number => {
    const { kind: address = Object.values(addresses)[0] ?? '' } = addresses
    return address.split('.').reduce((all, part) => all * 256 + Number(part), 0)
  }
  return nodes.toSorted((one, two) => numberOf(one) - numberOf(two))
}

/**
 * Starts the nodes of a cluster, every one that can be, and says what is not as it was: nodes that are gone, other addresses. Throws
 * MaculaError when one does not start, after the others were.
 */
export async function startNodes(
  link: Link,
  kept: { readonly name: string; readonly nodes: readonly KeptNode[] },
  tell: (says: string) => void,
): Promise<string> {
  const gone: string[] = []
  const stuck: Trouble[] = []
  for (const node of byAddress(kept.nodes)) {
    tell(`starting ${node.name}`)
    try {
      if (!(await startContainer(link, node))) gone.push(node.name)
      else if (node.paused === true) await pauseContainer(link, node)
    } catch (error) {
      stuck.push(troubleOf(error))
    }
  }
  if (stuck.length > 0)
    throw new MaculaError({
      kind: 'failed',
      what: `Not all nodes of the KinD cluster ${kept.name} run again.`,
      why: stuck.map(({ what, why }) => [what, why].filter(Boolean).join(' ')).join(' '),
      todo: 'Repair that, then run maculactl migrate --back.',
    })
  const moved: string[] = []
  for (const { id, name, addresses = {} } of kept.nodes) {
    const now = addressesOf((await inspect(link, id))?.NetworkSettings.Networks)
    for (const [network, address] of Object.entries(addresses))
      if (now[network] !== undefined && now[network] !== address)
        moved.push(`${name} has ${now[network]} on ${network} in place of ${address}`)
  }
  return [
    gone.length === 0
      ? `${kept.name} is started`
      : `${sayList(gone, 9)} ${gone.length === 1 ? 'is' : 'are'} gone; somebody removed ${gone.length === 1 ? 'it' : 'them'} meanwhile`,
    ...(moved.length === 0 ? [] : [`not as before: ${sayList(moved, 9)}`]),
  ].join('; ')
}
