import { baseUrlOf, bestAccess, fqdn, hasFront } from '../../model/access.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Variable } from '../../model/variable.ts'

/**
 * Host, port and base URL of an endpoint: those of the access that works best now, else where it will be when it works.
 * The page that Open shows (`/ready`) is no part of a base.
 */
function placeOf(
  service: ServiceSpec,
  endpointId: string,
  suffix: string,
  snapshot: Snapshot | undefined,
): { readonly host: string; readonly port: number; readonly url: string } {
  const endpoint = service.endpoints.find((one) => one.id === endpointId)
  const view = snapshot?.services
    .find((one) => one.id === service.id)
    ?.endpoints.find((one) => one.id === endpointId)
  const accesses = view?.accesses ?? []
  const access = accesses[bestAccess(accesses)] ?? accesses[0]
  const name = endpoint && fqdn(endpoint, suffix)
  const host = access?.host ?? name ?? service.address ?? ''
  const port =
    access?.port ?? (endpoint && hasFront(endpoint) ? 80 : (endpoint?.listen ?? endpoint?.target ?? 0))
  return { host, port, url: baseUrlOf(endpoint ?? { scheme: 'http' }, host, port) }
}

/** What stands for a place in a template: {url:ID}, {host:ID}, {port:ID}, {name:ID}; `whole`: as it is written. */
export type FillPlace = (
  service: ServiceSpec,
  kind: 'url' | 'host' | 'port' | 'name',
  endpoint: string,
  whole: string,
) => string

/** The variables of services with their templates filled; secrets in clear, marked. */
export function fillVariables(
  catalog: Catalog,
  ids: readonly string[],
  secrets: ReadonlyMap<string, string>,
  fill: FillPlace,
): readonly Variable[] {
  return catalog.services
    .filter((service) => ids.includes(service.id))
    .flatMap((service) =>
      Object.entries(service.env).map(([name, template]) => ({
        service: service.id,
        name,
        secret: template.includes('{secret:'),
        value: template.replaceAll(
          /\{(url|host|port|name|secret):([A-Za-z0-9_-]+)\}/g,
          (whole, kind: Parameters<FillPlace>[1] | 'secret', key: string) =>
            kind === 'secret' ? (secrets.get(key) ?? '') : fill(service, kind, key, whole),
        ),
      })),
    )
}

/** The variables of services as a program on this machine needs them. */
export function variablesFor(
  catalog: Catalog,
  ids: readonly string[],
  suffix: string,
  secrets: ReadonlyMap<string, string>,
  snapshot: Snapshot | undefined,
): readonly Variable[] {
  return fillVariables(catalog, ids, secrets, (service, kind, id, whole) => {
    if (kind === 'name') {
      const endpoint = service.endpoints.find((one) => one.id === id)
      return (endpoint && fqdn(endpoint, suffix)) ?? whole
    }
    return String(placeOf(service, id, suffix, snapshot)[kind])
  })
}
