import { isSameProtocol, type WithProtocol } from '../../model/protocol.ts'
import { fillIn, type Variables } from './variables.ts'

/** A port of this machine that Compose publishes for a container (`ports`). */
export interface Published extends WithProtocol {
  /** An address of this machine; empty: all of them. */
  readonly host: string
  readonly from: number
  readonly to: number
  /** Its place in `ports`. */
  readonly index: number
}

const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/
const EVERYWHERE = new Set(['', '0.0.0.0', '::', '[::]'])

function published(host: string, ports: string, index: number, protocol: string): readonly Published[] {
  const [, from, to = from] = PORTS.exec(ports) ?? []
  if (from === undefined) return []
  return [
    {
      host: EVERYWHERE.has(host) ? '' : host,
      from: Number(from),
      to: Number(to),
      index,
      ...(protocol === 'udp' ? { protocol } : {}),
    },
  ]
}

/**
 * The TCP and UDP ports of this machine that a service publishes, variables filled in. What Docker chooses by itself
 * (no port of this machine is written) takes none that is in use.
 */
export function publishedBy(service: unknown, variables: Variables): readonly Published[] {
  const ports = (service as { ports?: unknown } | null | undefined)?.ports
  if (!Array.isArray(ports)) return []
  const text = (value: unknown): string => {
    if (typeof value === 'number') return String(value)
    if (typeof value !== 'string') return ''
    const filled = fillIn(value, variables)
    return 'text' in filled ? filled.text : value
  }
  return ports.flatMap((port: unknown, index): readonly Published[] => {
    if (typeof port === 'object' && port !== null) {
      const { host_ip: host, published: written, protocol } = port as Record<string, unknown>
      return published(text(host), text(written), index, text(protocol).toLowerCase())
    }
    // HOST:PORTS:INSIDE, PORTS:INSIDE or INSIDE; an IPv6 address has colons of its own.
    const [, host = '', outside = '', protocol = ''] =
      /^(?:(.*):)?([\d-]*):[\d-]+(?:\/(\w+))?$/.exec(text(port)) ?? []
    return published(host, outside, index, protocol.toLowerCase())
  })
}

/** Whether a port of an address is among what is published. */
export function takes(
  one: Published,
  listener: { readonly address: string; readonly port: number } & WithProtocol,
): boolean {
  const { address, port } = listener
  return (
    isSameProtocol(one, listener) &&
    (one.host === '' || one.host === address) &&
    one.from <= port &&
    port <= one.to
  )
}
