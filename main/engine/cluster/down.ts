import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { RunContext } from '../run/context.ts'
import { unwant } from '../run/unwant.ts'
import { asksOf, type ClusterAsk } from './wanted.ts'

type Tell = (event: StepEvent) => void

interface Outcome {
  readonly done: string[]
  readonly failed: { service: string; trouble: Trouble }[]
}

async function doing(
  context: RunContext,
  service: string,
  outcome: Outcome,
  tell: Tell,
  elapsed: () => number,
  /** What goes; undefined: it is only stopped. */
  removes: 'cluster' | undefined,
  work: () => Promise<void>,
): Promise<void> {
  const began = elapsed()
  context.truth.act(service, 'stopping')
  tell({ kind: 'stopping', ms: began, service })
  try {
    await work()
    outcome.done.push(service)
    tell(
      removes === undefined
        ? { kind: 'stopped', ms: elapsed(), service, tookMs: elapsed() - began }
        : { kind: 'removed', ms: elapsed(), service, what: removes },
    )
  } catch (error) {
    const trouble = troubleOf(error)
    outcome.failed.push({ service, trouble })
    tell({ kind: 'failed', ms: elapsed(), service, trouble })
  } finally {
    context.truth.act(service, undefined)
  }
}

/** Every application of the cluster, for what happens to all of them. */
function allOf(context: RunContext, ask: ClusterAsk): readonly string[] {
  return context
    .catalog()
    .services.flatMap(({ id, runtime }) =>
      runtime.kind === 'cluster' && runtime.app?.cluster === ask.cluster.id ? [id] : [],
    )
}

/** Stops applications (no pod wanted), or a whole cluster (its nodes; everything in it is kept). */
export async function clusterDown(
  context: RunContext,
  ids: readonly string[],
  options: { readonly keepWanted?: boolean },
  tell: Tell,
  elapsed: () => number,
): Promise<RunResult> {
  const { adapters, truth } = context
  const began = elapsed()
  const outcome: Outcome = { done: [], failed: [] }
  for (const ask of asksOf(context.catalog(), ids)) {
    await truth.observe.cluster(ask.cluster)
    const found = truth.seen.clusters.get(ask.cluster.id)
    const apps = ask.apps.map(({ id }) => id)
    const isThere = found?.kind === 'up' || found?.kind === 'down' || found?.kind === 'stopped'
    // One that fits, but that somebody else made and nobody started from here: it is not ours to stop. Theirs may be in
    // the middle of being created.
    const wantedBefore = truth.seen.wanted
    const isTheirs = isThere && found.adopted && !wantedBefore.has(ask.row.id)
    // What neither ran nor was wanted is as it was: nothing is told to be stopped.
    const isResting = found?.kind === 'stopped' && !wantedBefore.has(ask.row.id)
    const runs = (id: string): boolean =>
      wantedBefore.has(id) || (found?.kind === 'up' && found.apps.get(id)?.applied === true)
    if (options.keepWanted !== true)
      await unwant(context, ask.named ? [ask.row.id, ...allOf(context, ask)] : apps, tell, elapsed)
    else if (ask.named) await adapters.intent.rest([ask.row.id]).catch(() => undefined)
    if (ask.named) {
      if (!isThere && wantedBefore.has(ask.row.id)) outcome.done.push(ask.row.id)
      if (isThere && !isTheirs && !isResting)
        await doing(
          context,
          ask.row.id,
          outcome,
          tell,
          elapsed,
          undefined,
          async () => await adapters.clusters.stop(ask.cluster),
        )
      outcome.done.push(...apps.filter(runs))
    } else if (found?.kind === 'up')
      for (const { id, runtime } of ask.apps)
        await doing(context, id, outcome, tell, elapsed, undefined, async () => {
          if (runtime.app) await adapters.clusters.stopApp(ask.cluster, runtime.app)
        })
    await truth.observe.cluster(ask.cluster)
    truth.publish()
  }
  return { ok: outcome.failed.length === 0, ...outcome, skipped: [], ms: elapsed() - began }
}

/** Gives applications new pods, which pull their image again; a cluster is stopped and started by its caller. */
export async function appsRestart(context: RunContext, ask: ClusterAsk): Promise<void> {
  for (const { runtime } of ask.apps)
    if (runtime.app) await context.adapters.clusters.restartApp(ask.cluster, runtime.app)
}

/** Removes a cluster that Macula made, with everything in it; infrastructure, its data and its network stay. */
export async function clusterRemove(
  context: RunContext,
  ask: ClusterAsk,
  tell: Tell,
  elapsed: () => number,
): Promise<RunResult> {
  const { adapters, truth } = context
  const began = elapsed()
  const outcome: Outcome = { done: [], failed: [] }
  await truth.observe.cluster(ask.cluster)
  const found = truth.seen.clusters.get(ask.cluster.id)
  if (found?.kind === 'absent' && !found.wasMade) {
    // An interrupted delete may have left entries in kubeconfigs.
    await adapters.clusters.remove(ask.cluster, () => undefined)
    await unwant(context, [ask.row.id, ...allOf(context, ask)], tell, elapsed)
    tell({ kind: 'note', ms: elapsed(), says: `${ask.row.title} is not there: nothing was deleted.` })
  } else
    await doing(context, ask.row.id, outcome, tell, elapsed, 'cluster', async () => {
      await adapters.clusters.remove(ask.cluster, (says) =>
        tell({ kind: 'waiting', ms: elapsed(), service: ask.row.id, says }),
      )
      await unwant(context, [ask.row.id, ...allOf(context, ask)], tell, elapsed)
    })
  await truth.observe.cluster(ask.cluster)
  truth.publish()
  return { ok: outcome.failed.length === 0, ...outcome, skipped: [], ms: elapsed() - began }
}
