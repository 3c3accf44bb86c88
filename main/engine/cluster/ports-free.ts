import type { ClusterPort, ClusterSpec } from '../../model/cluster.ts'
import { clusterRow, clusterUpLine } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import { listenerKey } from '../../model/listeners.ts'
import { isSameProtocol, portText } from '../../model/protocol.ts'
import { beginning, sayHolder, sayHowToEnd } from '../../model/say.ts'
import { createNamer } from '../look/holders.ts'
import { clustersOf } from '../look/seen.ts'
import type { Step } from './step.ts'

/**
 * Throws MaculaError when somebody has a port of this machine where the cluster is published. kind would fail late, after making a
 * node, and Docker would tell a node that it starts by its own words; nothing is made or started then, or removed to be made anew.
 */
export async function portsAreFree(
  step: Pick<Step, 'context' | 'ask'>,
  what: 'made' | 'started' | 'removed',
): Promise<void> {
  const { context, ask } = step
  for (const port of ask.cluster.ports) {
    const place = listenerKey({ address: port.host, port: port.port, protocol: port.protocol })
    const isIngress =
      port.host === ask.cluster.host && port.port === ask.cluster.port && port.protocol !== 'udp'
    const where = `${place}, where the cluster's ${isIngress ? 'ingress' : `port ${portText(port.listen, port.protocol)}`} is published.`
    const again = `then ${clusterUpLine(ask.cluster.id)}.`
    const other = clusterAt(step, port)
    if (other)
      throw new MaculaError({
        kind: 'failed',
        what: `The cluster ${other.id} has ${where}`,
        why: `Both publish it, so only one of them can run at a time. Nothing was ${what}.`,
        todo: `${other.stop}, ${again}`,
      })
    const look = await context.adapters.host.listener(port.host, port.port, [], port.protocol)
    if (look.kind !== 'foreign') continue
    const holder = await createNamer(context.adapters.docker)(look.holder)
    throw new MaculaError({
      kind: 'failed',
      what: `${beginning(sayHolder(holder))} has ${where}`,
      why: `It is not ours, so it is left alone. Nothing was ${what}.`,
      todo: `${sayHowToEnd(holder, place)}, ${again}`,
    })
  }
}

/** Another cluster of the catalog that runs and publishes the same, and how it is stopped. */
function clusterAt(
  { context, ask }: Pick<Step, 'context' | 'ask'>,
  port: ClusterPort,
): { readonly id: string; readonly stop: string } | undefined {
  const { seen } = context.truth
  const isSame = (one: ClusterPort): boolean =>
    one.host === port.host && one.port === port.port && isSameProtocol(one, port)
  return clustersOf(context.catalog()).flatMap(({ id, ports }: ClusterSpec) => {
    const found = seen.clusters.get(id)
    if (id === ask.cluster.id || (found?.kind !== 'up' && found?.kind !== 'down') || !ports.some(isSame))
      return []
    // One of somebody else's that was never started from here is not stopped from here either.
    const isTheirs = found.adopted && !seen.wanted.has(clusterRow(id))
    const stop = isTheirs
      ? `docker stop ${found.nodes.map(({ name }) => name).join(' ')}`
      : `maculactl cluster stop ${id}`
    return [{ id, stop }]
  })[0]
}
