import type { EndpointSpec, ServiceSpec } from '../../model/service.ts'
import { onMachine, WRITTEN_RANGE } from './addresses.ts'
import type { Candidate } from './parse.ts'
import { carriedBy, isSameProtocol, portText, type WithProtocol } from '../../model/protocol.ts'
import { takes } from './published.ts'

/** What of this machine is Macula's own besides services. */
export interface OwnPorts {
  /** The range that addresses of the usual one are moved to. */
  readonly range: string
  /** Our name server listens there, on 127.0.0.1. */
  readonly dnsPort: number
}

const SERVER = '127.0.0.1'

/** Adapters that lead straight to this endpoint and so cannot be shared. */
export function portsOf(endpoint: EndpointSpec): readonly OwnPort[] {
  const { listen, clean, scheme } = endpoint
  return [
    ...(listen === undefined ? [] : [{ port: listen, ...carriedBy(scheme) }]),
    ...(clean && listen !== 80 ? [{ port: 80 }] : []),
  ]
}

/** A port that only one can have on an address; of UDP it is another than the same of TCP. */
export interface OwnPort extends WithProtocol {
  readonly port: number
}

export const isSamePort = (one: OwnPort, other: OwnPort): boolean =>
  one.port === other.port && isSameProtocol(one, other)

interface Listener extends OwnPort {
  readonly address: string
}

/** Where a service is reached on this machine, its way through the ingress included. */
function listenersOf({ address, endpoints, runtime }: ServiceSpec, { range }: OwnPorts): readonly Listener[] {
  const at = address === null ? undefined : onMachine(address, range)
  if (runtime.kind === 'cluster')
    return runtime.app === undefined && at !== undefined
      ? runtime.cluster.ports.flatMap(({ listen, host, port, protocol }) => [
          { address: at, port: listen, protocol },
          { address: host, port, protocol },
        ])
      : []
  if (at === undefined) return []
  return endpoints.flatMap((endpoint) =>
    [...portsOf(endpoint), ...(endpoint.ingress === undefined ? [] : [{ port: 80 }])].map((port) => ({
      address: at,
      ...port,
    })),
  )
}

/** Why a service cannot listen where our name server does; undefined when it does not. */
export function takesNameServer(spec: ServiceSpec, own: OwnPorts): string | undefined {
  const hit = listenersOf(spec, own).some(({ address, port }) => address === SERVER && port === own.dnsPort)
  return hit
    ? `${SERVER}:${own.dnsPort} is the port of Macula's own name server ("dnsPort" in settings.json)`
    : undefined
}

const OUT = 'Leave ports out: it is reached at an address of its own, by the ports under listen in x-macula'

/**
 * What a service publishes by itself (`ports`) where another, or it itself, is reached: Docker would take the port of all
 * addresses of this machine, theirs too. The problem of the candidate; undefined when nothing meets.
 */
export function publishedClash(
  candidate: Candidate,
  accepted: readonly Candidate[],
  own: OwnPorts,
): ReturnType<Candidate['problemAt']> | undefined {
  for (const one of candidate.published ?? []) {
    const at = one.host === '' ? 'all addresses of this machine' : one.host
    const refuse = (what: string): ReturnType<Candidate['problemAt']> =>
      candidate.problemOfPort?.(one.index, `it publishes a port on ${at} ${what}. ${OUT}`) ??
      candidate.problemAt([], what)
    if (takes(one, { address: SERVER, port: own.dnsPort, protocol: one.protocol }))
      return refuse(
        `that Macula's own name server has there (${SERVER}:${own.dnsPort}, "dnsPort" in settings.json)`,
      )
    for (const { spec, published = [] } of [...accepted, candidate]) {
      const hit = listenersOf(spec, own).find((listener) => takes(one, listener))
      const who = spec.id === candidate.spec.id ? 'it itself' : spec.title
      if (hit) return refuse(`on which ${who} is reached (${sayListener(hit)})`)
      if (spec.id === candidate.spec.id) continue
      const other = published.find(
        (two) =>
          (two.host === '' || one.host === '' || two.host === one.host) &&
          isSameProtocol(two, one) &&
          two.from <= one.to &&
          one.from <= two.to,
      )
      if (other) return refuse(`that ${spec.title} publishes too (${portText(other.from, other.protocol)})`)
    }
  }
  for (const { spec, published = [] } of accepted)
    for (const one of published) {
      const hit = listenersOf(candidate.spec, own).find((listener) => takes(one, listener))
      if (hit)
        return candidate.problemAt(
          [],
          `${sayListener(hit)} is taken by ${spec.title}, which publishes it on ${one.host === '' ? 'all addresses of this machine' : one.host} (ports in its compose.yaml)`,
        )
    }
  return undefined
}

const sayListener = ({ address, port, protocol }: Listener): string =>
  `${address}:${portText(port, protocol)}`

/** Services that were put together without a word on the machine: the usual range, and no name server. */
export const NO_OWN_PORTS: OwnPorts = { range: WRITTEN_RANGE, dnsPort: 0 }
