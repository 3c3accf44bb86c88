import type { IncomingHttpHeaders } from 'node:http'
import type { Trouble } from '../model/errors.ts'

/** A request that goes no further. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 503
  readonly trouble: Trouble
  /** For 405: what the path takes. */
  readonly allow?: string
}

/** Where a request that may pass goes. */
export type Route =
  | { readonly kind: 'page'; readonly path: string }
  | { readonly kind: 'enter' }
  | { readonly kind: 'events' }
  | { readonly kind: 'request'; readonly name: string }

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** How often the header came: a second Host is a trick. */
  readonly hosts: number
}

export const refuse = (status: Refusal['status'], what: string, todo?: string): Refusal => ({
  status,
  trouble: {
    kind: status === 401 || status === 403 ? 'refused' : 'usage',
    what,
    ...(todo === undefined ? {} : { todo }),
  },
})

/** Bodies longer than this (bytes) are refused. */
export const MOST_BYTES = 64 * 1024

/**
 * Whether a request comes to us and from us: the name in `Host` shows a rebound DNS name, `Origin` another site's page.
 * Nothing else is looked at before.
 */
export function checkSender(asked: Asked, port: number): Refusal | undefined {
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = asked.headers
  if (asked.hosts !== 1 || host === undefined || !ours.includes(host))
    return refuse(403, 'This server answers to its own address only.', 'Use the address it was started with.')
  if (origin !== undefined && !ours.some((one) => origin === `http://${one}`))
    return refuse(403, 'Another page may not ask anything here.')
  return undefined
}

/** Where the path leads; methods that it does not take are refused. */
export function routeOf({ method, url }: Asked): Route | Refusal {
  if (!url.startsWith('/')) return refuse(400, 'The path must begin with a slash.')
  const path = url.split(/[?#]/, 1)[0] ?? ''
  const only = (allow: string, route: Route): Route | Refusal =>
    allow.split(', ').includes(method)
      ? route
      : { ...refuse(405, `${path.slice(0, 80)} takes ${allow} only.`), allow }
  if (path === '/enter') return only('POST', { kind: 'enter' })
  if (path === '/events') return only('GET', { kind: 'events' })
  const name = /^\/request\/(\w{1,64})$/.exec(path)?.[1]
  if (name !== undefined) return only('POST', { kind: 'request', name })
  return only('GET, HEAD', { kind: 'page', path })
}

export const isRefusal = (found: Route | Refusal): found is Refusal => 'status' in found

/** The session's key that a request shows, if any. */
export function keyOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer ([\w-]{1,200})$/.exec(headers.authorization ?? '')?.[1]
}

/** What speaks against reading a body, from its headers alone. */
export function checkBody(headers: IncomingHttpHeaders): Refusal | undefined {
  // A form of another site can send text/plain without asking; JSON it cannot.
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? ''))
    return refuse(415, 'The body must be application/json.')
  if (headers['content-encoding'] !== undefined) return refuse(415, 'The body must not be compressed.')
  if (Number(headers['content-length'] ?? 0) > MOST_BYTES) return tooLong
  return undefined
}

export const tooLong: Refusal = refuse(413, `The body is longer than ${MOST_BYTES} bytes.`)
