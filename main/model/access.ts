import type { Rung } from './ladder.ts'
import { listenerKey } from './listeners.ts'
import { protocolOf } from './protocol.ts'
import { addressOf, nativePort } from './native-port.ts'
import type { ListenerSeen, NameSeen } from './observation.ts'
import { isNameGood, isNameRight } from './rungs/name.ts'
import { sayAnswer } from './rungs/service.ts'
import { sayDuration, sayHolder } from './say.ts'
import type { EndpointSpec, ServiceSpec } from './service.ts'
import type { Access } from './snapshot.ts'
import { answerKey, type AskedAccess, type World } from './world.ts'

const NOT_TRIED = 'not tried'

/** Whether an endpoint has a clean address: port 80 of its address, where a URL needs no port. */
export function hasFront(endpoint: EndpointSpec): boolean {
  return (
    endpoint.clean || endpoint.ingress !== undefined || (endpoint.scheme === 'http' && endpoint.listen === 80)
  )
}

/** Whether an endpoint is routed by host name and has no port of its own. */
export function isByNameOnly(endpoint: EndpointSpec): boolean {
  return endpoint.ingress !== undefined && nativePort(endpoint) === undefined
}

/**
 * Whether only its container can say anything: plain UDP has no answer, and a refusal (ICMP) of the container ends at our
 * forwarder.
 */
export function isToldDirectly({ scheme }: Pick<EndpointSpec, 'scheme'>): boolean {
  return scheme === 'udp'
}

/** The whole name of an endpoint, or undefined. */
export function fqdn(endpoint: EndpointSpec, suffix: string): string | undefined {
  return endpoint.name === undefined ? undefined : `${endpoint.name}.${suffix}`
}

/** Where an endpoint is, without any path: what a variable holds, as programs put their own path behind it. */
export function baseUrlOf({ scheme }: Pick<EndpointSpec, 'scheme'>, host: string, port: number): string {
  switch (scheme) {
    case 'http':
      return `http://${host}${port === 80 ? '' : `:${port}`}`
    // What speaks QUIC on this platform is named by https://, with its port (HTTP/3).
    case 'https':
    case 'quic':
      return `https://${host}${port === 443 ? '' : `:${port}`}`
    case 'postgres':
      return `postgres://${host}:${port}`
    case 'tcp':
    case 'udp':
      return `${host}:${port}`
  }
}

/** What Open and Copy use for a host and port: a URL for http, `postgres://host:port` or `host:port` otherwise. */
export function urlOf(endpoint: EndpointSpec, host: string, port: number): string {
  const base = baseUrlOf(endpoint, host, port)
  if (endpoint.scheme !== 'http' && endpoint.scheme !== 'https') return base
  const path = endpoint.open ?? endpoint.ingress ?? '/'
  return path === '/' ? base : `${base}${path}`
}

function whyListener(seen: ListenerSeen | undefined, key: string): string | undefined {
  if (seen === undefined || seen.kind === 'ours') return undefined
  if (seen.kind === 'foreign') return `${sayHolder(seen.holder)} has ${key}`
  if (seen.kind === 'hung')
    return `our forwarder on ${key} takes no ${key.endsWith('/udp') ? 'datagram' : 'connection'}`
  if (seen.kind === 'astray') return `our forwarder on ${key} forwards to ${seen.to}`
  if (seen.kind === 'refused') return `${key} is closed to this user`
  return `no forwarder of ours on ${key}`
}

/** What is wrong with a name; slow: it leads there all the same. */
interface NameTrouble {
  readonly says: string
  readonly slow: boolean
  /** It leads to another address. */
  readonly elsewhere?: true
  /** Nothing on this machine knows it. */
  readonly unnamed?: true
}

function whyName(seen: NameSeen | undefined, address: string): NameTrouble | undefined {
  if (isNameGood(seen, address)) return undefined
  if (seen === undefined) return { says: 'name not looked up yet', slow: false }
  if (isNameRight(seen, address)) return { says: `name takes ${sayDuration(seen.ms)}`, slow: true }
  switch (seen.kind) {
    case 'answer':
      return {
        says: `name resolves to ${seen.addresses[0] ?? 'nothing'}`,
        slow: false,
        ...(seen.addresses.length > 0 ? { elsewhere: true } : {}),
      }
    case 'none':
      return { says: 'name is not known', slow: false, unnamed: true }
    case 'timeout':
      return { says: `name not answered in ${sayDuration(seen.ms)}`, slow: false }
  }
}

/**
 * All ways into an endpoint, best first: its name without a port, its name with the native port, its address,
 * the container itself. A clean address whose port another program holds never "works", whatever answers there.
 */
export function accessesOf(
  service: ServiceSpec,
  endpoint: EndpointSpec,
  suffix: string,
  world: World,
): readonly Access[] {
  const accesses: Access[] = []
  const address = addressOf(service, endpoint)
  const name = fqdn(endpoint, suffix)
  const protocol = protocolOf(endpoint.scheme)
  const whyAnswer = (access: AskedAccess): string | undefined => {
    const asked = isToldDirectly(endpoint) ? 'direct' : access
    const seen = world.answers.get(answerKey(service.id, endpoint.id, asked))
    if (seen === undefined) return NOT_TRIED
    return seen.kind === 'answer' ? undefined : sayAnswer(seen)
  }
  const add = (
    kind: Access['kind'],
    host: string,
    port: number,
    /** What is wrong with its name, with its port, with the answer there. */
    reasons: readonly [NameTrouble | undefined, string | undefined, string | undefined],
  ): void => {
    const isHeld =
      kind !== 'direct' &&
      world.listeners.get(listenerKey({ address: address ?? '', port, protocol }))?.kind === 'foreign'
    const [ofName, ofPort, ofAnswer] = reasons
    // A slow name is the lesser evil: who has the port is told first.
    const reason = ofName?.slow === true ? (ofPort ?? ofName.says) : (ofName?.says ?? ofPort ?? ofAnswer)
    const isSlow = ofName?.slow === true && ofPort === undefined && ofAnswer === undefined
    accesses.push({
      kind,
      url: urlOf(endpoint, host, port),
      host,
      port,
      works: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
      ...(isSlow ? { slow: true } : {}),
      ...(reason === NOT_TRIED ? { untried: true } : {}),
      ...(isHeld || ofName?.elsewhere === true ? { elsewhere: true } : {}),
      ...(ofName?.unnamed === true ? { unnamed: true } : {}),
    })
  }
  if (address !== null) {
    const listening = (port: number): string | undefined => {
      const key = listenerKey({ address, port, protocol })
      return whyListener(world.listeners.get(key), key)
    }
    const ofName = whyName(world.names.get(name ?? ''), address)
    if (name !== undefined && hasFront(endpoint))
      add('clean', name, 80, [ofName, listening(80), whyAnswer('front')])
    const own = nativePort(endpoint)
    if (own !== undefined) {
      const native = hasFront(endpoint) && own === 80 ? 'front' : 'native'
      if (name !== undefined && native === 'native')
        add('named', name, own, [ofName, listening(own), whyAnswer('native')])
      add('address', address, own, [undefined, listening(own), whyAnswer(native)])
    }
  }
  const container = world.containers.get(service.id)
  if (
    container &&
    container.address !== '' &&
    container.state === 'running' &&
    world.docker.kind === 'up' &&
    world.docker.native
  )
    add('direct', container.address, endpoint.target, [undefined, undefined, whyAnswer('direct')])
  return accesses
}

/**
 * The accesses of what does not run: none leads anywhere, so all are told by its own reason, whatever else is wrong with a
 * name or port. With one that works they stay as they are.
 */
export function accessesWithout(accesses: readonly Access[], { state, reason }: Rung): readonly Access[] {
  const off = state === 'stop' || state === 'unreached' || state === 'progress'
  if (!off || reason === undefined || accesses.some((access) => access.works)) return accesses
  return accesses.map(({ kind, url, host, port, works, elsewhere, unnamed }) => ({
    kind,
    url,
    host,
    port,
    works,
    reason,
    ...(elsewhere === true ? { elsewhere } : {}),
    ...(unnamed === true ? { unnamed } : {}),
  }))
}

/**
 * The access that is told to others, also while none works: the one that works, else the first that does not lead to
 * somebody else's program, by a name only where that is known here; undefined: all do.
 */
export function toldAccess(accesses: readonly Access[]): Access | undefined {
  const ours = accesses.filter(({ elsewhere }) => elsewhere !== true)
  return accesses[bestAccess(accesses)] ?? ours.find(({ unnamed }) => unnamed !== true) ?? ours[0]
}

/** Index of the access that Open and Copy use: the first that works; by name only: also a slow one. -1: none. */
export function bestAccess(accesses: readonly Access[]): number {
  return accesses.findIndex((access) => access.works)
}
