import type { AddedApp, AppListed, AppRead } from '../../model/added-app.ts'
import type { AppSpec, ClusterSpec } from '../../model/cluster.ts'
import { byCluster, clusterUpLine } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { Catalog } from '../../model/service.ts'
import type { AppsAdapter } from '../adapters.ts'
import type { RunContext } from '../run/context.ts'
import { unwant } from '../run/unwant.ts'

/** Forgets an application of a person's own: what it put into its cluster goes, its folder is left alone. */
export async function forgetApp(
  context: RunContext,
  apps: AppsAdapter,
  word: string,
  options: { readonly data: boolean; readonly leave: boolean },
  tell: (event: StepEvent) => void,
): Promise<RunResult> {
  const { adapters, truth } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const all = await apps.list()
  const found = all.find(({ id, added }) => id === word || added.path === word)
  if (!found)
    throw new MaculaError({
      kind: 'usage',
      what: `${word} was not added.`,
      todo:
        all.length > 0
          ? `There are: ${all.map(({ id }) => id).join(', ')}.`
          : 'maculactl app add PATH adds a folder of manifests.',
    })
  const { cluster, app } = placeOf(context.catalog(), found)
  await Promise.all([truth.observe.wanted(), truth.observe.docker()])
  if (cluster && !options.leave) {
    await context.needDocker('its objects in the cluster cannot be deleted')
    await truth.observe.cluster(cluster)
    const seen = truth.seen.clusters.get(cluster.id)
    if (seen?.kind === 'stopped' || seen?.kind === 'down')
      throw new MaculaError({
        kind: 'failed',
        what: `${found.title} was not removed: its cluster ${seen.kind === 'down' ? 'does not answer' : 'is stopped'}, so its objects there cannot be deleted.`,
        todo: `${clusterUpLine(cluster.id)}, then try again. --leave forgets it here and leaves its objects there (label dev.macula/app=${found.id}).`,
      })
    if (seen?.kind === 'up') {
      truth.act(found.id, 'stopping')
      tell({ kind: 'stopping', ms: elapsed(), service: found.id })
      try {
        for (const says of await adapters.clusters.removeApp(cluster, app, options.data))
          tell({ kind: 'note', ms: elapsed(), says: `${found.title}: ${says}` })
      } finally {
        truth.act(found.id, undefined)
      }
      tell({ kind: 'removed', ms: elapsed(), service: found.id, what: 'application' })
    }
  }
  await unwant(context, [found.id], tell, elapsed)
  await apps.forget(found.added)
  return { ok: true, done: [found.id], failed: [], skipped: [], ms: elapsed() }
}

/** Its cluster and what is known of it; where its folder cannot be read any more, what was kept of it. */
function placeOf(
  { services }: Catalog,
  { id, added }: AppListed,
): { readonly cluster: ClusterSpec | undefined; readonly app: AppSpec } {
  const runtime = services.find((one) => one.id === id)?.runtime
  if (runtime?.kind === 'cluster' && runtime.app?.place?.path === added.path)
    return { cluster: runtime.cluster, app: runtime.app }
  const rows = services.flatMap((one) =>
    one.runtime.kind === 'cluster' && !one.runtime.app ? one.runtime.cluster : [],
  )
  const cluster = byCluster(new Map(rows.map((one) => [one.id, one])), added.cluster) ?? rows[0]
  const gone = { id, cluster: cluster?.id ?? '', image: '', folder: added.path }
  return { cluster, app: gone }
}

/** Where there is nothing that could be added. */
export const noApps: AppsAdapter = {
  read: () => Promise.reject(new MaculaError({ kind: 'usage', what: 'No application can be added here.' })),
  keep: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  list: () => Promise.resolve([]),
  catalog: () =>
    Promise.reject(new MaculaError({ kind: 'usage', what: 'There is no catalog to read again.' })),
  follow: () => undefined,
}

/** Reads what would be added and, unless it is only looked at, keeps it. */
export async function takeApp(apps: AppsAdapter, wish: AddedApp, only: 'read' | 'add'): Promise<AppRead> {
  const { added, read } = await apps.read(wish)
  if (only === 'add') await apps.keep(added)
  return read
}
