import { clusterOfRow, nextPeer } from '../../model/cluster-id.ts'
import { NODE_DISK, NODE_IMAGE, NODE_MEMORY } from '../../model/cluster-price.ts'
import { sayBytes, sayCount, sayList } from '../../model/say.ts'
import type { RunContext } from '../run/context.ts'
import { clustersOf } from '../look/seen.ts'
import type { ClusterAsk } from './wanted.ts'

/**
 * Looks how clusters are there: ports that they publish, which Docker knows, and names by which they are known. `use`: those
 * that were asked for are about to be used, so that one which somebody else made may take the place of one that is not there.
 * Returns whether the catalog was read again.
 */
export async function settleClusters(
  context: RunContext,
  how: 'look' | 'use',
  ids: readonly string[] = clustersOf(context.catalog()).map(({ id }) => id),
): Promise<boolean> {
  let changed = false
  const all = clustersOf(context.catalog())
  const { clusters } = context.adapters
  for (const settle of [
    ...all
      .filter(({ id }) => ids.includes(id))
      .map((cluster) => async () => await clusters.settle(cluster, how)),
    async () => await clusters.forgetLost(all.map(({ id }) => id)),
  ])
    try {
      changed = (await settle()) || changed
    } catch {
      // What Docker does not tell now is told by the look that follows.
    }
  if (changed) await context.reread()
  return changed
}

/** What is told before clusters are created: memory and disk; nothing when none is. */
export async function priceOf(
  { adapters, truth }: RunContext,
  asks: readonly ClusterAsk[],
): Promise<string | undefined> {
  const made = asks.filter(({ cluster }) => {
    const seen = truth.seen.clusters.get(cluster.id)
    return seen === undefined || seen.kind === 'absent'
  })
  if (made.length === 0) return undefined
  const memory = made.length * NODE_MEMORY
  const free = truth.observe.isNative() ? await adapters.clusters.memory() : undefined
  const each = made.length === 1 ? '' : ` (${sayBytes(NODE_MEMORY)} each)`
  const there = free === undefined ? '' : `; ${sayBytes(free)} is free`
  const short =
    free !== undefined && free < memory
      ? ' That is not enough: pods will be ended, or the machine gets slow.'
      : ''
  return `To be created: ${sayList(
    made.map(({ row }) => row.title),
    9,
  )}. ${sayCount(made.length, 'cluster')} of one node: about ${sayBytes(memory)} of memory${each}${there}; about ${sayBytes(made.length * NODE_DISK)} of disk, and the node image (${sayBytes(NODE_IMAGE)}) once.${short}`
}

/**
 * Describes peers that were asked for and are not described yet; `next`: the first that is not. Another process may have described
 * some since the catalog was read, so that it is read again first; its caller has the lock. Returns their ids.
 */
export async function addPeers(
  context: RunContext,
  ids: readonly string[] | 'next',
): Promise<readonly string[]> {
  await context.reread()
  const known = (): readonly string[] =>
    context.catalog().services.flatMap(({ id }) => clusterOfRow(id) ?? [])
  const wanted = ids === 'next' ? [nextPeer(known())] : ids
  for (const id of wanted) {
    if (known().includes(id)) continue
    await context.adapters.clusters.describe(id, context.catalog())
    await context.reread()
  }
  return wanted
}
