import { isOpenThere, type ClusterPort } from '../cluster.ts'
import type { Rung } from '../ladder.ts'
import { listenerKey } from '../listeners.ts'
import { isUdp, portText } from '../protocol.ts'
import { sayList } from '../say.ts'
import type { World } from '../world.ts'
import { forwarderRung } from './forwarder.ts'

/** A port of a cluster's address; `port` and `open` where kind publishes it. */
export type FrontPort = Pick<ClusterPort, 'listen' | 'protocol'> & Partial<Pick<ClusterPort, 'port' | 'open'>>

const isDockers = ({ listen, port = 0, open }: FrontPort): boolean =>
  isOpenThere({ listen, port, ...(open ? { open } : {}) })

/**
 * The third rung of a cluster and of applications in it: do our forwarders listen on these ports of its address? Those that kind
 * published on all addresses of this machine have none: Docker itself has them. `answers`: what they lead to answers without them;
 * `needed`: it runs.
 */
export function clusterFront(
  { listeners }: Pick<World, 'listeners'>,
  address: string,
  { answers, needed }: { readonly answers: boolean; readonly needed: boolean },
  ports: readonly FrontPort[] = [{ listen: 80 }],
): Rung {
  const looks = ports
    .filter((one) => !isDockers(one))
    .map(({ listen: port, protocol }) => {
      const place = { address, port, ...(isUdp({ protocol }) ? { protocol } : {}) }
      return { ...place, seen: listeners.get(listenerKey(place)) }
    })
  const isNone = looks.every(
    ({ seen }) => seen === undefined || seen.kind === 'free' || seen.kind === 'refused',
  )
  if (!needed && isNone) return { id: 'forwarder', state: 'unreached', says: 'started with the cluster' }
  const theirs = ports.filter(isDockers).map(({ listen, protocol }) => portText(listen, protocol))
  if (theirs.length === 0) return forwarderRung(looks, answers)
  const says = `Docker has ${sayList(theirs)} on all addresses of this machine: no forwarder`
  if (looks.length === 0) return { id: 'forwarder', state: 'unused', says }
  const own = forwarderRung(looks, answers)
  return { ...own, says: `${own.says}; ${says}` }
}
