import dnsPacket from 'dns-packet'
import { createSocket } from 'node:dgram'

/** What a name server said to one question. */
export interface DnsAnswer {
  /** NOERROR, NXDOMAIN, REFUSED, SERVFAIL, … */
  readonly code: string
  readonly addresses: readonly string[]
  readonly ms: number
}

/** Asks the name server on `address`:port over UDP; undefined when nothing comes within `deadline` ms. */
export async function askDns(
  port: number,
  name: string,
  type: 'A' | 'AAAA',
  deadline: number,
  address = '127.0.0.1',
): Promise<DnsAnswer | undefined> {
  const began = performance.now()
  const id = Math.floor(Math.random() * 65536)
  return await new Promise((resolve) => {
    const socket = createSocket('udp4')
    const finish = (answer?: DnsAnswer): void => {
      clearTimeout(timer)
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(finish, deadline)
    // ECONNREFUSED arrives as an error on a connected socket: nothing listens.
    socket.on('error', () => finish())
    socket.on('message', (data) => {
      try {
        const packet = dnsPacket.decode(data)
        if (packet.id !== id) return
        finish({
          code: (packet as { rcode?: string }).rcode ?? 'NOERROR',
          addresses: (packet.answers ?? []).flatMap((answer) => (answer.type === type ? [answer.data] : [])),
          ms: performance.now() - began,
        })
      } catch {
        finish()
      }
    })
    socket.connect(port, address, () => {
      socket.send(
        dnsPacket.encode({
          type: 'query',
          id,
          flags: dnsPacket.RECURSION_DESIRED,
          questions: [{ type, name }],
        }),
      )
    })
  })
}
