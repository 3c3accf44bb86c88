import { rm } from 'node:fs/promises'
import type { ClusterPort, ClusterSpec } from '../../model/cluster.ts'
import { HUB } from '../../model/cluster-id.ts'
import { whyClusterLeft } from '../migration/whose-cluster.ts'
import { allMarkers, describedName, describedNames, isClaimed } from './claims.ts'
import type { KindContext } from './context.ts'
import { settleKeptBefore } from './kept-before.ts'
import { isIngress, publishedBy } from './published.ts'
import { ownKubeconfig, ownerOf, readMarker, removeMarker, writeMarker, type Marker } from './marker.ts'
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

/** Nodes of a create that was killed may come this long after it began (ms): until then nothing takes its place. */
const LATE_MS = 60_000

/**
 * A cluster under another name that would be used in place of one that is not there; undefined: there is none. `marker`: what is
 * written down of the one that is not there: its nodes are gone, so it stands in nobody's way.
 */
export async function standIn(
  context: KindContext,
  cluster: ClusterSpec,
  marker: Marker | undefined,
): Promise<{ readonly name: string; readonly nodes: readonly Node[] } | undefined> {
  if (marker?.phase === 'creating' && context.now() - marker.at < LATE_MS) return undefined
  for (const name of ALSO[cluster.id] ?? []) {
    if (name === cluster.name) continue
    const nodes = await context.nodes({ name })
    if (!publishedBy(nodes).some(isIngress)) continue
    if (await isClaimed(context.paths, cluster.id, name, nodes)) continue
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
  if (await settleKeptBefore(context, cluster, marker)) return true
  const nodes = await context.nodes(cluster)
  if (nodes.length > 0) return await settleThere(context, cluster, marker, nodes)
  let own = cluster
  if (marker?.phase === 'adopted') {
    // Whoever made it removed it: its description holds again.
    await forgetAdopted(context, cluster.id)
    own = { ...cluster, name: (await describedName(cluster.config)) ?? cluster.name }
    if (how === 'look' || (await context.nodes(own)).length > 0) return true
  }
  const found = how === 'use' ? await standIn(context, own, marker) : undefined
  if (!found) return marker?.phase === 'adopted'
  await forgetAdopted(context, cluster.id)
  await writeMarker(paths, cluster.id, {
    name: found.name,
    phase: 'adopted',
    at: context.now(),
    nodes: found.nodes.map(({ id }) => id),
    ports: [...publishedBy(found.nodes)],
  })
  return true
}

/** Of one that is there. */
async function settleThere(
  context: KindContext,
  cluster: ClusterSpec,
  marker: Marker | undefined,
  nodes: readonly Node[],
): Promise<boolean> {
  if (marker?.phase === 'creating' || marker?.phase === 'deleting') return false
  if (marker?.phase === 'adopted' && (await isGivenBack(context, cluster, marker))) {
    await forgetAdopted(context, cluster.id)
    return true
  }
  const ports = publishedBy(nodes)
  // One without a way to its ingress is told by its row.
  if (!ports.some(isIngress) || textOf(ports) === textOf(cluster.ports)) return false
  const phase = ownerOf(marker, nodes) === 'ours' ? 'made' : 'adopted'
  const ids = phase === 'made' ? (marker?.nodes ?? []) : nodes.map(({ id }) => id)
  await writeMarker(context.paths, cluster.id, {
    name: cluster.name,
    phase,
    at: marker?.at ?? context.now(),
    nodes: ids,
    ports: [...ports],
  })
  return true
}

/** Whether a cluster that stands in for one of another name has a description of its own by now: who wrote that means it. */
async function isGivenBack({ paths }: KindContext, cluster: ClusterSpec, { name }: Marker): Promise<boolean> {
  const described = await describedNames(paths)
  return (
    (await describedName(cluster.config)) !== name &&
    [...described].some(([other, own]) => other !== cluster.id && own === name)
  )
}

/**
 * Forgets clusters of somebody else that are gone, where no row could do so: their description cannot be used, or is gone too.
 * `known`: ids that have a row. Returns whether any was.
 */
export async function forgetLost(context: KindContext, known: readonly string[]): Promise<boolean> {
  let changed = false
  for (const [id, { name, phase }] of await allMarkers(context.paths)) {
    if (phase !== 'adopted' || known.includes(id) || (await context.nodes({ name })).length > 0) continue
    await forgetAdopted(context, id)
    changed = true
  }
  return changed
}

async function forgetAdopted(context: KindContext, id: string): Promise<void> {
  context.forget({ id })
  await rm(ownKubeconfig(context.paths, id), { force: true })
  await removeMarker(context.paths, id)
}
