import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { MaculaError } from '../model/errors.ts'
import type { Gateway } from '../gateway/open-gateway.ts'
import { readBody } from './body.ts'
import { checkBody, checkSender, isRefusal, keyOf, refuse, routeOf, type Refusal } from './border.ts'
import { createClients, type ClientTimes } from './clients.ts'
import { boundConnections } from './connections.ts'
import { headersFor } from './headers.ts'
import { readPages } from './pages.ts'
import { userAtOtherEnd } from './peer.ts'
import { createSessions, type TokenWay } from './sessions.ts'

/** Connections at a time, of everybody. */
const MOST_CONNECTIONS = 512
/** Half a request may take this long. */
const HEADERS_MS = 5000
const REQUEST_MS = 10_000
const CHECK_MS = 5000
/** What is read of a body that was refused, so that the refusal arrives instead of a broken connection. */
const MOST_DISCARDED = 1024 * 1024

const entrySchema = z.object({ token: z.string(), ticket: z.string().min(16).max(64).optional() })

export interface UiServer {
  readonly port: number
  /**
   * A fresh address that opens the window once. `argument`: it will be seen in the list of processes, so it holds for
   * programs of our own user only.
   */
  address(way: TokenWay): string
  /** Ends all connections. */
  close(): Promise<void>
}

export interface UiServerOptions {
  readonly gateway: Gateway
  /** The folder of the built window. */
  readonly folder: string
  /** 0: any that is free. */
  readonly port: number
  /** Who is at the other end; tests stand in for other users. */
  readonly userAtOtherEnd?: typeof userAtOtherEnd
  readonly times?: ClientTimes & { readonly headersMs?: number }
}

/** Serves the window to browsers of this machine, and carries the contract's requests and events. */
export async function serveUi(options: UiServerOptions): Promise<UiServer> {
  const pages = await readPages(options.folder)
  const sessions = createSessions()
  const clients = createClients(options.gateway, options.times)
  const server = createServer({
    headersTimeout: options.times?.headersMs ?? HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: 16 * 1024,
    keepAliveTimeout: HEADERS_MS,
  })
  const connections = boundConnections(server, MOST_CONNECTIONS)
  const port = await listen(server, options.port)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const { method = '', url = '', headers } = request
    const asked = { method, url, headers, hosts: request.headersDistinct['host']?.length ?? 0 }
    const refusal = checkSender(asked, port)
    if (refusal) return refusal
    const route = routeOf(asked)
    if (isRefusal(route)) return route
    if (route.kind === 'page') return sendPage(route.path, method, response)
    if (route.kind === 'enter') return await enter(request, response)

    const key = keyOf(headers)
    if (key === undefined || !sessions.holds(key))
      return refuse(401, 'This page has no session.', 'maculactl ui prints a new address: press Enter there.')
    connections.trust(request.socket)
    if (route.kind === 'events') {
      if (clients.full())
        return {
          status: 503,
          trouble: {
            kind: 'busy',
            what: 'Macula Desktop is open in five tabs already.',
            why: 'A browser keeps six connections to one server, and each tab holds one.',
            todo: 'Close one of the other tabs; this one goes on by itself.',
          },
        }
      const { 'macula-connection': connection = '', 'macula-heard': heard = '' } = headers
      clients.open(key, response, { connection: String(connection), heard: Number(heard) || 0 })
      return undefined
    }
    const body = await jsonOf(request)
    if ('status' in body) return body
    const { 'macula-connection': connection = '', 'macula-request': token = '' } = headers
    const wanted = { name: route.name, input: body.value, token: String(token).slice(0, 64) }
    const found = await clients.ask(key, String(connection), wanted)
    if (found === undefined) return refuse(409, 'This page is not connected any more.')
    if (found === 'busy')
      return { status: 503, trouble: { kind: 'busy', what: 'This page sends too many requests at a time.' } }
    return sendJson(response, 200, found)
  }

  /** A token for a key. */
  async function enter(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const body = await jsonOf(request)
    if ('status' in body) return body
    const { value } = body
    const entry = entrySchema.safeParse(value).data
    if (!entry) return refuse(400, 'There is no token.')
    const { token, ticket } = entry
    const user =
      sessions.wayOf(token) === 'argument'
        ? await (options.userAtOtherEnd ?? userAtOtherEnd)(request.socket)
        : undefined
    // Looked at again: the same token may have come twice meanwhile.
    if (sessions.wayOf(token) === 'argument' && user !== process.getuid?.())
      return refuse(403, 'This address is for another user of this machine.')
    const key = sessions.enter(token, ticket)
    if (key === undefined)
      return refuse(
        401,
        'This address was used already.',
        'maculactl ui prints a new one: press Enter there.',
      )
    connections.trust(request.socket)
    return sendJson(response, 200, { key })
  }

  function sendPage(path: string, method: string, response: ServerResponse): Refusal | undefined {
    const page = pages(path)
    if (!page) return refuse(404, 'There is no such page.')
    response.writeHead(200, { ...page.headers, 'content-length': Buffer.byteLength(page.body) })
    response.end(method === 'HEAD' ? undefined : page.body)
    return undefined
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const refusal = await answer(request, response)
      if (refusal) sendRefusal(request, response, refusal)
    } catch {
      response.destroy()
    }
  }

  server.on('request', (request, response) => {
    // A reader that breaks off is its own affair.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    void serve(request, response)
  })

  return {
    port,
    address: (way) => `http://127.0.0.1:${port}/#enter=${sessions.invite(way)}`,
    async close() {
      clients.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

async function jsonOf(request: IncomingMessage): Promise<{ readonly value: unknown } | Refusal> {
  return checkBody(request.headers) ?? (await readBody(request))
}

function sendJson(response: ServerResponse, status: number, value: unknown): undefined {
  const text = JSON.stringify(value)
  response.writeHead(
    status,
    headersFor('application/json', { 'content-length': String(Buffer.byteLength(text)) }),
  )
  response.end(text)
}

function sendRefusal(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  const text = JSON.stringify({ ok: false, trouble: refusal.trouble })
  response.writeHead(
    refusal.status,
    headersFor('application/json', {
      'content-length': String(Buffer.byteLength(text)),
      connection: 'close',
      ...(refusal.allow === undefined ? {} : { allow: refusal.allow }),
    }),
  )
  response.end(request.method === 'HEAD' ? undefined : text)
  let discarded = 0
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > MOST_DISCARDED) request.socket.destroy()
  })
}

/** Listens on loopback only; resolves with the port. */
async function listen(server: Server, port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Another program listens on 127.0.0.1:${port}.`
          : error.code === 'EACCES'
            ? `Ports below 1024 may be closed to you on this machine (${error.message}).`
            : error.message
      reject(
        new MaculaError(
          {
            kind: 'failed',
            what: `The window cannot be served at port ${port}.`,
            why,
            todo: 'Leave --port out: any port that is free is taken then. If that program is another maculactl ui of yours, its address is still good: press Enter there.',
          },
          { cause: error },
        ),
      )
    })
    server.listen({ host: '127.0.0.1', port, exclusive: true, backlog: 511 }, () => {
      // No more descriptors for new connections: those that are open go on.
      server.on('error', () => undefined)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
