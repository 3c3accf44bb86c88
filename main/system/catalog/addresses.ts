import { octets } from '../../model/atoms.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import type { Candidate } from './parse.ts'

/** The range that our own files write addresses in; the setting "addresses" moves all of it to another one. */
export const WRITTEN_RANGE = '127.0.0.0/24'

/** "127.0.1.4" for 127.0.0.4 when `from` is 127.0.0.0/24 and `to` is 127.0.1.0/24; an address outside of `from` stays. */
function moved(address: string, from: string, to: string): string {
  const [quad, range] = [octets(address), prefixOf(from)]
  return quad !== undefined && `${quad.slice(0, 3).join('.')}.` === range
    ? `${prefixOf(to)}${quad[3]}`
    : address
}

function prefixOf(range: string): string {
  return range.slice(0, range.lastIndexOf('.') + 1)
}

/** Where an address of the usual range is on this machine; any other stays. */
export function onMachine(address: string, range: string): string {
  return range === WRITTEN_RANGE ? address : moved(address, WRITTEN_RANGE, range)
}

/** A service as if it was written for the usual range: a person may write addresses of the range that is set, too. */
export function asWritten(candidate: Candidate, range: string): Candidate {
  return {
    ...candidate,
    spec: withAddress(candidate.spec, (address) => moved(address, range, WRITTEN_RANGE)),
  }
}

/** The catalog with every address of the usual range moved to the one that is set. */
export function inRange(catalog: Catalog, range: string): Catalog {
  if (range === WRITTEN_RANGE) return catalog
  const to = (address: string): string => moved(address, WRITTEN_RANGE, range)
  return {
    ...catalog,
    services: catalog.services.map((service) => withAddress(service, to)),
    forwards: catalog.forwards.map((forward) => ({ ...forward, address: to(forward.address) })),
  }
}

function withAddress(service: ServiceSpec, to: (address: string) => string): ServiceSpec {
  const { address, runtime } = service
  return {
    ...service,
    address: address === null ? null : to(address),
    endpoints: service.endpoints.map((one) =>
      one.address === undefined ? one : { ...one, address: to(one.address) },
    ),
    // Where kind publishes the ingress of a cluster stands in its kind.yaml, and stays.
    ...(runtime.kind === 'cluster'
      ? {
          runtime: { ...runtime, cluster: { ...runtime.cluster, address: to(runtime.cluster.address) } },
        }
      : {}),
  }
}
