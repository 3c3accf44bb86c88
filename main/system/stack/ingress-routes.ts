import { isLabel, isSuffix, isUrlPath, parsePort } from '../../model/atoms.ts'
import { fqdn } from '../../model/doors.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ServiceSpec } from '../../model/service.ts'

/**
 * The ingress' server blocks, one a name, from every endpoint with `ingress:`. nginx syntax; every atom is
 * checked again before it becomes text. Throws MaculaError `invalid` for an atom that is not one.
 */
export function ingressRoutes(services: readonly ServiceSpec[], suffix: string): string {
  if (!isSuffix(suffix)) throw bad('suffix', suffix)
  const byName = new Map<string, { path: string; service: string; port: number }[]>()
  for (const service of services) {
    if (service.runtime.kind !== 'container') continue
    for (const endpoint of service.endpoints) {
      const name = fqdn(endpoint, suffix)
      if (endpoint.ingress === undefined || name === undefined || endpoint.name === undefined) continue
      if (!isLabel(endpoint.name)) throw bad('name', endpoint.name)
      if (!isLabel(service.id)) throw bad('service', service.id)
      if (!isUrlPath(endpoint.ingress)) throw bad('path', endpoint.ingress)
      if (parsePort(endpoint.target) === undefined) throw bad('port', String(endpoint.target))
      byName.set(name, [
        ...(byName.get(name) ?? []),
        { path: endpoint.ingress, service: service.id, port: endpoint.target },
      ])
    }
  }
  const blocks = [...byName]
    .sort(([one], [two]) => one.localeCompare(two))
    .map(([name, routes]) => {
      const locations = routes
        .sort((one, two) => two.path.length - one.path.length)
        .map(
          ({ path, service, port }) =>
            `  location ${path} {\n    set $up http://${service}:${port};\n    include /etc/nginx/snippets/proxy.conf;\n    proxy_pass $up;\n  }\n`,
        )
      return `server {\n  listen 80;\n  server_name ${name};\n${locations.join('')}}\n`
    })
  return `# Rendered from the catalog; edits are kept aside and replaced.\n${blocks.join('')}`
}

function bad(what: string, value: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${JSON.stringify(value)} is not a ${what} that the ingress can route.`,
  })
}
