import { nodePortOf } from '../balancers.ts'
import type { ClusterSeen } from '../cluster.ts'
import { fqdn } from '../access.ts'
import type { Rung } from '../ladder.ts'
import type { AnswerSeen } from '../observation.ts'
import { carriedBy, isSameProtocol, isUdp, portText, protocolOf } from '../protocol.ts'
import type { EndpointSpec, Runtime } from '../service.ts'
import { sayAnswer } from './service.ts'

/** The rungs of what an application speaks past the ingress: QUIC, UDP or TCP on a port of its cluster's address. */

type ClusterRuntime = Extract<Runtime, { kind: 'cluster' }>

interface AppPortLook {
  readonly runtime: ClusterRuntime
  readonly endpoint: EndpointSpec
  readonly seen: ClusterSeen | undefined
}

/** The line of kind.yaml that publishes a port of the node: one that is free on most machines, of loopback only. */
function publishLine(port: number, protocol: 'tcp' | 'udp'): string {
  return `- { containerPort: ${port}, hostPort: ${port}, listenAddress: 127.0.0.1, protocol: ${protocol.toUpperCase()} }`
}

/**
 * Whether anything leads from the cluster's address to the port of its nodes. `own`: the rung of our forwarders there, which holds
 * where something does.
 */
export function portFrontRung({ runtime, endpoint, seen }: AppPortLook, own: Rung): Rung {
  const { cluster, app } = runtime
  const { listen = 0, scheme } = endpoint
  const protocol = carriedBy(scheme)
  const port = portText(listen, protocol.protocol)
  if (seen?.kind !== 'up' || nodePortOf(seen, app, { port: listen, ...protocol }) !== undefined) return own
  const isDescribed = cluster.ports.some((one) => one.listen === listen && isSameProtocol(one, protocol))
  const isMade = seen.nodes.some(({ published }) => published === undefined || published.has(port))
  if (isDescribed && isMade) return own
  const missing = `nothing forwards ${cluster.address}:${port} into its cluster`
  const anew = `maculactl cluster recreate ${cluster.id}, which loses what is only in it, volumes included`
  return {
    id: 'forwarder',
    state: 'round',
    says: missing,
    reason: `its cluster does not publish ${port}`,
    ...(isDescribed
      ? {
          why: `${cluster.config} publishes ${port}, and the cluster was made without it: kind publishes ports when it makes nodes.`,
          todo: `Recreate the cluster (${anew}), or reach it by a Service of type LoadBalancer.`,
        }
      : {
          why: `${cluster.config} has no extraPortMappings for ${port}.`,
          todo: `Write this line there: ${publishLine(listen, protocolOf(scheme))} A cluster that exists gets it by ${anew}. A Service of type LoadBalancer with that port needs none of it.`,
        }),
  }
}

export interface PortAnswerLook extends AppPortLook {
  readonly service: string
  readonly suffix: string
  /** The rung of its pods, and the one of the way there. */
  readonly pod: Rung
  readonly way: Rung
  /** What answers at the cluster's address through our forwarder, and at the node itself. */
  readonly front: AnswerSeen | undefined
  readonly direct: AnswerSeen | undefined
}

const spoken: Readonly<Record<string, string>> = { quic: 'QUIC', udp: 'UDP', tcp: 'TCP' }

/** The fifth rung: a real answer of QUIC; of TCP that it connects; of UDP that it is not refused. */
export function portAnswerRung(look: PortAnswerLook): Rung {
  const { runtime, endpoint, suffix, pod, way, front, direct } = look
  const base = { id: 'service' } as const
  const { listen = 0, scheme } = endpoint
  const port = portText(listen, protocolOf(scheme))
  const through = `${runtime.cluster.address}:${port}`
  const first = front ?? direct
  if (pod.state === 'stop' || pod.state === 'unreached')
    return { ...base, state: 'unreached', says: 'not reached' }
  if (pod.state === 'progress') return { ...base, state: 'progress', says: 'not checked until it is ready' }
  if (pod.state === 'unknown') return { ...base, state: 'unknown', says: pod.says }
  if (first?.kind === 'answer') {
    const at = front ? through : `the node’s port ${port}`
    return { ...base, state: 'ok', ms: first.ms, says: `${sayAnswer(first)} through ${at}` }
  }
  if (direct?.kind === 'answer')
    // Where nothing leads there, the rung of the way says why.
    return way.state === 'round' || way.state === 'stop'
      ? { ...base, state: 'unreached', says: `${sayAnswer(direct)} in its node only` }
      : {
          ...base,
          state: 'round',
          ms: direct.ms,
          says: `${sayAnswer(direct)} in its node; ${through}: ${front ? sayAnswer(front) : 'not asked'}`,
          reason: `not through ${through}`,
          why: `Its node answers past our forwarder, and nothing comes through it: ${front ? sayAnswer(front) : 'not asked'}.`,
          todo: 'Restart the forwarder.',
          fix: { label: 'Restart forwarder', command: 'maculactl up', action: { kind: 'forward' } },
        }
  if (!first) return { ...base, state: 'unknown', says: 'not checked yet' }
  const what = spoken[scheme] ?? scheme
  const says = `nothing answers ${what} at ${fqdn(endpoint, suffix) ?? runtime.cluster.address}:${port}`
  // Its pods decide: that nobody speaks there may be as it is meant, and HTTP of it is judged by itself.
  if (endpoint.quiet === true) return { ...base, state: 'unused', says: `${says}; its pods decide` }
  return {
    ...base,
    state: 'round',
    ms: first.ms,
    says: `${says}: ${sayAnswer(first)}`,
    reason: `no ${what} on ${port}`,
    why: `Its pods run, and none of them takes what comes to the node’s port ${port}.`,
    todo: `Compare the port that its program listens on${isUdp(carriedBy(scheme)) ? ' (MACULA_QUIC_PORT)' : ''} with hostPort in its manifest; its log may say more: maculactl logs ${look.service}`,
  }
}
