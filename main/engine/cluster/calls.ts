import type { AppSpec, ClusterEvent, ClusterSeen, KubeconfigView, PodSeen } from '../../model/cluster.ts'
import { placeOfApp } from '../../model/kubectl-lines.ts'
import { isPeer } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { RunContext } from '../run/context.ts'
import { followRoutes } from '../run/routes.ts'
import { clusterRemove } from './down.ts'
import { needKindAndImages, needOurs, type AskedCluster } from './removable.ts'
import { asksOf, type ClusterAsk } from './wanted.ts'

type Tell = (event: StepEvent) => void

/** What is asked of single clusters. `settle`: tells those that run what they are to know of the outside. */
export function createClusterCalls(context: RunContext, settle: () => Promise<void>) {
  const { adapters, truth } = context

  /** Milliseconds since it was asked for. */
  const clock = (): (() => number) => {
    const began = adapters.clock.now()
    return () => adapters.clock.now() - began
  }

  function askFor(id: string): ClusterAsk {
    const all = asksOf(
      context.catalog(),
      context.catalog().services.map((one) => one.id),
    )
    const found = all.find(({ row }) => row.id === id) ?? all.find(({ cluster }) => cluster.id === id)
    const [ask] = found ? asksOf(context.catalog(), [found.row.id]) : []
    if (ask) return ask
    throw new MaculaError({
      kind: 'usage',
      what: `There is no cluster ${id}.`,
      todo: `There are: ${all.map(({ cluster }) => cluster.id).join(', ')}.`,
    })
  }

  async function look(id: string): Promise<{ readonly ask: ClusterAsk; readonly seen: ClusterSeen }> {
    const ask = askFor(id)
    await truth.observe.docker()
    await context.needDocker('no cluster can be inspected')
    // Forwarders are put right afterwards: what is wanted and what runs must be known then.
    await Promise.all([truth.observe.containers(), truth.observe.wanted()])
    await truth.observe.cluster(ask.cluster)
    return { ask, seen: truth.seen.clusters.get(ask.cluster.id) ?? { kind: 'absent', wasMade: false } }
  }

  const asked = {
    async remove(id: string, tell: Tell): Promise<RunResult> {
      const elapsed = clock()
      const { ask } = await look(id)
      const result = await clusterRemove(context, ask, tell, elapsed)
      if (result.ok && isPeer(ask.cluster.id)) {
        await adapters.clusters.forget(ask.cluster.id)
        await context.reread()
      }
      // The pods of the others are led to it no more.
      if (result.ok) await settle().catch(() => undefined)
      await followRoutes(context)
      await context.reconcileForwards(tell, elapsed)
      await context.idle()
      await truth.outside()
      truth.publish()
      return result
    },
    async removable(ids: readonly string[]): Promise<void> {
      const all: AskedCluster[] = []
      for (const id of ids) all.push(await look(id))
      needOurs(all)
    },
    async makeable(ids: readonly string[], tell: Tell, signal: AbortSignal): Promise<void> {
      const all: AskedCluster[] = []
      for (const id of ids) all.push(await look(id))
      await needKindAndImages(context, all, tell, clock(), signal)
    },
    async kubeconfig(id: string): Promise<KubeconfigView> {
      const row = context.catalog().services.find((one) => one.id === id)?.runtime
      const app = row?.kind === 'cluster' ? row.app : undefined
      const { ask, seen } = await look(row?.kind === 'cluster' ? row.cluster.id : id)
      const view = await adapters.clusters.kubeconfig(ask.cluster)
      if (!app) return view
      return { ...view, app: placeOfApp(ask.cluster, app, podsOf(seen, app)) }
    },
    async events(id: string): Promise<readonly ClusterEvent[]> {
      const app = context.catalog().services.find((one) => one.id === id)?.runtime
      const { seen } = await look(app?.kind === 'cluster' ? app.cluster.id : id)
      if (seen.kind !== 'up') return []
      return app?.kind === 'cluster' && app.app
        ? seen.events.filter((event) => event.app === app.app?.id)
        : seen.events
    },
  }
  return { look, asked }
}

/** The pods of an application as its cluster was just seen; of one that was found, those behind its Ingress. */
function podsOf(seen: ClusterSeen, app: AppSpec): readonly PodSeen[] {
  if (seen.kind !== 'up') return []
  const { found } = app
  if (!found) return seen.apps.get(app.id)?.pods ?? []
  return (
    seen.ingresses?.find((one) => one.namespace === found.namespace && one.name === found.ingress)?.pods ?? []
  )
}
