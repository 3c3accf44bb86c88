import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import { serveUi, type UiServer, type UiServerOptions } from '../../../main/ui-server/serve.ts'
import type { StreamLine } from '../../../preload/contract.ts'
import { standIn, type StandIn } from '../cli/stand-in.ts'
import { greenWorld } from '../cli/worlds.ts'
import { systemOf } from './system.ts'

export interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

/** A page's stream as it is read. */
export interface Reader {
  readonly connection: string
  readonly lines: StreamLine[]
  /** The first line that fits, from those read already or to come; rejects after five seconds. */
  until(fits: (line: StreamLine) => boolean): Promise<StreamLine>
  readonly response: IncomingMessage
  close(): void
}

export interface Fixture {
  readonly server: UiServer
  readonly standIn: StandIn
  readonly host: string
  ask(ask: Ask): Promise<Answered>
  /** Uses a fresh address; the session's key. */
  enter(): Promise<string>
  read(key: string): Promise<Reader>
  /** A request as a page makes it. */
  post(key: string, connection: string, name: string, body: unknown): Promise<Answered>
  /** A bare connection. */
  socket(): Promise<Socket>
  close(): Promise<void>
}

export const tokenOf = (url: string): string => new URL(url).hash.replace('#enter=', '')

/** The real server on a real port, a small window, and a stand-in engine behind the real gateway. */
export async function openFixture(
  options: Partial<UiServerOptions> & { readonly over?: Partial<Engine> } = {},
): Promise<Fixture> {
  const { over, ...more } = options
  const folder = mkdtempSync(join(tmpdir(), 'macula-window-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html><head></head><body>window</body></html>')
  writeFileSync(join(folder, 'assets', 'app.js'), 'export {}')
  writeFileSync(join(folder, 'notes.txt'), 'not for the browser')
  const one = standIn({ world: greenWorld(), ...(over ? { over } : {}) })
  const gateway = await openGateway({
    open: () => Promise.resolve(systemOf(one.engine)),
    face: 'browser',
    version: '0.1.0',
  })
  const server = await serveUi({ gateway, folder, port: 0, ...more })
  const { port } = server
  const host = `127.0.0.1:${port}`

  const ask = async ({ method = 'GET', path = '/', headers = {}, body }: Ask): Promise<Answered> =>
    await new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
        response.on('error', reject)
      })
      asking.on('error', reject)
      asking.end(body)
    })
  const json = { 'content-type': 'application/json' }

  return {
    server,
    standIn: one,
    host,
    ask,
    async enter() {
      const token = tokenOf(server.address('printed'))
      const { text } = await ask({
        method: 'POST',
        path: '/enter',
        headers: json,
        body: JSON.stringify({ token }),
      })
      return (JSON.parse(text) as { readonly key: string }).key
    },
    async read(key) {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request(
          {
            host: '127.0.0.1',
            port,
            path: '/events',
            headers: { authorization: `Bearer ${key}` },
            agent: false,
          },
          resolve,
        )
          .on('error', reject)
          .end()
      })
      return await readerOf(response)
    },
    post: async (key, connection, name, body) =>
      await ask({
        method: 'POST',
        path: `/request/${name}`,
        headers: { ...json, authorization: `Bearer ${key}`, 'macula-connection': connection },
        body: JSON.stringify(body),
      }),
    socket: async () =>
      await new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket))
        socket.on('error', reject)
      }),
    async close() {
      await server.close()
      await gateway.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function readerOf(response: IncomingMessage): Promise<Reader> {
  const lines: StreamLine[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  response.setEncoding('utf8')
  response.on('error', () => undefined)
  response.on('data', (chunk: string) => {
    const [first = '', ...more] = chunk.split('\n')
    rest += first
    for (const begin of more) {
      lines.push(JSON.parse(rest) as StreamLine)
      rest = begin
    }
    for (const look of waiting) look()
  })
  const until: Reader['until'] = async (fits) =>
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`no such line among ${lines.length}`))
      }, 5000)
      const look = (): void => {
        const found = lines.find(fits)
        if (!found) return
        waiting.delete(look)
        clearTimeout(timer)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  const open = await until(({ kind }) => kind === 'open')
  return {
    connection: open.kind === 'open' ? open.connection : '',
    lines,
    until,
    response,
    close: () => void response.destroy(),
  }
}
