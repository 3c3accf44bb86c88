import type { z } from 'zod'
import { isLabel } from '../../model/atoms.ts'
import type { ClusterPort, ClusterSpec } from '../../model/cluster.ts'
import { byCluster, clusterRow } from '../../model/cluster-id.ts'
import type { CatalogProblem, FixedForward } from '../../model/service.ts'
import { listenerKey } from '../../model/listeners.ts'
import { appEndpointOf, INGRESS_PORT } from './app-endpoint.ts'
import { firstIssue, parseFile, problemsOf, type CatalogFile, type Parsed } from './fragment.ts'
import type { Candidate } from './parse.ts'
import type { Marker } from '../kind/marker.ts'
import { appSchema, clusterSchema, kindSchema } from './schema.ts'

/** The x-macula block of a file that holds nothing else, checked by `schema`. */
function blockOf(parsed: Parsed): unknown {
  const value = parsed.value as { 'x-macula'?: unknown } | null
  return typeof value === 'object' && value !== null ? value['x-macula'] : undefined
}

/** The block of a file as `schema` wants it, or the first thing wrong with the file. */
function readBlock<T>(
  file: CatalogFile,
  parsed: Parsed | CatalogProblem,
  schema: z.ZodType<T>,
): { readonly data: T } | CatalogProblem {
  const problem = problemsOf(file)
  if (!isLabel(file.service))
    return problem('the folder’s name must be a label: 1 to 63 of a-z, 0-9 and inner hyphens')
  if ('reason' in parsed) return parsed
  const block = schema.safeParse(blockOf(parsed) ?? {})
  if (block.success) return { data: block.data }
  const { reason, at } = firstIssue(block.error, ['x-macula'], parsed)
  return problem(blockOf(parsed) === undefined ? 'it has no x-macula block' : reason, at)
}

export interface ClusterCandidate {
  readonly candidate: Candidate
  readonly cluster: ClusterSpec
  readonly forwards: readonly FixedForward[]
}

/**
 * Reads a cluster's folder: `file` is its cluster.yaml, `kind` its kind.yaml. `base`: the manifests it gets first; `made`: what
 * is written down of one that was made: it goes by its name until it is deleted, whatever its file says by now.
 * Returns what it describes, or the first thing wrong with it.
 */
export function parseCluster(
  file: CatalogFile,
  kind: CatalogFile,
  base: string,
  made?: Pick<Marker, 'name'>,
): ClusterCandidate | CatalogProblem {
  const problem = problemsOf(file)
  const parsed = parseFile(file)
  const block = readBlock(file, parsed, clusterSchema)
  if ('reason' in block) return block
  if ('reason' in parsed) return parsed
  const kindParsed = parseFile(kind)
  if ('reason' in kindParsed) return kindParsed
  const wrong = problemsOf(kind)
  const config = kindSchema.safeParse(kindParsed.value)
  if (!config.success) {
    const { reason, at } = firstIssue(config.error, [], kindParsed)
    return wrong(reason.replace(/^x-macula\.?/, ''), at)
  }
  const { name, nodes } = config.data
  const ports = nodes
    .flatMap((node) => node.extraPortMappings)
    .map(({ containerPort, hostPort, listenAddress, protocol }): ClusterPort => ({
      listen: containerPort,
      host: listenAddress,
      port: hostPort,
      ...(protocol === 'UDP' ? { protocol: 'udp' } : {}),
    }))
  const mapping = ports.find((one) => one.listen === INGRESS_PORT && one.protocol === undefined)
  const first = nodes[0]
  if (!mapping || !first)
    return wrong(
      `a node must publish the ingress: extraPortMappings: [{ containerPort: ${INGRESS_PORT}, hostPort: 8090, listenAddress: 127.0.0.1 }]`,
      kindParsed.at(['nodes', 0]),
    )
  const { title, purpose, order, reason, address, namespace, ingress } = block.data
  const cluster: ClusterSpec = {
    id: file.service,
    name: made?.name ?? name,
    image: first.image,
    address,
    host: mapping.host,
    port: mapping.port,
    ports: distinct(ports),
    namespace,
    ingress,
    config: kind.file,
    base,
  }
  return {
    cluster,
    forwards: cluster.ports.map((port) => ({
      address,
      ...port,
      tier: 'applications',
      cluster: file.service,
    })),
    candidate: {
      spec: {
        id: clusterRow(file.service),
        tier: 'applications',
        title,
        purpose,
        order,
        address,
        endpoints: [],
        needs: [],
        uses: [],
        env: {},
        runtime: { kind: 'cluster', reason, cluster },
        origin: file.origin,
        folder: file.folder,
        secrets: [],
        warnings: [],
      },
      wantsAddress: false,
      problemAt: (path, why) => problem(why, parsed.at(['x-macula', ...path])),
    },
  }
}

/** Several nodes may publish the same port of theirs; the cluster's address leads to the first. */
function distinct(ports: readonly ClusterPort[]): readonly ClusterPort[] {
  const key = ({ listen, protocol }: ClusterPort): string =>
    listenerKey({ address: '', port: listen, protocol })
  return ports.filter((port, index) => ports.findIndex((one) => key(one) === key(port)) === index)
}

/** Reads an application's app.yaml. Returns what it describes, or the first thing wrong with it. */
export function parseApp(
  file: CatalogFile,
  clusters: ReadonlyMap<string, ClusterSpec>,
  reasons: ReadonlyMap<string, string>,
): Candidate | CatalogProblem {
  const problem = problemsOf(file)
  const parsed = parseFile(file)
  const block = readBlock(file, parsed, appSchema)
  if ('reason' in block) return block
  if ('reason' in parsed) return parsed
  const { title, purpose, order, image, endpoints, needs, uses, env } = block.data
  const cluster = byCluster(clusters, block.data.cluster)
  if (!cluster)
    return problem(
      `there is no cluster ${block.data.cluster}${clusters.size > 0 ? `; there are: ${[...clusters.keys()].join(', ')}` : ''}`,
      parsed.at(['x-macula', 'cluster']),
    )
  return {
    spec: {
      id: file.service,
      tier: 'applications',
      title,
      purpose,
      order,
      address: cluster.address,
      endpoints: endpoints.map(appEndpointOf),
      needs: [...new Set([clusterRow(cluster.id), ...needs])],
      uses,
      env,
      runtime: {
        kind: 'cluster',
        reason: reasons.get(cluster.id) ?? '',
        cluster,
        app: { id: file.service, cluster: cluster.id, image, folder: file.folder },
      },
      origin: file.origin,
      folder: file.folder,
      secrets: [],
      warnings: [],
    },
    wantsAddress: false,
    problemAt: (path, reason) => problem(reason, parsed.at(['x-macula', ...path])),
  }
}
