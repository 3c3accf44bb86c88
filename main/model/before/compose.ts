/** By what the platform's own Compose project is known, whatever folder it was started from (its published compose file). */
import type { ComposeProjectSeen, OldContainer } from '../migration.ts'

/** The names that its containers are given. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'macula-registry',
  'macula-registry-ui',
  'macula-nginx-ingress',
  'macula-dns-postgres',
  'macula-powerdns',
  'macula-powerdns-admin',
  'macula-prometheus',
  'macula-grafana',
  'macula-loki',
  'macula-tempo',
  'macula-portal',
  'macula-excalidraw',
  'macula-timescaledb',
  'macula-minio',
])

/** The name of its network in its compose file; Docker knows it as PROJECT_macula-infra. */
const NETWORK = 'macula-infra'

/** Whether a container has one of the platform's own names. */
export function isPlatformContainer(name: string): boolean {
  return CONTAINERS.has(name)
}

/**
 * Whether a Compose project is the platform's: it has the platform's network and one of its containers, or two of its
 * containers, or is nothing but that network any more. One container of such a name alone may be anybody's.
 */
export function isPlatform({ project, containers, networks }: ComposeProjectSeen): boolean {
  const known = containers.filter(({ name }) => CONTAINERS.has(name)).length
  const network = networks.some(({ name }) => name === `${project}_${NETWORK}`)
  return known >= 2 || (network && (known > 0 || containers.length === 0))
}

/** "port 80 of all addresses", "port 53/udp of 127.0.0.1": what its containers publish, each once, by number. */
export function sayPorts(containers: readonly OldContainer[]): readonly string[] {
  const all = containers.flatMap(({ ports }) => ports).sort((one, two) => one.port - two.port)
  return [
    ...new Set(
      all.map(
        ({ address, port, protocol }) =>
          `port ${port}${protocol === 'udp' ? '/udp' : ''} of ${isEvery(address) ? 'all addresses' : address}`,
      ),
    ),
  ]
}

/** Whether an address stands for all of the machine. */
export function isEvery(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::'
}

/**
 * Their order of stopping: what needs others before what it needs, as `compose down` does it. `needs`: the services that each
 * service depends on (the label com.docker.compose.depends_on). A circle, which Compose refuses, is taken as it comes.
 */
export function stopOrder<T extends { readonly service: string; readonly needs: readonly string[] }>(
  all: readonly T[],
): readonly T[] {
  const ordered: T[] = []
  const visit = (one: T, way: readonly T[]): void => {
    if (ordered.includes(one) || way.includes(one)) return
    for (const other of all) if (other.needs.includes(one.service)) visit(other, [...way, one])
    ordered.push(one)
  }
  for (const one of all) visit(one, [])
  return ordered
}

/**
 * What a plan of now does beyond the one that was shown, of effects as compose.ts says them. What was to be stopped and removed
 * may be stopped by now: removing it is no more than that. Lines about what stays are no deeds.
 */
export function beyondShown(shown: readonly string[], now: readonly string[]): readonly string[] {
  return now.filter((effect) => {
    const isDeed = effect.startsWith('container ') || effect.startsWith('network ')
    return (
      isDeed &&
      !shown.includes(effect) &&
      !shown.includes(effect.replace(/ is removed$/, ' is stopped and removed'))
    )
  })
}
