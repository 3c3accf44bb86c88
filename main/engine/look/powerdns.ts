import type { ContainerSeen } from '../../model/observation.ts'
import { POWERDNS } from '../../model/service.ts'
import type { Endpoint } from '../adapters.ts'
import { directTarget } from './asking.ts'
import type { Seen } from './seen.ts'

const DNS_PORT = 53
const API_PORT = 8081

/** Where PowerDNS answers DNS while it runs: the container itself, or its published port. */
export function dnsOf(containers: ReadonlyMap<string, ContainerSeen>, native: boolean): Endpoint | undefined {
  return directTarget(containers.get(POWERDNS), DNS_PORT, native)
}

/** Where its HTTP API is, in the same way. */
export function apiOf(containers: ReadonlyMap<string, ContainerSeen>, native: boolean): Endpoint | undefined {
  return directTarget(containers.get(POWERDNS), API_PORT, native)
}

/**
 * Whether our name server asks another PowerDNS than runs now, or one that is gone: every name that it has to ask for waits
 * then. False where that is not known, or is being changed.
 */
export function asksElsewhere(seen: Seen, native: boolean): boolean {
  const { docker, nameServer, containers, acting } = seen
  if (docker.kind !== 'up' || docker.other || nameServer.kind !== 'runs' || acting.has(POWERDNS)) return false
  const dns = dnsOf(containers, native)
  return nameServer.asks !== (dns && `${dns.address}:${dns.port}`)
}
