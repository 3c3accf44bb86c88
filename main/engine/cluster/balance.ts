import { balancerWishes } from '../../model/balancers.ts'
import { troubleOf } from '../../model/errors.ts'
import { listenersOf } from '../../model/listeners.ts'
import type { RunContext } from '../run/context.ts'
import { clustersOf } from '../look/seen.ts'

/**
 * Gives every LoadBalancer of the clusters that run a loopback address, and leads it there; takes forwarders of those that
 * went. What cannot be given is told by rows: nothing else fails for it.
 */
export async function balance(context: RunContext): Promise<void> {
  const { adapters, settings, truth } = context
  if (context.isOthers() || !truth.observe.isNative()) return
  const taken = new Set(listenersOf(context.catalog()).map(({ address }) => address))
  const wishes = balancerWishes(truth.seen.clusters, settings.addresses, taken)
  for (const { cluster, balancer, address } of wishes) {
    const spec = clustersOf(context.catalog()).find(({ id }) => id === cluster)
    if (!spec) continue
    // One that went meanwhile needs none.
    await adapters.clusters
      .giveAddress(spec, balancer, address)
      .catch((error: unknown) => void troubleOf(error))
  }
  for (const id of new Set(wishes.map(({ cluster }) => cluster))) {
    const spec = clustersOf(context.catalog()).find((one) => one.id === id)
    if (spec) await truth.observe.cluster(spec)
  }
  if (wishes.length > 0 || (await context.balancersDiffer()))
    await context.reconcileForwards(
      () => undefined,
      () => 0,
    )
}
