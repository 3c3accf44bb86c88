import { balancerFronts, type BalancerFront } from './balancers.ts'
import { inert, isHostName, isUrlPath } from './atoms.ts'
import type { AppSeen, ClusterSeen, ClusterSpec, IngressSeen } from './cluster.ts'
import { clusterRow } from './cluster-id.ts'
import { sayFlux } from './flux.ts'
import { heededIngresses } from './found-hosts.ts'
import { namesOf } from './listeners.ts'
import { QUIC_PORT } from './protocol.ts'
import { currentPods, isOff } from './rungs/pod.ts'
import type { Catalog, EndpointSpec, Runtime, ServiceSpec } from './service.ts'

/** What nobody described and is in a cluster all the same: a row for each Ingress with a name under the suffix. */

type Clusters = ReadonlyMap<string, ClusterSeen>

interface Found {
  readonly row: ServiceSpec
  readonly cluster: string
  readonly ingress: IngressSeen
}

/** Behind the described applications. */
const ORDER = 10_000
const MAX_HOSTS = 12

/**
 * An id that nothing else has: of the Ingress' namespace and name, which only letters, digits, hyphens and dots are in. Several
 * may sound alike (c in a-b, b-c in a; or what was cut off): those carry the cluster, and from the second on a number.
 */
function idOf({ namespace, name }: IngressSeen, cluster: string, taken: ReadonlySet<string>): string {
  const plain = `${namespace}-${name}`.replaceAll(/[^a-z0-9-]/g, '-').slice(0, 60)
  if (!taken.has(plain)) return plain
  const more = `${plain}-${cluster}`
  if (!taken.has(more)) return more
  let number = 2
  while (taken.has(`${more}-${number}`)) number += 1
  return `${more}-${number}`
}

/** The path that opens a host: all of it, or the first part that is routed. */
function pathOf({ routes }: IngressSeen, host: string): string {
  const mine = routes.filter((route) => route === host || route.startsWith(`${host}/`))
  const path = mine.includes(host) ? '/' : (mine[0]?.slice(host.length) ?? '/')
  return isUrlPath(path) ? path : '/'
}

function endpointOf(ingress: IngressSeen, host: string, index: number, suffix: string): EndpointSpec {
  const path = pathOf(ingress, host)
  return {
    id: index === 0 ? 'web' : `web-${index + 1}`,
    name: host.slice(0, -suffix.length - 1),
    scheme: 'http',
    target: 80,
    clean: false,
    ingress: '/',
    open: path,
    ...(ingress.quiet === true ? { quiet: true as const } : {}),
    probe: { path, expect: [], headers: {} },
  }
}

/** The ports of UDP of the cluster's address that lead to the pods of an Ingress, by a LoadBalancer of them. */
function spokenBy(
  { namespace, selector, app }: IngressSeen,
  seen: ClusterSeen | undefined,
  fronts: readonly BalancerFront[],
  cluster: string,
): readonly number[] {
  if (seen?.kind !== 'up' || selector === undefined || app !== undefined) return []
  const mine = (seen.balancers ?? []).filter(
    (one) => one.app === undefined && one.namespace === namespace && one.selector === selector,
  )
  return fronts.flatMap((front) =>
    front.cluster === cluster &&
    front.protocol === 'udp' &&
    mine.some(({ ports }) => ports.some(({ nodePort }) => nodePort === front.toPort))
      ? [front.port]
      : [],
  )
}

/** What is spoken over UDP by the name of a host; whether it is answered, its pods decide. */
function portEndpoint(host: string, port: number, suffix: string): EndpointSpec {
  const scheme = port === QUIC_PORT ? 'quic' : 'udp'
  return {
    id: `${scheme}-${port}`,
    name: host.slice(0, -suffix.length - 1),
    scheme,
    target: port,
    listen: port,
    clean: false,
    quiet: true,
    probe: { path: '/', expect: [], headers: {} },
  }
}

/** What a person should know of hosts that get no name. */
function notesOf(hosts: readonly string[], others: readonly string[], more: number): readonly string[] {
  return [
    ...hosts.map(
      (host) =>
        `${inert(host)}: a wildcard gets no name by itself. Write the hosts that you use as rules of their own.`,
    ),
    ...others.map((host) => `${host} resolves to another cluster, whose Ingress has it too.`),
    ...(more > 0 ? [`${more} more of its hosts have names and are not shown.`] : []),
  ]
}

/**
 * The names that are spoken for: of everything described but applications that do not run. A stopped one, or one of ours that
 * was never put in, gives its hosts back to whatever in the cluster has them.
 */
function heldNames(catalog: Catalog, clusters: Clusters, suffix: string): ReadonlyMap<string, string> {
  const held = catalog.services.filter(({ runtime }) => {
    const seen = runtime.kind === 'cluster' && runtime.app ? clusters.get(runtime.cluster.id) : undefined
    if (seen?.kind !== 'up' || runtime.kind !== 'cluster') return true
    const app = seen.apps.get(runtime.app?.id ?? '')
    return app !== undefined && app.applied && !isOff(app)
  })
  return namesOf({ ...catalog, services: held }, suffix)
}

/** Everything found, in the order of the catalog's clusters, then by namespace and name. */
function allFound(catalog: Catalog, clusters: Clusters, suffix: string): readonly Found[] {
  const described = namesOf(catalog, suffix)
  const held = heldNames(catalog, clusters, suffix)
  const holders = new Map<string, string>()
  const ids = new Set(catalog.services.map(({ id }) => id))
  const fronts = balancerFronts(clusters, catalog.services)
  return catalog.services.flatMap(({ runtime, title: clusterTitle }): readonly Found[] => {
    if (runtime.kind !== 'cluster' || runtime.app) return []
    const { cluster } = runtime
    const { ingresses } = heededIngresses(clusters.get(cluster.id), held, suffix)
    return ingresses.flatMap((ingress): readonly Found[] => {
      const isDescribed = catalog.services.some(
        (one) => one.runtime.kind === 'cluster' && one.runtime.app && one.runtime.app.id === ingress.app,
      )
      const taken = isDescribed ? described : held
      const under = ingress.hosts.filter((host) => host.endsWith(`.${suffix}`) && !taken.has(host))
      const names = under.filter((host) => isHostName(host, 3))
      const mine = names.filter((host) => (holders.get(host) ?? cluster.id) === cluster.id)
      const wild = under.filter((host) => host.startsWith('*.') && isHostName(host.slice(2), 2))
      if (mine.length === 0 && (isDescribed || (wild.length === 0 && names.length === 0))) return []
      for (const host of mine) holders.set(host, cluster.id)
      const id = idOf(ingress, cluster.id, ids)
      ids.add(id)
      const shown = mine.slice(0, MAX_HOSTS)
      const notes = notesOf(
        wild,
        names.filter((host) => !mine.includes(host)),
        mine.length - shown.length,
      )
      const [host] = mine
      const spoken = host === undefined ? [] : spokenBy(ingress, clusters.get(cluster.id), fronts, cluster.id)
      const row: ServiceSpec = {
        id,
        tier: 'applications',
        title: inert(ingress.name),
        purpose: `Not described here: Ingress ${inert(`${ingress.namespace}/${ingress.name}`)} in ${clusterTitle}`,
        order: ORDER,
        address: cluster.address,
        endpoints: [
          ...shown.map((one, index) => endpointOf(ingress, one, index, suffix)),
          ...spoken.map((port) => portEndpoint(host ?? '', port, suffix)),
        ],
        needs: [clusterRow(cluster.id)],
        uses: [],
        env: {},
        runtime: foundRuntime(id, ingress, cluster, runtime.reason),
        origin: 'user',
        folder: '',
        secrets: [],
        warnings: ingress.flux ? [`${sayFlux(ingress.flux)}.`, ...notes] : notes,
      }
      return [{ row, cluster: cluster.id, ingress }]
    })
  })
}

function foundRuntime(id: string, ingress: IngressSeen, cluster: ClusterSpec, reason: string): Runtime {
  const { namespace, name, ignored, selector, flux } = ingress
  return {
    kind: 'cluster',
    reason,
    cluster,
    app: {
      id,
      cluster: cluster.id,
      image: '',
      folder: '',
      found: {
        namespace,
        ingress: name,
        ...(selector === undefined ? {} : { selector }),
        ...(ignored === undefined ? {} : { ignored }),
        ...(flux === undefined ? {} : { flux }),
      },
    },
  }
}

/** What a row of what was found is judged by: the pods behind its Services. */
function appOf({ ingress }: Found, seen: Extract<ClusterSeen, { kind: 'up' }>): AppSeen {
  const own = ingress.app === undefined ? undefined : seen.apps.get(ingress.app)
  if (own) return { ...own, hosts: ingress.routes }
  const base = { applied: true, takenUp: true, pods: ingress.pods, hosts: ingress.routes }
  const lasting = currentPods({ ...base, replicas: 0 }).length
  return { ...base, replicas: ingress.selector === undefined ? 0 : Math.max(1, lasting) }
}

/** A row for each Ingress that nobody described and that has a host under the suffix. */
export function foundRows(catalog: Catalog, clusters: Clusters, suffix: string): readonly ServiceSpec[] {
  return allFound(catalog, clusters, suffix).map(({ row }) => row)
}

/** The names of all hosts that were found, with the address of their cluster. */
export function foundNames(
  catalog: Catalog,
  clusters: Clusters,
  suffix: string,
): ReadonlyMap<string, string> {
  const held = heldNames(catalog, clusters, suffix)
  const described = new Set(
    catalog.services.flatMap(({ runtime }) =>
      runtime.kind === 'cluster' && runtime.app ? runtime.app.id : [],
    ),
  )
  const all = namesOf(catalog, suffix)
  const names = new Map<string, string>()
  for (const { runtime } of catalog.services) {
    if (runtime.kind !== 'cluster' || runtime.app) continue
    const { ingresses } = heededIngresses(clusters.get(runtime.cluster.id), held, suffix)
    for (const { hosts, app } of ingresses)
      for (const host of hosts)
        if (isHostName(host, 3) && host.endsWith(`.${suffix}`) && !held.has(host) && !names.has(host))
          // Its own, while it is stopped, stay the description's.
          if (app === undefined || !described.has(app) || !all.has(host))
            names.set(host, runtime.cluster.address)
  }
  return names
}

/** The catalog with rows for what was found behind its applications, and clusters that know of their pods. */
export function withFound(
  catalog: Catalog,
  clusters: Clusters,
  suffix: string,
): { readonly catalog: Catalog; readonly clusters: Clusters } {
  const found = allFound(catalog, clusters, suffix)
  if (found.length === 0) return { catalog, clusters }
  const last = catalog.services.map(({ tier }) => tier).lastIndexOf('applications')
  const services = [
    ...catalog.services.slice(0, last + 1),
    ...found.map(({ row }) => row),
    ...catalog.services.slice(last + 1),
  ]
  const filled = [...clusters].map(([id, seen]): readonly [string, ClusterSeen] => {
    const mine = found.filter((one) => one.cluster === id)
    if (seen.kind !== 'up' || mine.length === 0) return [id, seen]
    const apps = new Map([...seen.apps, ...mine.map((one) => [one.row.id, appOf(one, seen)] as const)])
    return [id, { ...seen, apps }]
  })
  return { catalog: { ...catalog, services }, clusters: new Map(filled) }
}
