/** What carries an endpoint: a port of one and the same port of the other are two ports. */

export const schemes = ['http', 'https', 'postgres', 'tcp', 'quic', 'udp'] as const
/** What an endpoint speaks; `quic` and `udp` are carried by UDP, all others by TCP. */
export type Scheme = (typeof schemes)[number]

/** Where every node of the platform's mesh speaks HTTP/3, unless MACULA_QUIC_PORT says otherwise. */
export const QUIC_PORT = 4433

/** Where name servers are asked (RFC 1035 4.2). */
export const DNS_PORT = 53

export type Protocol = 'tcp' | 'udp'

/** Whether an endpoint's program is asked what a name server is asked: what comes plainly to its port 53 is DNS. */
export function speaksDns({ scheme, target }: { readonly scheme: Scheme; readonly target: number }): boolean {
  return target === DNS_PORT && (scheme === 'udp' || scheme === 'tcp')
}

/** What a scheme is spoken over. */
export function protocolOf(scheme: Scheme): Protocol {
  return scheme === 'quic' || scheme === 'udp' ? 'udp' : 'tcp'
}

/** A port where no protocol is written is one of TCP. */
export interface WithProtocol {
  readonly protocol?: Protocol | undefined
}

export const isUdp = ({ protocol }: WithProtocol): boolean => protocol === 'udp'

export const isSameProtocol = (one: WithProtocol, other: WithProtocol): boolean => isUdp(one) === isUdp(other)

/** The protocol of a scheme as a part of a listener: nothing for TCP. */
export function carriedBy(scheme: Scheme): { readonly protocol?: 'udp' } {
  return protocolOf(scheme) === 'udp' ? { protocol: 'udp' } : {}
}

/** "4433/udp" of UDP, "4433" of TCP: a port as people write it. */
export function portText(port: number, protocol?: Protocol): string {
  return protocol === 'udp' ? `${port}/udp` : String(port)
}
