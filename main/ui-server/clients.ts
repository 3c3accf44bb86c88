import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Door, DoorClient } from '../door/open-door.ts'
import type { Answer } from '../../preload/contract.ts'
import { openEventStream, type EventStream, type StreamTimes } from './event-stream.ts'

/** A browser opens six connections to one server: with five streams a request still gets through. */
export const MOST_STREAMS = 5
/** Requests of one page that are being answered at a time. */
const MOST_REQUESTS = 64
/** A reply that is there within this time goes back at once; later ones go over the stream. */
const SOON_MS = 300

export interface Clients {
  readonly full: () => boolean
  /** Opens a page's stream, and with it its connection to the door. */
  open(session: string, response: ServerResponse): void
  /** Asks the door; undefined: this session has no such connection, `busy`: it asks too much at a time. */
  ask(session: string, connection: string, name: string, input: unknown): Promise<Answer | 'busy' | undefined>
  close(): void
}

interface Client {
  readonly session: string
  readonly stream: EventStream
  readonly door: DoorClient
  asking: number
}

/** The pages that are open: each stream is one connection of the door, and what it asks belongs to it. */
export function createClients(door: Door, times: StreamTimes & { readonly soonMs?: number } = {}): Clients {
  const clients = new Map<string, Client>()
  const { soonMs = SOON_MS } = times
  return {
    full: () => clients.size >= MOST_STREAMS,
    open(session, response) {
      const connection = randomBytes(12).toString('base64url')
      const stream = openEventStream(
        response,
        () => {
          clients.get(connection)?.door.close()
          clients.delete(connection)
        },
        times,
      )
      stream.send({ kind: 'open', connection })
      clients.set(connection, { session, stream, door: door.connect(stream), asking: 0 })
    },
    async ask(session, connection, name, input) {
      const client = clients.get(connection)
      if (!client || client.session !== session) return undefined
      if (client.asking >= MOST_REQUESTS) return 'busy'
      client.asking += 1
      const reply = client.door.request(name, input).finally(() => {
        client.asking -= 1
      })
      let timer: NodeJS.Timeout | undefined
      const later = new Promise<'later'>((resolve) => {
        timer = setTimeout(() => resolve('later'), soonMs)
      })
      const first = await Promise.race([reply, later])
      clearTimeout(timer)
      if (first !== 'later') return first
      const promise = randomBytes(12).toString('base64url')
      void reply.then((value) => client.stream.send({ kind: 'reply', later: promise, reply: value }))
      return { later: promise }
    },
    close() {
      for (const { stream } of clients.values()) stream.end()
    },
  }
}
