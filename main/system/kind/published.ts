import { isIpv4 } from '../../model/atoms.ts'
import type { ClusterPort } from '../../model/cluster.ts'
import type { Node } from './nodes.ts'

/** Where the API server of a node listens: kind publishes it, and nothing of ours leads there. */
const API_PORT = 6443
const ANY = new Set(['', '0.0.0.0'])

/** What nodes publish on this machine; all addresses include 127.0.0.1. Of several nodes the first with a port has it. */
export function publishedBy(nodes: readonly Pick<Node, 'published'>[]): readonly ClusterPort[] {
  const ports = new Map<string, ClusterPort>()
  for (const { published } of nodes)
    for (const [key, at] of published) {
      const [listen = '', protocol] = key.split('/')
      const cut = at.lastIndexOf(':')
      const isOpen = ANY.has(at.slice(0, cut))
      const host = isOpen ? '127.0.0.1' : at.slice(0, cut)
      const port = Number(at.slice(cut + 1))
      if (Number(listen) === API_PORT || !isIpv4(host) || !(port > 0) || ports.has(key)) continue
      if (protocol !== undefined && protocol !== 'udp') continue
      ports.set(key, {
        listen: Number(listen),
        host,
        port,
        ...(protocol === 'udp' ? { protocol } : {}),
        ...(isOpen ? { open: true } : {}),
      })
    }
  return [...ports.values()]
}

/** Whether it is the way to the ingress controller. */
export const isIngress = ({ listen, protocol }: Pick<ClusterPort, 'listen' | 'protocol'>): boolean =>
  listen === 80 && protocol === undefined
