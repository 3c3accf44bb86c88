import { bestDoor } from '../../model/doors.ts'
import { hasFront, fqdn } from '../../model/doors.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Variable } from '../../model/variable.ts'

/** Host and port of an endpoint: those of the door that works best now, else where it will be when it works. */
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
  const doors = view?.doors ?? []
  const door = doors[bestDoor(doors)] ?? doors[0]
  if (door) return { host: door.host, port: door.port, url: door.url }
  const name = endpoint && fqdn(endpoint, suffix)
  const host = name ?? service.address ?? ''
  const port = endpoint && hasFront(endpoint) ? 80 : (endpoint?.listen ?? endpoint?.target ?? 0)
  return { host, port, url: `http://${host}${port === 80 ? '' : `:${port}`}` }
}

/** The variables of services with their templates filled; secrets in clear, marked. */
export function variablesFor(
  catalog: Catalog,
  ids: readonly string[],
  suffix: string,
  secrets: ReadonlyMap<string, string>,
  snapshot: Snapshot | undefined,
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
          (whole, kind: string, key: string) => {
            if (kind === 'secret') return secrets.get(key) ?? ''
            const place = placeOf(service, key, suffix, snapshot)
            if (kind === 'url') return place.url
            if (kind === 'host') return place.host
            if (kind === 'port') return String(place.port)
            const endpoint = service.endpoints.find((one) => one.id === key)
            return (endpoint && fqdn(endpoint, suffix)) ?? whole
          },
        ),
      })),
    )
}
