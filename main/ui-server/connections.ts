import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export interface Connections {
  /** The other side has shown a session's key: it is never sent away for another program. */
  trust(socket: Socket): void
}

/**
 * Keeps at most `most` connections. One more sends the oldest away that has shown no key, so that whoever opens
 * thousands only drives out his own, and a page can always come in.
 */
export function boundConnections(server: Server, most: number): Connections {
  // A set keeps its order: the oldest is first.
  const foreign = new Set<Socket>()
  let count = 0
  server.on('connection', (socket) => {
    count += 1
    socket.once('close', () => {
      count -= 1
      foreign.delete(socket)
    })
    foreign.add(socket)
    if (count > most) {
      const [oldest] = foreign
      foreign.delete(oldest ?? socket)
      ;(oldest ?? socket).resetAndDestroy()
    }
  })
  return { trust: (socket) => void foreign.delete(socket) }
}
