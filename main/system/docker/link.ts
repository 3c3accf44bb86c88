import Docker from 'dockerode'
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { inspect } from 'node:util'
import { findEndpoint, type Endpoint } from './endpoint.ts'

/** Plain calls answer within milliseconds; a daemon that is slower than this is said to be slow. */
export const CALL_DEADLINE_MS = 10_000

/** Inspects at the same time: a daemon with many containers is not flooded. Further calls wait for a free socket. */
const CALLS_AT_ONCE = 8

/**
 * The way to one Docker engine. `calls` keeps a few connections alive for short questions; `long` has no limit and
 * is for what stays open: events, logs, pulls, start and stop.
 */
export interface Link {
  readonly calls: Docker
  readonly long: Docker
  /** The socket or host, as words. */
  readonly where: string
  readonly endpoint: Endpoint
  /** Who says where it is ("DOCKER_HOST"); undefined: nobody, it is the usual socket. */
  readonly from: string | undefined
}

/** Opens the way to the engine that setting and environment name; nothing is asked yet. */
export async function openLink(
  setting: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Link> {
  const { endpoint, from } = await findEndpoint(setting, env)
  return {
    endpoint,
    from,
    calls: connect(endpoint, CALLS_AT_ONCE),
    long: connect(endpoint, Infinity),
    where:
      endpoint.kind === 'socket'
        ? endpoint.path
        : endpoint.kind === 'tcp'
          ? `${endpoint.host}:${endpoint.port}`
          : 'an unknown place',
  }
}

/** Variables that docker-modem reads by itself whatever it is given (its modem.js, defaultOpts). */
const read = /^DOCKER_/

/**
 * Makes something while none of docker's variables is there: docker-modem throws for a DOCKER_HOST that it cannot
 * parse and for certificates that are not where DOCKER_CERT_PATH says, and takes over path prefix and time-out, although
 * it is given all that it needs. The endpoint was found by then.
 */
function withoutVariables<T>(make: () => T): T {
  const kept = Object.entries(process.env).filter(([name]) => read.test(name))
  for (const [name] of kept) delete process.env[name]
  try {
    return make()
  } finally {
    for (const [name, value] of kept) process.env[name] = value
  }
}

/**
 * An agent that shows nothing of itself: docker-modem 5 writes down everything it sends at each request, for a debug
 * output that nobody reads, and with it every open connection in all its depth. That was megabytes for each event.
 */
function closed<Kind extends Agent>(agent: Kind): Kind {
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' })
}

function connect(endpoint: Endpoint, sockets: number): Docker {
  const keep = { keepAlive: true, maxSockets: sockets }
  // Variables, because the types of dockerode do not know `agent`, which its docker-modem takes.
  if (endpoint.kind === 'tcp' && endpoint.tls) {
    const { host, port, tls } = endpoint
    const { ca, cert, key } = tls
    const secured = {
      host,
      port,
      protocol: 'https' as const,
      ca,
      cert,
      key,
      agent: closed(new TlsAgent(keep)),
    }
    return withoutVariables(() => new Docker(secured))
  }
  if (endpoint.kind === 'tcp') {
    const { host, port } = endpoint
    const plain = { host, port, protocol: 'http' as const, agent: closed(new Agent(keep)) }
    return withoutVariables(() => new Docker(plain))
  }
  const socketPath = endpoint.kind === 'socket' ? endpoint.path : '/nonexistent/docker.sock'
  const local = { host: '', protocol: 'http' as const, socketPath, agent: closed(new Agent(keep)) }
  return withoutVariables(() => new Docker(local))
}

/** Whether two links lead to the same engine. */
export function isSameLink(one: Link, two: Link): boolean {
  return JSON.stringify(one.endpoint) === JSON.stringify(two.endpoint)
}

/**
 * Gives `work` a signal that ends its request after `ms`; then it fails with code TIMEOUT. For a stream only the
 * opening counts: the signal stays silent once `work` has answered, and `outer` goes on to end it.
 * The race is needed as well: docker-modem never calls back when an answer breaks off in the middle.
 */
export async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const late = new AbortController()
  const ends: (() => void)[] = []
  const ended = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`no answer within ${ms / 1000} s`), { code: 'TIMEOUT' }))
      late.abort()
    }, ms)
    const onAbort = (): void => reject(Object.assign(new Error('interrupted'), { code: 'ABORT_ERR' }))
    outer?.addEventListener('abort', onAbort)
    ends.push(
      () => clearTimeout(timer),
      () => outer?.removeEventListener('abort', onAbort),
    )
  })
  try {
    const signal = outer ? AbortSignal.any([late.signal, outer]) : late.signal
    return await Promise.race([work(signal), ended])
  } finally {
    for (const end of ends) end()
  }
}

/** One GET that dockerode has no fitting verb for: with a signal, as a stream when asked. */
export async function get(
  docker: Docker,
  path: string,
  options: {
    readonly signal: AbortSignal
    readonly stream?: boolean
    readonly query?: Record<string, unknown>
  },
): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: `${path}?`,
        method: 'GET',
        abortSignal: options.signal,
        isStream: options.stream === true,
        statusCodes: { 200: true },
        options: options.query ?? {},
      },
      (error: Error | null, data: unknown) => (error ? reject(error) : resolve(data)),
    )
  })
}
