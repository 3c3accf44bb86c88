import type { ContainerSeen } from '../../model/observation.ts'
import { POWERDNS } from '../../model/service.ts'
import type { Endpoint } from '../adapters.ts'
import { directTarget } from './asking.ts'

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
