import { createSocket, type Socket } from 'node:dgram'
import type { Forward } from '../../engine/adapters.ts'
import { listenerKey } from '../../model/listeners.ts'
import { portText } from '../../model/protocol.ts'
import { openRestingPorts, type RestingPorts } from './resting-ports.ts'
import { openTold, type Told } from './told.ts'

/** What bounds a forwarder; docs/architecture.md, "Forwarders of UDP". */
export interface UdpLimits {
  /** Clients at once; one socket each. */
  readonly clients: number
  /**
   * A client of which nothing came and to which nothing went for this long is forgotten (ms). NATs must keep what is idle for
   * two minutes and should for five (RFC 4787, REQ-5), and QUIC ends by itself before (its idle timeout is mostly 30 s, kept
   * alive by a packet every 15 to 30 s: RFC 9000 10.1, RFC 9308 3.2).
   */
  readonly idleMs: number
  /** With no room left the most silent one gives its place to a new one after this long (ms). */
  readonly pressedMs: number
  /** A port that led to the service for one client leads there for no other within this time (ms): late answers come to nobody. */
  readonly restMs: number
}

export const UDP_LIMITS: UdpLimits = { clients: 1024, idleMs: 300_000, pressedMs: 30_000, restMs: 300_000 }

/**
 * Five hundred clients may begin at the same moment: 500 first datagrams of 1,200 bytes take 2.3 kB each in the kernel. It
 * gives no more than twice net.core.rmem_max (416 kB where nobody changed it).
 */
const RECEIVE_BYTES = 2 * 1024 * 1024

/** Datagrams kept while a new client's socket is made (a millisecond): ten are the first flight of QUIC (RFC 9002 7.2). */
const FIRST_DATAGRAMS = 16

/** More than this is not kept for a socket that cannot send: UDP may lose, and what is late is of no use (bytes). */
const SEND_BYTES = 256 * 1024

export interface UdpForwarder {
  /** Clients that have a socket now. */
  clients(): number
  close(): void
}

interface Client {
  readonly address: string
  readonly port: number
  /** Undefined while it is made. */
  socket?: Socket
  first: Buffer[]
  last: number
  ended: boolean
}

/** Addresses are written as numbers here, so nobody needs to be asked for them; Node would look up each datagram's. */
const lookup = (
  host: string,
  _: unknown,
  told: (error: null, address: string, family: number) => void,
): void => told(null, host, 4)
const openSocket = (): Socket => createSocket({ type: 'udp4', lookup: lookup })

/**
 * Listens on a loopback address and leads each client's datagrams to the service by a socket of its own, whose answers go
 * to that client alone. Rejects with the system's error when it cannot listen. `say`: a line of its log.
 */
export async function openUdpForwarder(
  forward: Forward,
  say: (line: string) => void,
  limits: UdpLimits = UDP_LIMITS,
  ports: RestingPorts = openRestingPorts(limits.restMs, () => performance.now()),
): Promise<UdpForwarder> {
  const listener = openSocket()
  const clients = new Map<string, Client>()
  const told: Told = openTold(`${listenerKey({ ...forward, protocol: 'udp' })}:`, say)
  const now = (): number => performance.now()
  /** Before this nobody has been silent for long enough to give room. */
  let roomAt = 0

  function end(key: string, client: Client): void {
    client.ended = true
    // Another may have its key by now.
    if (clients.get(key) === client) clients.delete(key)
    release(client.socket)
  }

  function release(socket: Socket | undefined): void {
    if (!socket) return
    ports.rest(socket.address().port)
    socket.close()
  }

  /** Whether there is room for one more; the most silent client makes it where it is silent for long. */
  function hasRoom(): boolean {
    if (clients.size < limits.clients) return true
    if (now() < roomAt) return false
    const [first] = clients
    if (!first) return false
    const [key, client] = [...clients].reduce(
      (one, other) => (other[1].last < one[1].last ? other : one),
      first,
    )
    roomAt = client.last + limits.pressedMs
    if (now() < roomAt) return false
    end(key, client)
    return true
  }

  /** Whether an answer may be sent there: port 0 is nobody's, and what comes from here would come again and again. */
  function isClient(address: string, port: number): boolean {
    return port !== 0 && !(address === forward.address && port === forward.port)
  }

  function fromClient(datagram: Buffer, address: string, port: number): void {
    if (!isClient(address, port)) return
    const key = `${address}:${port}`
    const known = clients.get(key)
    if (known?.socket) {
      known.last = now()
      if (known.socket.getSendQueueSize() < SEND_BYTES) known.socket.send(datagram)
      return
    }
    if (known) {
      if (known.first.length < FIRST_DATAGRAMS) known.first.push(datagram)
      return
    }
    if (!hasRoom()) {
      told(`${limits.clients} clients are served, which is the most at once; ${key} was turned away`)
      return
    }
    const client: Client = { address, port, first: [datagram], last: now(), ended: false }
    clients.set(key, client)
    lead(client).catch((error: NodeJS.ErrnoException) => {
      end(key, client)
      told(
        `no way to ${forward.host}:${portText(forward.toPort, 'udp')} for ${key} (${error.code ?? error.message})`,
      )
    })
  }

  /** Gives a client its own socket and sends what waited for it. */
  async function lead(client: Client): Promise<void> {
    const socket = await ports.fit(
      async () => await connected(forward),
      (one) => one.address().port,
      (one) => void one.close(),
    )
    // Errors are what comes back of single datagrams (ICMP: nothing listens, no way): the next one may arrive.
    socket.on('error', () => undefined)
    if (client.ended) {
      release(socket)
      return
    }
    socket.on('message', (answer, from) => {
      // What came before the socket was connected may be from anybody.
      if (client.ended || from.port !== forward.toPort || from.address !== forward.host) return
      client.last = now()
      if (listener.getSendQueueSize() < SEND_BYTES) listener.send(answer, client.port, client.address)
    })
    client.socket = socket
    for (const datagram of client.first) socket.send(datagram)
    client.first = []
  }

  const sweep = setInterval(
    () => {
      const before = now() - limits.idleMs
      for (const [key, client] of clients) if (client.socket && client.last <= before) end(key, client)
      ports.sweep()
    },
    Math.min(Math.max(limits.idleMs / 10, 20), 10_000),
  )
  listener.on('message', (datagram, { address, port }) => fromClient(datagram, address, port))
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.bind({ port: forward.port, address: forward.address, exclusive: true }, resolve)
  }).catch((error: unknown) => {
    clearInterval(sweep)
    throw error
  })
  listener.removeAllListeners('error')
  listener.on('error', (error: NodeJS.ErrnoException) => told(error.code ?? error.message))
  try {
    listener.setRecvBufferSize(RECEIVE_BYTES)
  } catch {
    // The kernel's default serves as well, with more lost when many begin at once.
  }
  return {
    clients: () => clients.size,
    close() {
      clearInterval(sweep)
      for (const [key, client] of clients) end(key, client)
      listener.close()
    },
  }
}

async function connected({ host, toPort }: Forward): Promise<Socket> {
  const socket = openSocket()
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(toPort, host, (error?: Error) => (error ? reject(error) : resolve()))
    })
    socket.removeAllListeners('error')
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}
