import { isLabel, isSuffix, isUrlPath, parsePort } from '../../model/atoms.ts'
import { fqdn } from '../../model/access.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ServiceSpec } from '../../model/service.ts'

interface Route {
  readonly path: string
  readonly service: string
  readonly port: number
}

/** nginx' hash of names has this many bytes a bucket where it is not told otherwise; a longer name stops its start. */
const BUCKET = 64

/**
 * The ingress' server blocks, one a name, from every endpoint with `ingress:`. nginx syntax; every atom is
 * checked again before it becomes text. Throws MaculaError `invalid` for an atom that is not one.
 */
export function ingressRoutes(services: readonly ServiceSpec[], suffix: string): string {
  if (!isSuffix(suffix)) throw bad('suffix', suffix)
  const byName = new Map<string, Map<string, Route>>()
  for (const service of services) {
    if (service.runtime.kind !== 'container') continue
    for (const endpoint of service.endpoints) {
      const { ingress: path, target } = endpoint
      const name = fqdn(endpoint, suffix)
      if (path === undefined || endpoint.name === undefined || name === undefined) continue
      if (!isLabel(endpoint.name)) throw bad('name', endpoint.name)
      if (!isLabel(service.id)) throw bad('service', service.id)
      if (!isUrlPath(path)) throw bad('path', path)
      const port = parsePort(target)
      if (port === undefined) throw bad('port', String(target))
      const routes = byName.get(name) ?? new Map<string, Route>()
      // nginx refuses a place that stands twice, and with it all routes; the first keeps it.
      if (!routes.has(path)) routes.set(path, { path, service: service.id, port })
      byName.set(name, routes)
    }
  }
  const names = [...byName.keys()].sort()
  const blocks = names.map((name) => block(name, [...(byName.get(name)?.values() ?? [])]))
  return `# Rendered from the catalog; edits are kept aside and replaced.\n${buckets(names)}${blocks.join('')}`
}

function block(name: string, routes: readonly Route[]): string {
  // nginx takes the longest prefix by itself; the order is for people.
  const places = [...routes]
    .sort((one, two) => two.path.length - one.path.length || (one.path < two.path ? -1 : 1))
    .map(
      // The variable makes nginx look the name up at each request, so that it starts while a service is down.
      ({ path, service, port }) => `  location ${path} {
    set $up http://${service}:${port};
    include /etc/nginx/snippets/proxy.conf;
    proxy_pass $up;
  }
`,
    )
  return `server {\n  listen 80;\n  server_name ${name};\n${places.join('')}}\n`
}

function buckets(names: readonly string[]): string {
  const longest = Math.max(0, ...names.map((name) => name.length))
  let bytes = BUCKET
  // A bucket holds the name with a pointer, its length and an end mark.
  while (bytes < longest + 32) bytes *= 2
  return bytes === BUCKET ? '' : `server_names_hash_bucket_size ${bytes};\n`
}

function bad(what: string, value: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${JSON.stringify(value)} is not a ${what} that the ingress can route.`,
  })
}
