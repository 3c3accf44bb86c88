import type { z } from 'zod'
import { isLabel } from '../../model/atoms.ts'
import { isOpenThere, type ClusterPort, type ClusterSpec } from '../../model/cluster.ts'
import { byCluster, clusterRow } from '../../model/cluster-id.ts'
import type { CatalogProblem, FixedForward } from '../../model/service.ts'
import { appEndpointOf } from './app-endpoint.ts'
import { isIngress } from '../kind/published.ts'
import { parseKindFile } from './kind-file.ts'
import { firstIssue, parseFile, problemsOf, type CatalogFile, type Parsed } from './fragment.ts'
import type { Candidate } from './parse.ts'
import { checkedBy } from './ready.ts'
import type { Marker } from '../kind/marker.ts'
import { appSchema, clusterSchema } from './schema.ts'

/** The x-macula block of a file that holds nothing else, checked by `schema`. */
function blockOf(parsed: Parsed): unknown {
  const value = parsed.value as { 'x-macula'?: unknown } | null
  return typeof value === 'object' && value !== null ? value['x-macula'] : undefined
}

/** The block of a file as `schema` wants it, or the first thing wrong with the file. */
function readBlock<T>(
  file: CatalogFile,
  parsed: Parsed | CatalogProblem,
  [name, schema]: readonly [name: string, schema: z.ZodType<T>],
): { readonly data: T } | CatalogProblem {
  const problem = problemsOf(file)
  if (!isLabel(file.service))
    return problem('the folder’s name must be a label: 1 to 63 of a-z, 0-9 and inner hyphens')
  if ('reason' in parsed) return parsed
  const block = checkedBy(name, schema, file.text, blockOf(parsed) ?? {})
  if (block.success) return { data: block.data }
  const { reason, at } = firstIssue(block.error, ['x-macula'], parsed)
  return problem(blockOf(parsed) === undefined ? 'it has no x-macula block' : reason, at)
}

export interface ClusterCandidate {
  readonly candidate: Candidate
  readonly cluster: ClusterSpec
  readonly forwards: readonly FixedForward[]
}

/** What is not in a cluster's folder. */
export interface AroundCluster {
  /** The manifests it gets first. */
  readonly base: string
  /** Node image where its kind.yaml names none. */
  readonly image: string
  /** Its id in earlier versions; absent: it had none, or another cluster has it now. */
  readonly before?: string | undefined
  /** What is written down of one that is there: it goes by its name and ports until it is deleted, whatever its files say by now. */
  readonly made: Pick<Marker, 'name' | 'ports'> | undefined
}

/**
 * Reads a cluster's folder: `file` is its cluster.yaml, `kind` its kind.yaml. Returns what it describes, or what is wrong with
 * it: of kind.yaml each line that cannot be taken.
 */
export function parseCluster(
  file: CatalogFile,
  kind: CatalogFile,
  around: AroundCluster,
): ClusterCandidate | readonly CatalogProblem[] {
  const problem = problemsOf(file)
  const parsed = parseFile(file)
  const block = readBlock(file, parsed, ['cluster', clusterSchema])
  if ('reason' in block) return [block]
  if ('reason' in parsed) return [parsed]
  const told = parseKindFile(kind)
  if (!('name' in told)) return told
  const { made } = around
  const ports = made?.ports?.map(({ protocol, open, ...one }): ClusterPort => ({
    ...one,
    ...(protocol ? { protocol } : {}),
    ...(open ? { open } : {}),
  }))
  const way = ports?.find(isIngress) ?? told.ingress
  const { title, purpose, order, reason, address, namespace, ingress } = block.data
  const cluster: ClusterSpec = {
    id: file.service,
    name: made?.name ?? told.name,
    image: told.image ?? around.image,
    ...(around.before === undefined ? {} : { before: around.before }),
    address,
    host: way.host,
    port: way.port,
    ports: ports ?? told.ports,
    namespace,
    ingress,
    config: kind.file,
    base: around.base,
  }
  return {
    cluster,
    forwards: cluster.ports
      .filter((port) => !isOpenThere(port))
      .map(({ listen, host, port, protocol }) => ({
        address,
        listen,
        host,
        port,
        ...(protocol ? { protocol } : {}),
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
        warnings: told.notes,
      },
      wantsAddress: false,
      problemAt: (path, why) => problem(why, parsed.at(['x-macula', ...path])),
    },
  }
}

/** Reads an application's app.yaml. Returns what it describes, or the first thing wrong with it. */
export function parseApp(
  file: CatalogFile,
  clusters: ReadonlyMap<string, ClusterSpec>,
  reasons: ReadonlyMap<string, string>,
): Candidate | CatalogProblem {
  const problem = problemsOf(file)
  const parsed = parseFile(file)
  const block = readBlock(file, parsed, ['app', appSchema])
  if ('reason' in block) return block
  if ('reason' in parsed) return parsed
  const { title, purpose, order, image, endpoints, metrics, needs, uses, env } = block.data
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
        app: {
          id: file.service,
          cluster: cluster.id,
          image,
          folder: file.folder,
          ...(metrics === undefined ? {} : { metrics }),
        },
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
