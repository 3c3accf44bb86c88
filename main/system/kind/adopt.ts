import { rm } from 'node:fs/promises'
import type { ClusterPort, ClusterSpec } from '../../model/cluster.ts'
import { HUB } from '../../model/cluster-id.ts'
import { whyClusterLeft } from '../migration/whose-cluster.ts'
import type { KindContext } from './context.ts'
import { isIngress, publishedBy } from './published.ts'
import { ownKubeconfig, ownerOf, readMarker, removeMarker, writeMarker } from './marker.ts'
import type { Node } from './nodes.ts'

/** What the hub may be called by whoever made one before: the platform's older script, and an earlier version of ours. */
const ALSO: Readonly<Record<string, readonly string[]>> = { [HUB]: ['macula-dev', 'macula'] }
/** Ports as one text, whatever their order. */
const textOf = (ports: readonly ClusterPort[]): string =>
  ports
    .map(
      ({ listen, host, port, protocol = 'tcp', open }) => `${listen}/${protocol} ${open ? '' : host}:${port}`,
    )
    .toSorted()
    .join()

/** A cluster under another name that would be used in place of one that is not there; undefined: there is none. */
export async function standIn(
  context: KindContext,
  cluster: ClusterSpec,
): Promise<{ readonly name: string; readonly nodes: readonly Node[] } | undefined> {
  for (const name of ALSO[cluster.id] ?? []) {
    if (name === cluster.name) continue
    const nodes = await context.nodes({ ...cluster, name })
    if (!publishedBy(nodes).some(isIngress)) continue
    const folders = nodes.flatMap(({ mounts }) =>
      [...mounts.values()].filter((path) => path !== '/lib/modules' && path !== '/dev/mapper'),
    )
    // On a Docker that several people use only what is this person's is taken.
    const left = await whyClusterLeft(
      { name, folders, apiPorts: [] },
      { uid: process.getuid?.() ?? 0, env: context.env },
    )
    if (left === undefined) return { name, nodes }
  }
  return undefined
}

/**
 * Writes down how a cluster is there, where its description says otherwise: the ports that its nodes publish, which Docker
 * knows, and the name of one that somebody else made. `use`: it is about to be used, so that a cluster under another name takes
 * the place of one that is not there. Returns whether the catalog is to be read again.
 */
export async function settleCluster(
  context: KindContext,
  cluster: ClusterSpec,
  how: 'look' | 'use',
): Promise<boolean> {
  const { paths } = context
  const marker = await readMarker(paths, cluster.id)
  if (marker?.phase === 'creating' || marker?.phase === 'deleting') return false
  const nodes = await context.nodes(cluster)
  if (nodes.length > 0) {
    const ports = publishedBy(nodes)
    // One without a way to its ingress is told by its row.
    if (!ports.some(isIngress) || textOf(ports) === textOf(cluster.ports)) return false
    const phase = ownerOf(marker, nodes) === 'ours' ? 'made' : 'adopted'
    const ids = phase === 'made' ? (marker?.nodes ?? []) : nodes.map(({ id }) => id)
    await writeMarker(paths, cluster.id, {
      name: cluster.name,
      phase,
      at: marker?.at ?? context.now(),
      nodes: ids,
      ports: [...ports],
    })
    return true
  }
  if (marker?.phase === 'adopted') {
    // Whoever made it removed it: its description holds again.
    await forgetAdopted(context, cluster)
    return true
  }
  const found = how === 'use' && marker === undefined ? await standIn(context, cluster) : undefined
  if (!found) return false
  await forgetAdopted(context, cluster)
  await writeMarker(paths, cluster.id, {
    name: found.name,
    phase: 'adopted',
    at: context.now(),
    nodes: found.nodes.map(({ id }) => id),
    ports: [...publishedBy(found.nodes)],
  })
  return true
}

async function forgetAdopted(context: KindContext, cluster: ClusterSpec): Promise<void> {
  context.forget(cluster)
  await rm(ownKubeconfig(context.paths, cluster.id), { force: true })
  await removeMarker(context.paths, cluster.id)
}
