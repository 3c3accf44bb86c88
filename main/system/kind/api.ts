import { request as plainRequest } from 'node:http'
import { request, Agent } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { jsonLines } from '../docker/json-lines.ts'
import type { Entries } from './kubeconfig.ts'

/** A local API server answers within milliseconds; slower than this it is as good as down (ms). */
const CALL_DEADLINE_MS = 5000
/** More than any honest list of a development cluster. */
const MAX_ANSWER = 32 * 1024 * 1024

/** A failed call: no answer (`code`), or one that says no (`status`). */
export class ApiError extends Error {
  readonly status: number | undefined
  constructor(message: string, status?: number) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

/** What is asked of one cluster's API server, with the certificates of our own kubeconfig. */
export interface Api {
  get(path: string, signal?: AbortSignal): Promise<unknown>
  /** The body as it comes; ends with the stream or `signal`. */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage>
  send(method: 'PATCH' | 'DELETE', path: string, body: unknown, type: string): Promise<unknown>
  close(): void
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Opens the way to the API server that a kubeconfig's entries name; nothing is asked yet. */
export function openApi({ cluster, user }: Entries): Api {
  const server = new URL(text(cluster['server']))
  const pem = (value: unknown): Buffer | undefined =>
    typeof value === 'string' ? Buffer.from(value, 'base64') : undefined
  const isSecure = server.protocol === 'https:'
  const agent = isSecure
    ? new Agent({
        keepAlive: true,
        maxSockets: 16,
        ca: pem(cluster['certificate-authority-data']),
        cert: pem(user['client-certificate-data']),
        key: pem(user['client-key-data']),
      })
    : undefined

  async function open(
    method: string,
    path: string,
    body: Buffer | undefined,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const options = {
        method,
        signal,
        headers: {
          accept: 'application/json',
          ...headers,
          ...(body ? { 'content-length': body.length } : {}),
        },
        ...(agent ? { agent } : {}),
      }
      const sent = (isSecure ? request : plainRequest)(new URL(path, server), options, resolve)
      sent.on('error', (error: NodeJS.ErrnoException) =>
        reject(new ApiError(signal.aborted ? 'no answer in time' : (error.code ?? error.message))),
      )
      sent.end(body)
    })
  }

  async function whole(answer: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_ANSWER) throw new ApiError('its answer is too large')
      chunks.push(chunk)
    }
    const said = Buffer.concat(chunks).toString('utf8')
    const value = ((): unknown => {
      try {
        return JSON.parse(said)
      } catch {
        return said
      }
    })()
    const status = answer.statusCode ?? 0
    if (status < 200 || status > 299)
      throw new ApiError(text((value as { message?: unknown } | null)?.message) || `HTTP ${status}`, status)
    return value
  }

  async function call(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
    outer?: AbortSignal,
  ): Promise<unknown> {
    const late = AbortSignal.timeout(CALL_DEADLINE_MS)
    const signal = outer ? AbortSignal.any([late, outer]) : late
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    try {
      return await whole(await open(method, path, bytes, headers, signal))
    } catch (error) {
      if (error instanceof ApiError) throw error
      throw new ApiError(error instanceof Error ? error.message : String(error))
    }
  }

  return {
    get: async (path, signal) => await call('GET', path, undefined, {}, signal),
    async stream(path, signal) {
      const answer = await open('GET', path, undefined, {}, signal)
      if (answer.statusCode !== 200) await whole(answer)
      return answer
    },
    send: async (method, path, body, type) => await call(method, path, body, { 'content-type': type }),
    close: () => agent?.destroy(),
  }
}

/**
 * Follows the changes of one collection until the server ends the stream or `signal` aborts; `onChange` is called for
 * each, and for each object that is there at the begin. Throws ApiError when the stream cannot be opened.
 */
export async function watchPath(
  api: Api,
  path: string,
  signal: AbortSignal,
  onChange: () => void,
): Promise<void> {
  const sign = path.includes('?') ? '&' : '?'
  const stream = await api.stream(`${path}${sign}watch=1&timeoutSeconds=1800`, signal)
  for await (const value of jsonLines(stream as AsyncIterable<Buffer>)) {
    if (signal.aborted) return
    if ((value as { type?: unknown } | null)?.type !== 'BOOKMARK') onChange()
  }
}
