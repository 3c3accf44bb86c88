import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Gateway, GatewayClient } from '../gateway/open-gateway.ts'
import type { Answer } from '../../preload/contract.ts'
import { openEventStream, type EventStream, type StreamTimes } from './event-stream.ts'
import { createEventBuffer, type EventBuffer } from './event-buffer.ts'

/** A browser opens six connections to one server: with five streams a request still gets through. */
export const MOST_STREAMS = 5
/** Requests of one page that are being answered at a time. */
const MOST_REQUESTS = 64
/** A reply that is there within this time goes back at once; later ones go over the stream. */
const SOON_MS = 300
/**
 * How long a page may be away and go on where it was. Browsers give up connections when an interface of the machine
 * gets or loses an address, which each start of a container may do, and after sleep.
 */
const AWAY_MS = 10_000

export interface ClientTimes extends StreamTimes {
  readonly soonMs?: number
  readonly awayMs?: number
}

export interface Clients {
  readonly full: () => boolean
  /**
   * Opens a page's stream. `before` names the connection it had, with the number of the last line it heard: that one is
   * taken up again if it still waits and nothing of it is lost.
   */
  open(
    session: string,
    response: ServerResponse,
    before: { readonly connection: string; readonly heard: number },
  ): void
  /**
   * Asks the gateway; undefined: its session has no such connection, `busy`: it asks too much at a time. The same `token`
   * again gets the same answer and does nothing anew: the first one was lost on the way.
   */
  ask(
    session: string,
    connection: string,
    asked: { readonly name: string; readonly input: unknown; readonly token: string },
  ): Promise<Answer | 'busy' | undefined>
  close(): void
}

interface Client {
  readonly session: string
  readonly gateway: GatewayClient
  readonly buffer: EventBuffer
  readonly answers: Map<string, Promise<Answer | 'busy'>>
  stream: EventStream | undefined
  away: NodeJS.Timeout | undefined
  asking: number
}

/** The pages that are open: each is one connection of the gateway, and what it asks belongs to it. */
export function createClients(gateway: Gateway, times: ClientTimes = {}): Clients {
  const clients = new Map<string, Client>()
  const { soonMs = SOON_MS, awayMs = AWAY_MS } = times

  function forget(connection: string): void {
    const client = clients.get(connection)
    if (!client) return
    clients.delete(connection)
    clearTimeout(client.away)
    client.gateway.close()
    client.buffer.close(true)
  }

  function leave(connection: string, stream: EventStream): void {
    const client = clients.get(connection)
    if (client?.stream !== stream) return
    client.stream = undefined
    client.buffer.close()
    client.away = setTimeout(() => forget(connection), awayMs)
    // Pages that come and go quickly must not pile up.
    const away = [...clients].filter(([, one]) => one.stream === undefined)
    for (const [oldest] of away.slice(0, Math.max(0, away.length - MOST_STREAMS))) forget(oldest)
  }

  function create(session: string): string {
    const connection = randomBytes(12).toString('base64url')
    const buffer = createEventBuffer()
    const client: Client = {
      session,
      buffer,
      gateway: gateway.connect(buffer),
      answers: new Map(),
      stream: undefined,
      away: undefined,
      asking: 0,
    }
    clients.set(connection, client)
    return connection
  }

  async function answerOf(client: Client, name: string, input: unknown): Promise<Answer | 'busy'> {
    if (client.asking >= MOST_REQUESTS) return 'busy'
    client.asking += 1
    const reply = client.gateway.request(name, input).finally(() => {
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
    void reply.then((value) => client.buffer.send({ kind: 'reply', later: promise, reply: value }))
    return { later: promise }
  }

  return {
    full: () => [...clients.values()].filter(({ stream }) => stream !== undefined).length >= MOST_STREAMS,
    open(session, response, before) {
      const known = clients.get(before.connection)
      const connection = known?.session === session ? before.connection : create(session)
      const client = clients.get(connection)
      if (!client) return void response.destroy()
      // The page knows sooner than we do that its old stream is broken.
      const old = client.stream
      client.stream = undefined
      old?.end()
      clearTimeout(client.away)
      const stream = openEventStream(response, () => leave(connection, stream), times)
      client.stream = stream
      stream.send({ kind: 'open', connection })
      if (client.buffer.open(stream, connection === before.connection ? before.heard : 0)) return
      // It comes back at once, and begins anew.
      forget(connection)
      stream.end()
    },
    async ask(session, connection, { name, input, token }) {
      const client = clients.get(connection)
      if (!client || client.session !== session) return undefined
      const known = token === '' ? undefined : client.answers.get(token)
      if (known) return await known
      const answer = answerOf(client, name, input)
      if (token !== '') {
        client.answers.set(token, answer)
        const [oldest] = client.answers.keys()
        if (client.answers.size > MOST_REQUESTS * 2 && oldest !== undefined) client.answers.delete(oldest)
      }
      return await answer
    },
    close() {
      for (const [connection, { stream }] of clients) {
        forget(connection)
        stream?.end()
      }
    },
  }
}
