import { baseUrlOf, fqdn, hasFront, toldAccess } from '../../model/access.ts'
import { MASK } from '../../model/clean.ts'
import { inUrl } from '../../model/secret.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import { sayList } from '../../model/say.ts'
import type { Access, ServiceView, Snapshot } from '../../model/snapshot.ts'
import type { Variable } from '../../model/variable.ts'

/** Where an endpoint is for a program. */
type Place =
  | { readonly host: string; readonly port: number; readonly url: string; readonly name: string | undefined }
  | { readonly nowhere: string }

/**
 * Host, port, base URL and name of an endpoint: those of the access that works best now, else where it will be when it
 * works. What leads to somebody else's program meanwhile (port 80 is held, a name leads elsewhere) is never handed on:
 * where everything does, there is no place but the reason (`nowhere`). The page that Open shows (`/ready`) is no part of a base.
 */
function placeOf(
  service: ServiceSpec,
  endpointId: string,
  suffix: string,
  snapshot: Snapshot | undefined,
): Place {
  const endpoint = service.endpoints.find((one) => one.id === endpointId)
  const row = snapshot?.services.find((one) => one.id === service.id)
  const accesses = row?.endpoints.find((one) => one.id === endpointId)?.accesses ?? []
  const access = toldAccess(accesses)
  if (row && access === undefined && accesses.length > 0) return { nowhere: sayNowhere(row, accesses) }
  const fully = endpoint && fqdn(endpoint, suffix)
  const host = access?.host ?? fully ?? service.address ?? ''
  const port =
    access?.port ?? (endpoint && hasFront(endpoint) ? 80 : (endpoint?.listen ?? endpoint?.target ?? 0))
  // Where the bare name does not lead there now, what does is said instead: an image `NAME/app` must be found.
  const isBare = (access === accesses[0] && access?.works !== true) || (host === fully && port === 80)
  return {
    host,
    port,
    url: baseUrlOf(endpoint ?? { scheme: 'http' }, host, port),
    name: fully === undefined || isBare ? fully : `${host}:${port}`,
  }
}

/** Why nothing can be told of an endpoint, and what to do. */
function sayNowhere({ id, title, state }: ServiceView, accesses: readonly Access[]): string {
  const ways = [...new Set(accesses.map(({ host, port }) => `${host}:${port}`))]
  const start =
    state === 'stopped' ? ` Once ${title} runs (maculactl up ${id}), its container’s address is listed.` : ''
  return `${title}’s addresses (${sayList(ways, 5)}) are held by another program now; maculactl doctor says which.${start}`
}

/** What stands for a place in a template: {url:ID}, {host:ID}, {port:ID}, {name:ID}; `whole`: as it is written. */
export type FillPlace = (
  service: ServiceSpec,
  kind: 'url' | 'host' | 'port' | 'name',
  endpoint: string,
  whole: string,
) => string | { readonly nowhere: string }

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
      Object.entries(service.env).map(([name, template]) => {
        let nowhere: string | undefined
        // A template that begins as a URL does is one: what a password holds must not end its parts.
        const value = template.replaceAll(
          /\{(url|host|port|name|secret):([A-Za-z0-9_-]+)\}/g,
          (whole, kind: Parameters<FillPlace>[1] | 'secret', key: string) => {
            if (kind === 'secret') return asPart(template, secrets.get(key) ?? '')
            const place = fill(service, kind, key, whole)
            if (typeof place === 'string') return place
            nowhere ??= place.nowhere
            return ''
          },
        )
        const told = { service: service.id, name, secret: template.includes('{secret:') }
        return nowhere === undefined ? { ...told, value } : { ...told, value: '', nowhere }
      }),
    )
}

/** A secret as a part of what a template makes; what stands for one that is hidden stays as it is. */
function asPart(template: string, value: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(template) && value !== MASK ? inUrl(value) : value
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
    const place = placeOf(service, id, suffix, snapshot)
    return 'nowhere' in place ? place : String(place[kind] ?? whole)
  })
}
