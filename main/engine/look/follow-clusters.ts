import type { ClusterSpec } from '../../model/cluster.ts'
import { clusterRow } from '../../model/cluster-id.ts'
import { coalesce } from '../../model/coalesce.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import type { Adapters } from '../adapters.ts'
import type { Observer } from './observe.ts'
import { clustersOf, type Seen } from './seen.ts'

/** Keeps what was seen of clusters true: what their nodes and API servers tell, for as long as somebody watches. */
export function clusterFollower(truth: {
  readonly adapters: Adapters
  readonly catalog: () => Catalog
  readonly seen: Seen
  readonly observe: Observer
  readonly rows: () => readonly ServiceSpec[]
  /** Looks again at some services. */
  readonly again: (ids: readonly string[]) => Promise<void>
  readonly publish: () => void
  readonly onDrift: () => void
  readonly onNames: () => void
  readonly isWatched: () => boolean
}): (signal: AbortSignal | undefined) => void {
  const { adapters, catalog, seen, observe, rows, again, publish, onDrift, onNames, isWatched } = truth
  /** The nodes of each cluster as they were when what they know of the outside was put right. */
  const settled = new Map<string, string>()

  const nodesOf = (id: string): string => {
    const found = seen.clusters.get(id)
    const nodes = found && 'nodes' in found ? found.nodes : []
    // While its API server does not answer, its nodes can be told nothing: they are when it does.
    const told = found?.kind === 'down' ? 'down ' : ''
    return `${told}${nodes.map(({ id: node, running, address }) => `${node} ${running} ${address}`).join()}`
  }

  /** A node or an object of a cluster changed: the cluster is read whole, which is a few quick questions. */
  async function changed(cluster: ClusterSpec): Promise<void> {
    await observe.cluster(cluster)
    publish()
    onNames()
    const nodes = nodesOf(cluster.id)
    // The first time too: a cluster may have been there before, without what its nodes are to know.
    if (nodes !== (settled.get(cluster.id) ?? '') && !seen.acting.has(clusterRow(cluster.id))) onDrift()
    settled.set(cluster.id, nodes)
    void ask(cluster.id).catch(() => undefined)
  }

  /** Asks what is in a cluster whether it answers; never waited for by the next change, which may be a new name. */
  const ask = coalesce(
    async (id: string) => {
      if (!isWatched()) return
      const inside = rows().filter(({ runtime }) => runtime.kind === 'cluster' && runtime.cluster.id === id)
      await again(inside.map((row) => row.id))
    },
    (id) => id,
  )

  /** Those that are followed, by what they are described as: one that is described anew is another. */
  let followed = new Map<string, AbortController>()

  /**
   * Follows every cluster of the catalog until `signal` aborts; at most one look under way and one owed for each. Called again
   * when the catalog is another one: what came is followed then, and what went no more.
   */
  return (signal) => {
    if (!signal || signal.aborted) return
    const before = followed
    followed = new Map()
    for (const cluster of clustersOf(catalog())) {
      const key = JSON.stringify(cluster)
      const known = before.get(key)
      const own = known && !known.signal.aborted ? known : new AbortController()
      followed.set(key, own)
      before.delete(key)
      if (own === known) continue
      signal.addEventListener('abort', () => own.abort(), { once: true })
      const changedOnce = coalesce(async () => {
        if (!own.signal.aborted) await changed(cluster)
      })
      const onChange = (): void => void changedOnce().catch(() => undefined)
      void adapters.clusters.watch(cluster, { signal: own.signal, onChange })
    }
    for (const gone of before.values()) gone.abort()
  }
}
