import { balancerWishes } from '../../model/balancers.ts'
import { troubleOf } from '../../model/errors.ts'
import { ingressesIn } from '../../model/found-hosts.ts'
import { listenersOf } from '../../model/listeners.ts'
import type { RunContext } from '../run/context.ts'
import { serveFound } from '../run/found-names.ts'
import { clustersOf } from '../look/seen.ts'

/**
 * Lets WebSockets pass for Ingresses that came since the last start, in clusters that cannot do so by themselves (Kubernetes before
 * 1.36, or a base of a person's own). What cannot be written is tried again with the next change.
 */
export async function passWebsockets(context: RunContext): Promise<void> {
  const { adapters, truth } = context
  if (context.isOthers()) return
  for (const spec of clustersOf(context.catalog()))
    if (ingressesIn(truth.seen.clusters.get(spec.id)).some((one) => one.lacksWebsockets))
      await adapters.clusters.passWebsockets(spec).catch((error: unknown) => void troubleOf(error))
}

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
  // The names that they ask for lead to the addresses that they just got.
  if (wishes.length > 0) await serveFound(context)
  if (wishes.length > 0 || (await context.balancersDiffer()))
    await context.reconcileForwards(
      () => undefined,
      () => 0,
    )
}
