import { APP_LABEL, type AppSpec, type ClusterSpec } from '../../model/cluster.ts'
import { NOT_OF_FLUX } from '../../model/flux.ts'
import type { Api } from './api.ts'
import { namespacesOf } from './app-remove.ts'
import type { KindContext } from './context.ts'
import { barePodsOf } from './objects.ts'
import { jobsOf, workloadsOf } from './workload-objects.ts'

/** What runs of an application: how each kind of it is stopped, and made to run anew. */

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'

/** No node has this label, so a daemon set that asks for it has no pod: they cannot be scaled. */
const NOWHERE = 'dev.macula/stopped'

const folder = (namespace: string, kind: string): string => {
  const group = kind === 'jobs' || kind === 'cronjobs' ? '/apis/batch/v1' : '/apis/apps/v1'
  return `${kind === 'pods' ? '/api/v1' : group}/namespaces/${namespace}/${kind}`
}

/** What an application has of a kind in each of its namespaces, with the folder of that. */
async function listed(
  api: Api,
  cluster: ClusterSpec,
  app: AppSpec,
  kind: string,
): Promise<readonly { readonly at: string; readonly list: unknown }[]> {
  // What Flux took over is its own.
  const label = encodeURIComponent(`${APP_LABEL}=${app.id},${NOT_OF_FLUX}`)
  return await Promise.all(
    namespacesOf(cluster, app).map(async (namespace) => {
      const at = folder(namespace, kind)
      return { at, list: await api.get(`${at}?labelSelector=${label}`) }
    }),
  )
}

/** Paths of the workloads of some kinds that an application has. */
async function pathsOf(
  api: Api,
  cluster: ClusterSpec,
  app: AppSpec,
  kinds: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    kinds.map(async (kind) =>
      (await listed(api, cluster, app, kind)).flatMap(({ at, list }) =>
        workloadsOf(list).map(({ value }) => `${at}/${value.name}`),
      ),
    ),
  )
  return found.flat()
}

/** Wants no pod of an application: scales, suspends, sends nowhere, and removes pods that nothing else made. */
export async function stopApp(context: KindContext, cluster: ClusterSpec, app: AppSpec): Promise<void> {
  const api = await context.api(cluster)
  if (!api) return
  const all = async (kinds: readonly string[], body: unknown): Promise<void> => {
    for (const path of await pathsOf(api, cluster, app, kinds)) await api.send('PATCH', path, body, MERGE)
  }
  await all(['cronjobs', 'jobs'], { spec: { suspend: true } })
  await all(['deployments', 'statefulsets', 'replicasets'], { spec: { replicas: 0 } })
  await all(['daemonsets'], { spec: { template: { spec: { nodeSelector: { [NOWHERE]: 'true' } } } } })
  for (const { at, list } of await listed(api, cluster, app, 'pods'))
    for (const { value } of barePodsOf(list))
      await api.send('DELETE', `${at}/${value.name}`, undefined, MERGE)
}

/** Takes back what `stopApp` wrote into daemon sets: it is no field of their manifests, so putting them in does not. */
export async function wakeDaemons(api: Api, cluster: ClusterSpec, app: AppSpec): Promise<void> {
  for (const path of await pathsOf(api, cluster, app, ['daemonsets']))
    await api.send(
      'PATCH',
      path,
      { spec: { template: { spec: { nodeSelector: { [NOWHERE]: null } } } } },
      MERGE,
    )
}

/** Removes jobs that failed: put in as they are, they would never try again. */
export async function clearJobs(api: Api, cluster: ClusterSpec, app: AppSpec): Promise<void> {
  for (const { at, list } of await listed(api, cluster, app, 'jobs'))
    for (const { value } of jobsOf(list, undefined))
      if (value.state === 'failed')
        await api.send('DELETE', `${at}/${value.name}?propagationPolicy=Background`, undefined, MERGE)
}

/** New pods of everything that is to run on. */
export async function restartApp(context: KindContext, cluster: ClusterSpec, app: AppSpec): Promise<void> {
  const api = await context.api(cluster)
  if (!api) return
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(context.now()).toISOString() }
  for (const path of await pathsOf(api, cluster, app, ['deployments', 'statefulsets', 'daemonsets']))
    await api.send('PATCH', path, { spec: { template: { metadata: { annotations } } } }, STRATEGIC)
}
