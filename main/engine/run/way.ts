import { sayConnect } from '../../model/errno.ts'
import { MaculaError } from '../../model/errors.ts'
import type { AnswerSeen, ContainerSeen } from '../../model/observation.ts'
import { inert } from '../../model/atoms.ts'
import type { ServiceSpec, Settings } from '../../model/service.ts'
import { tooFewFiles } from '../../model/open-files.ts'
import { bridgeOf, isLost, ownLimit, sayWay, wayTodo } from '../../model/way.ts'
import type { HostAdapter } from '../adapters.ts'

/** A container that was just started may be unknown to its neighbours for a moment (ARP); longer than this it is not (ms). */
const LOST_MS = 10_000

/**
 * Throws MaculaError `outside` when this machine sends what goes to our containers elsewhere than to their Docker
 * network: nothing that is started could be reached, and nobody should wait for it. A way that cannot be told is none.
 */
export async function needWay(
  host: Pick<HostAdapter, 'wayTo'>,
  { subnet }: Pick<Settings, 'subnet'>,
): Promise<void> {
  const base = subnet.slice(0, subnet.lastIndexOf('.'))
  // Fixed addresses are in the lower half, those that Docker gives out in the upper.
  const ways = await Promise.all(
    [`${base}.2`, `${base}.130`].map(
      async (to) => [to, await host.wayTo(to, bridgeOf(to)).catch(() => undefined)] as const,
    ),
  )
  for (const [to, way] of ways) {
    if (way?.kind !== 'elsewhere') continue
    throw new MaculaError({
      kind: 'outside',
      what: `Containers on ${subnet} cannot be reached from this machine, so nothing is started.`,
      why: sayWay(way, to),
      todo: wayTodo(subnet),
    })
  }
}

/**
 * Throws MaculaError `outside` when this process may open too few files to start anything: what it could not ask would
 * look broken.
 */
export async function needFiles(host: Pick<HostAdapter, 'openFiles'>): Promise<void> {
  const trouble = tooFewFiles(await host.openFiles().catch(() => undefined))
  if (trouble) throw new MaculaError(trouble)
}

/**
 * Tells a container that is lost on its way from one that is not ready: called with each last answer, it throws
 * MaculaError `outside` as soon as waiting longer cannot help.
 */
export function wayWatch(
  host: Pick<HostAdapter, 'wayTo'>,
  service: ServiceSpec,
  native: boolean,
  now: () => number,
) {
  let since: number | undefined
  let isAsked = false
  const lost = (why: string, todo: string): MaculaError =>
    new MaculaError({
      kind: 'outside',
      what: `${service.title} runs, but its container cannot be reached from this machine.`,
      why,
      todo,
    })
  return async (seen: AnswerSeen | undefined, container: ContainerSeen): Promise<void> => {
    const limit = ownLimit(seen)
    if (limit !== undefined)
      throw new MaculaError({
        kind: 'outside',
        what: `${service.title} cannot be checked: ${sayConnect(limit)}.`,
        why: 'Macula’s own process reached its limit; the service may work.',
        todo: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf, then try again.',
      })
    if (!native || seen === undefined || !isLost(seen) || container.address === '') {
      since = undefined
      return
    }
    since ??= now()
    const { address } = container
    const todo = wayTodo(`${address.slice(0, address.lastIndexOf('.'))}.0/24`)
    if (!isAsked) {
      isAsked = true
      const way = await host.wayTo(address, bridgeOf(address)).catch(() => undefined)
      if (way?.kind === 'elsewhere') throw lost(sayWay(way, address), todo)
    }
    if (now() - since < LOST_MS) return
    throw lost(
      seen.kind === 'refused'
        ? `${address}: ${inert(sayConnect(seen.code))}.`
        : `What is sent to ${address} is lost, though it is routed right: a firewall may drop it.`,
      'See what is dropped (sudo nft list ruleset, sudo iptables -S), let it pass, then run maculactl up.',
    )
  }
}
