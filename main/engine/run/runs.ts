import { clusterUpLine } from '../../model/cluster-id.ts'
import { CLUSTER_PRICE } from '../../model/cluster-price.ts'
import { sayThe } from '../../model/say.ts'
import { INTERRUPTED, type RunResult, type StepEvent } from '../../model/run.ts'
import { neededBy, withNeeds } from '../../model/graph.ts'
import { orphansOf } from '../../model/causes/orphans.ts'
import { POWERDNS } from '../../model/service.ts'
import { rowOf } from '../picked.ts'
import { down } from './down.ts'
import { everything } from './everything.ts'
import { keepUnhealthy } from './failures.ts'
import type { RunContext } from './context.ts'
import { leftAsTheyAre, whyNotStartable } from './startable.ts'
import type { Targets } from '../engine.ts'
import { orphansDown } from './orphans.ts'
import { unwant } from './unwant.ts'
import { up } from './up.ts'
import { serveFound } from './found-names.ts'
import { needFiles } from './way.ts'
import { createClusterCalls } from '../cluster/calls.ts'
import { appsRestart, clusterDown } from '../cluster/down.ts'
import { clusterInside, clusterUp, nodeWish } from '../cluster/up.ts'
import { priceOf, settleClusters } from '../cluster/standing.ts'
import { followRoutes } from './routes.ts'
import { refusePartial } from './partial.ts'
import { forgetTaking } from './backup/taking.ts'
import { balance } from '../cluster/balance.ts'
import { sayBeside } from './beside.ts'
import { sayLeftover } from './leftover.ts'
import { asksOf, containersFor, isEverything, type ClusterAsk } from '../cluster/wanted.ts'

type Tell = (event: StepEvent) => void

const nothing: RunResult = { ok: true, done: [], failed: [], skipped: [], ms: 0 }

/** Several results as one. */
function joined(results: readonly RunResult[], ms: number): RunResult {
  return {
    ok: results.every(({ ok }) => ok),
    done: results.flatMap(({ done }) => done),
    failed: results.flatMap(({ failed }) => failed),
    skipped: results.flatMap(({ skipped }) => skipped),
    ms,
  }
}

/** Starting, stopping and removing over both kinds of what runs: containers of the stack, and clusters. */
export function createRuns(context: RunContext) {
  const { adapters, truth } = context
  const clock = (): (() => number) => {
    const began = adapters.clock.now()
    return () => adapters.clock.now() - began
  }
  const containersOf = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => context.catalog().services.find((one) => one.id === id)?.runtime.kind === 'container')

  /** The ids that are meant; what "all" leaves out is said. */
  async function meant(targets: Targets, tell: Tell, elapsed: () => number): Promise<readonly string[]> {
    if (targets !== 'all') return targets
    await truth.observe.clusters()
    const { ids, left } = everything(context.catalog(), truth.seen.clusters)
    for (const { title, runtime } of left)
      tell({
        kind: 'note',
        quiet: true,
        ms: elapsed(),
        says: `${title} is not set up, so it was not started. ${clusterUpLine(runtime.cluster.id)} creates it in some minutes; it takes ${CLUSTER_PRICE}.`,
      })
    return ids
  }

  /** The clusters that are asked for, as they are there: one that somebody else made takes its place, and what is made has a price. */
  async function settled(
    ids: readonly string[],
    tell: Tell,
    elapsed: () => number,
    how: 'look' | 'use',
  ): Promise<readonly ClusterAsk[]> {
    const before = asksOf(context.catalog(), ids)
    if (before.length === 0) return before
    const say = (says: string): void => tell({ kind: 'note', ms: elapsed(), says })
    await settleClusters(
      context,
      how,
      before.map(({ cluster }) => cluster.id),
    )
    const asks = asksOf(context.catalog(), ids)
    for (const { cluster, row } of asks) {
      await truth.observe.cluster(cluster)
      const was = before.find((one) => one.cluster.id === cluster.id)?.cluster.name
      if (was !== undefined && was !== cluster.name && truth.seen.clusters.get(cluster.id)?.kind !== 'absent')
        say(
          `${cluster.name} exists already, created by somebody else: it is used as ${sayThe(row.title)}, with what is in it.`,
        )
    }
    const price = await priceOf(context, asks)
    if (price !== undefined) tell({ kind: 'note', quiet: true, ms: elapsed(), says: price })
    return asks
  }

  async function start(
    targets: Targets,
    tell: Tell,
    signal: AbortSignal,
    /** anew: containers are made anew; own: no cluster of somebody else's takes the place of one that is not there. */
    how?: 'anew' | 'own',
  ): Promise<RunResult> {
    const elapsed = clock()
    await needFiles(adapters.host)
    await truth.observe.docker()
    await context.needDocker()
    const ids = await meant(targets, tell, elapsed)
    // What they need starts with them.
    await refusePartial(context, withNeeds(context.catalog().services, ids))
    await truth.observe.wanted()
    const isFirst = truth.seen.wanted.size === 0
    const note = (says: string | undefined): void => {
      if (says !== undefined) tell({ kind: 'note', ms: elapsed(), says })
    }
    const asks = await settled(ids, tell, elapsed, how === 'own' ? 'look' : 'use')
    // Who else is there is read while all is prepared.
    const beside = sayBeside(context, ids).then(note)
    const apps = asks.flatMap((ask) => ask.apps.map(({ id }) => id))
    const containers = [...new Set([...containersOf(ids), ...containersFor(context.catalog(), apps)])]
    const results = [
      containers.length > 0
        ? await up(context, containers, tell, signal, { anew: how === 'anew', isDockerSeen: true })
        : nothing,
    ]
    await beside
    if (containers.length === 0 && asks.length > 0) {
      await Promise.all([truth.observe.containers(), context.names(tell, elapsed)])
      await followRoutes(context)
    }
    for (const ask of asks) {
      // What was interrupted does not begin with a cluster, which takes minutes.
      const left = [ask.row, ...ask.apps].map(({ id: service }) => ({ service, because: INTERRUPTED }))
      results.push(
        signal.aborted
          ? { ...nothing, ok: false, skipped: left }
          : await clusterUp({ context, ask, tell, elapsed, signal }),
      )
    }
    // Of clusters that were not asked for only what they know of the outside; a failure there is told by their rows.
    await settle().catch(() => undefined)
    if (asks.length > 0) {
      await truth.outside()
      await serveFound(context)
    }
    await forgetTaking(context, containers)
    truth.publish()
    const result = joined(results, elapsed())
    if (isFirst && !result.ok && !signal.aborted) note(await sayLeftover(context, ids).catch(() => undefined))
    return result
  }

  async function stop(
    named: readonly string[],
    options: { readonly also: boolean; readonly remove: boolean; readonly keepWanted?: boolean },
    tell: Tell,
    signal: AbortSignal,
  ): Promise<RunResult> {
    const elapsed = clock()
    await truth.observe.docker()
    await context.needDocker()
    await Promise.all([truth.observe.containers(), truth.observe.wanted()])
    const ids = options.also ? [...named, ...neededBy(context.catalog().services, named)] : named
    const { services } = context.catalog()
    const orphans = orphansOf(services, truth.seen.containers)
    const strangers = ids.filter((id) => services.every((one) => one.id !== id))
    // One that is neither in the catalog nor there is not known.
    for (const id of strangers)
      if (orphans.every(({ service }) => service !== id)) rowOf(context.catalog(), id)
    const isAll = isEverything(context.catalog(), ids) && options.keepWanted !== true
    const lost = orphans.filter(({ service }) => isAll || strangers.includes(service))
    const results =
      lost.length === 0 ? [] : [await orphansDown(context, lost, options.remove, tell, elapsed, signal)]
    // Clusters first: what is in them uses what is outside.
    results.push(await clusterDown(context, ids, options, tell, elapsed))
    const containers = containersOf(ids)
    // A stopped node that is a member would not start again once the network was made anew.
    if (options.remove && isAll)
      for (const { cluster } of asksOf(context.catalog(), ids)) await adapters.clusters.leave(cluster)
    if (containers.length > 0 || ids.length === 0)
      results.push(await down(context, containers, options, tell, signal))
    else {
      await context.reconcileForwards(tell, elapsed)
      await context.idle()
      await truth.outside()
      await serveFound(context)
      truth.publish()
    }
    // Pods would wait for an answer to every name that ours are not, and find names of a cluster at an address that Docker gives to
    // another container next; what is started again is told then.
    if (options.keepWanted !== true) await forgetTaking(context, ids)
    const isLess =
      containers.includes(POWERDNS) || asksOf(context.catalog(), ids).some(({ named: own }) => own)
    if (isLess && options.keepWanted !== true) await settle().catch(() => undefined)
    return joined(results, elapsed())
  }

  /** What clusters that run know of the outside, put right: network, names, variables. */
  async function settle(): Promise<void> {
    const { services } = context.catalog()
    const told: ClusterAsk[] = []
    for (const ask of asksOf(
      context.catalog(),
      services.map(({ id }) => id),
    )) {
      // A start of containers alone has not looked at clusters.
      if (!truth.seen.clusters.has(ask.cluster.id)) await truth.observe.cluster(ask.cluster)
      const seen = truth.seen.clusters.get(ask.cluster.id)
      if (seen?.kind !== 'up') continue
      await adapters.clusters.join(ask.cluster, nodeWish(context, ask.cluster.id), 'again')
      // Docker gave it an address just now, which the pods of the other clusters are to know too.
      if (seen.nodes.some(({ running, address }) => running && address === ''))
        await truth.observe.cluster(ask.cluster)
      told.push(ask)
    }
    for (const ask of told) await clusterInside(context, ask)
    await balance(context)
  }

  const clusterCalls = createClusterCalls(context, settle)

  /** What an interrupted restart stopped and did not start again was stopped on purpose: by us. */
  async function leaveStopped(
    stopped: readonly string[],
    tell: Tell,
    elapsed: () => number,
    signal: AbortSignal,
  ): Promise<void> {
    if (!signal.aborted) return
    await Promise.all([truth.observe.containers(), truth.observe.wanted()])
    const still = containersOf(stopped).filter((id) => truth.seen.containers.get(id)?.state === 'exited')
    await unwant(context, still, tell, elapsed)
  }

  return {
    start,
    stop,
    settle,
    async restart(targets: Targets, tell: Tell, signal: AbortSignal): Promise<RunResult> {
      const elapsed = clock()
      await truth.observe.docker()
      await context.needDocker()
      const all = await meant(targets, tell, elapsed)
      // Nothing is stopped before it is known that it can be started.
      const left = leftAsTheyAre(
        context,
        await whyNotStartable(context, all, tell, elapsed, signal),
        tell,
        elapsed(),
      )
      const ids = all.filter((id) => left.failed.every(({ service }) => service !== id))
      if (ids.length === 0) return left
      const asks = asksOf(context.catalog(), ids)
      const stopped = ids.filter(
        (id) => containersOf([id]).length > 0 || asks.some((ask) => ask.named && ask.row.id === id),
      )
      await truth.observe.docker()
      await truth.observe.containers()
      await keepUnhealthy(context, stopped)
      const first =
        stopped.length > 0
          ? await stop(stopped, { also: false, remove: false, keepWanted: true }, tell, signal)
          : nothing
      if (!first.ok || signal.aborted) {
        await leaveStopped(stopped, tell, elapsed, signal)
        // What was stopped to be started again was not restarted.
        const skipped = first.done.map((service) => ({ service, because: INTERRUPTED }))
        return joined([left, signal.aborted ? { ...first, ok: false, done: [], skipped } : first], elapsed())
      }
      for (const ask of asks.filter(({ named }) => !named)) {
        const { seen } = await clusterCalls.look(ask.row.id)
        if (seen.kind === 'up') await appsRestart(context, ask)
      }
      const second = await start(ids, tell, signal)
      await leaveStopped(stopped, tell, elapsed, signal)
      return joined([left, second], elapsed())
    },
    ...clusterCalls.asked,
  }
}

export type Runs = ReturnType<typeof createRuns>
