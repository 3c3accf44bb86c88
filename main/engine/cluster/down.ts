import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { Crew } from '../run/crew.ts'
import { asksOf, type ClusterAsk } from './wanted.ts'

type Tell = (event: StepEvent) => void

interface Outcome {
  readonly done: string[]
  readonly failed: { service: string; trouble: Trouble }[]
}

async function doing(
  crew: Crew,
  service: string,
  outcome: Outcome,
  tell: Tell,
  elapsed: () => number,
  /** What goes; undefined: it is only stopped. */
  removes: 'cluster' | undefined,
  work: () => Promise<void>,
): Promise<void> {
  const began = elapsed()
  crew.truth.act(service, 'stopping')
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
    crew.truth.act(service, undefined)
  }
}

/** Every application of the cluster, for what happens to all of them. */
function allOf(crew: Crew, ask: ClusterAsk): readonly string[] {
  return crew
    .catalog()
    .services.flatMap(({ id, runtime }) =>
      runtime.kind === 'cluster' && runtime.app?.cluster === ask.cluster.id ? [id] : [],
    )
}

/** Stops applications (no pod wanted), or a whole cluster (its nodes; everything in it is kept). */
export async function clusterDown(
  crew: Crew,
  ids: readonly string[],
  options: { readonly keepWanted?: boolean },
  tell: Tell,
  elapsed: () => number,
): Promise<RunResult> {
  const { ports, truth } = crew
  const began = elapsed()
  const outcome: Outcome = { done: [], failed: [] }
  for (const ask of asksOf(crew.catalog(), ids)) {
    await truth.observe.cluster(ask.cluster)
    const found = truth.seen.clusters.get(ask.cluster.id)
    const apps = ask.apps.map(({ id }) => id)
    if (options.keepWanted !== true)
      await ports.intent.unwant(ask.named ? [ask.row.id, ...allOf(crew, ask)] : apps)
    await truth.observe.wanted()
    if (ask.named) {
      if (found?.kind === 'up' || found?.kind === 'down' || found?.kind === 'stopped')
        await doing(
          crew,
          ask.row.id,
          outcome,
          tell,
          elapsed,
          undefined,
          async () => await ports.clusters.stop(ask.cluster),
        )
      outcome.done.push(...apps)
    } else if (found?.kind === 'up')
      for (const { id, runtime } of ask.apps)
        await doing(crew, id, outcome, tell, elapsed, undefined, async () => {
          if (runtime.app) await ports.clusters.stopApp(ask.cluster, runtime.app)
        })
    await truth.observe.cluster(ask.cluster)
    truth.publish()
  }
  return { ok: outcome.failed.length === 0, ...outcome, skipped: [], ms: elapsed() - began }
}

/** Gives applications new pods, which pull their image again; a cluster is stopped and started by its caller. */
export async function appsRestart(crew: Crew, ask: ClusterAsk): Promise<void> {
  for (const { runtime } of ask.apps)
    if (runtime.app) await crew.ports.clusters.restartApp(ask.cluster, runtime.app)
}

/** Removes a cluster that Macula made, with everything in it; infrastructure, its data and its network stay. */
export async function clusterRemove(
  crew: Crew,
  ask: ClusterAsk,
  tell: Tell,
  elapsed: () => number,
): Promise<RunResult> {
  const { ports, truth } = crew
  const began = elapsed()
  const outcome: Outcome = { done: [], failed: [] }
  await truth.observe.cluster(ask.cluster)
  const found = truth.seen.clusters.get(ask.cluster.id)
  if (found?.kind === 'absent' && !found.wasMade) {
    // An interrupted delete may have left entries in kubeconfigs.
    await ports.clusters.remove(ask.cluster, () => undefined)
    await ports.intent.unwant([ask.row.id, ...allOf(crew, ask)])
    tell({ kind: 'note', ms: elapsed(), says: `${ask.row.title} is not there: nothing was deleted.` })
  } else
    await doing(crew, ask.row.id, outcome, tell, elapsed, 'cluster', async () => {
      await ports.clusters.remove(ask.cluster, (says) =>
        tell({ kind: 'waiting', ms: elapsed(), service: ask.row.id, says }),
      )
      await ports.intent.unwant([ask.row.id, ...allOf(crew, ask)])
    })
  await truth.observe.wanted()
  await truth.observe.cluster(ask.cluster)
  truth.publish()
  return { ok: outcome.failed.length === 0, ...outcome, skipped: [], ms: elapsed() - began }
}
