import { askPlain } from '../plain-http.ts'
import type { ClusterAdapter } from '../../engine/adapters.ts'
import {
  splitImage,
  type AppSeen,
  type ClusterSeen,
  type ClusterSpec,
  type PodSeen,
} from '../../model/cluster.ts'
import { troubleOf } from '../../model/errors.ts'
import { isOurImage } from '../../model/registry.ts'
import type { Api } from './api.ts'
import { namespacesOf } from './app-remove.ts'
import { ownerIn } from '../../model/flux.ts'
import { readFlux } from './flux.ts'
import { ingressesOf, withPods } from './ingresses.ts'
import { standIn } from './adopt.ts'
import { ingressPods } from './their-ingress.ts'
import { readMarker } from './marker.ts'
import type { Node } from './nodes.ts'
import { balancersOf } from './balancer-objects.ts'
import { eventsOf } from './event-objects.ts'
import { barePodsOf, hostsOf, podsOf, versionsOf, type Labelled } from './objects.ts'
import { jobsOf, workloadsOf } from './workload-objects.ts'
import { belongsTo, whyUnfit, type KindContext } from './context.ts'

const pulls = new Set(['ImagePullBackOff', 'ErrImagePull'])
const crashes = new Set(['CrashLoopBackOff', 'Error'])
const REGISTRY_DEADLINE_MS = 2000

/** Where our registry is asked, and the suffix of its name: only images of our own registry can be asked for. */
type Registry = { readonly address: string; readonly port: number; readonly suffix: string } | undefined

/** What is there of a cluster now. Never throws: what cannot be seen is told as down. */
export async function seeCluster(
  context: KindContext,
  cluster: ClusterSpec,
  apps: Parameters<ClusterAdapter['see']>[1],
  registry: Parameters<ClusterAdapter['see']>[2],
): Promise<ClusterSeen> {
  let nodes: readonly Node[]
  try {
    nodes = await context.nodes(cluster)
  } catch (error) {
    const { what, why } = troubleOf(error)
    return { kind: 'down', says: why ?? what, nodes: [], adopted: false }
  }
  if (nodes.length === 0) return await seeAbsent(context, cluster)
  const owner = await belongsTo(context, cluster, nodes)
  if (owner === 'others') {
    const why = whyUnfit(cluster, nodes)
    if (why !== undefined) return { kind: 'foreign', says: why, nodes }
  } else {
    const phase = (await readMarker(context.paths, cluster.id))?.phase
    if (phase === 'creating') return { kind: 'unfinished', during: 'create', nodes }
    if (phase === 'deleting') return { kind: 'unfinished', during: 'delete', nodes }
  }
  const adopted = owner === 'others'
  if (!nodes.some((node) => node.running)) return { kind: 'stopped', nodes, adopted }
  try {
    return await readFresh(context, cluster, apps, registry, nodes, adopted)
  } catch (error) {
    const { what, why } = troubleOf(error)
    return { kind: 'down', says: `The API server: ${why ?? what}`, nodes, adopted }
  }
}

/** There is no node by its name: whether one was made, and what would be used in its place. */
async function seeAbsent(context: KindContext, cluster: ClusterSpec): Promise<ClusterSeen> {
  const marker = await readMarker(context.paths, cluster.id)
  const like = await standIn(context, cluster, marker).catch(() => undefined)
  return {
    kind: 'absent',
    wasMade: marker?.phase === 'made',
    ...(like === undefined ? {} : { like: like.name }),
  }
}

/** A cluster of somebody else's may have been made anew under its name: then its kubeconfig is read again, once. */
async function readFresh(
  context: KindContext,
  cluster: ClusterSpec,
  apps: Parameters<ClusterAdapter['see']>[1],
  registry: Parameters<ClusterAdapter['see']>[2],
  nodes: readonly Node[],
  adopted: boolean,
): Promise<ClusterSeen> {
  const look = async (): Promise<ClusterSeen> => {
    const api = await context.api(cluster)
    return api
      ? await readAll(
          api,
          cluster,
          apps,
          registry && { ...registry, suffix: context.settings.suffix },
          nodes,
          adopted,
        )
      : { kind: 'down', says: 'kind gives no kubeconfig for it.', nodes, adopted }
  }
  try {
    return await look()
  } catch (error) {
    if (!adopted || !(await context.refresh(cluster))) throw error
    return await look()
  }
}

async function readAll(
  api: Api,
  cluster: ClusterSpec,
  apps: Parameters<ClusterAdapter['see']>[1],
  registry: Registry,
  nodes: readonly Node[],
  adopted: boolean,
): Promise<ClusterSeen> {
  // What lies where its people have it may be in any namespace.
  const isWide = apps.some(({ app }) => namespacesOf(cluster, app).some((one) => one !== cluster.namespace))
  const group = (path: string): string => (isWide ? path : `${path}/namespaces/${cluster.namespace}`)
  const core = group('/api/v1')
  const [version, pods, ingress, hosts, told, deployments, sets, daemons, replicas, jobs, crons, lists] =
    await Promise.all([
      api.get('/version'),
      api.get(`${core}/pods`),
      ingressPods(api, cluster),
      // Those of other namespaces too: whoever made one may route a name of ours.
      api.get('/apis/networking.k8s.io/v1/ingresses'),
      api.get(`${core}/events?limit=500`),
      api.get(`${group('/apis/apps/v1')}/deployments`),
      api.get(`${group('/apis/apps/v1')}/statefulsets`),
      api.get(`${group('/apis/apps/v1')}/daemonsets`),
      api.get(`${group('/apis/apps/v1')}/replicasets`),
      api.get(`${group('/apis/batch/v1')}/jobs`),
      api.get(`${group('/apis/batch/v1')}/cronjobs`),
      apps.some(({ app }) => app.place)
        ? api.get(`/api/v1/namespaces/${cluster.namespace}/configmaps?labelSelector=${OWN}`)
        : undefined,
    ])
  const sums = sumsOf(lists)
  const allPods = podsOf(pods, versionsOf(replicas, sets))
  const workloads = [...[deployments, sets, daemons, replicas].flatMap(workloadsOf), ...barePodsOf(pods)]
  const allJobs = jobsOf(jobs, crons)
  const routes = hostsOf(hosts)
  const owners = new Map<string, string>()
  for (const { app, value } of [...allPods, ...workloads, ...allJobs])
    if (app !== undefined) owners.set(value.name, app)
  const events = eventsOf(told, (name) => ownerOfName(owners, name))
  const found = await Promise.all(
    apps.map(async (wish): Promise<readonly [string, AppSeen]> => {
      const { app } = wish
      const mine = own(allPods, app.id)
      const wanted = own(workloads, app.id)
      const event = events.find((one) => one.app === app.id && one.warning)
      const mineJobs = own(allJobs, app.id)
      return [
        app.id,
        {
          applied: wanted.length > 0 || mineJobs.length > 0 || own(routes, app.id).length > 0,
          replicas: wanted.reduce((sum, one) => sum + one.replicas, 0),
          takenUp: wanted.every((one) => one.takenUp),
          pods: await Promise.all(
            mine.map(async (pod) => await withLastLine(api, cluster, await withPushed(pod, registry))),
          ),
          hosts: routes
            .filter((one) => one.app === app.id || one.app === undefined)
            .flatMap(({ value }) => value),
          ...(sums.get(app.id) === undefined ? {} : { sum: sums.get(app.id) ?? '' }),
          ...(mineJobs.length === 0 ? {} : { jobs: mineJobs }),
          ...(event === undefined ? {} : { event }),
        },
      ]
    }),
  )
  const ingresses = ingressesOf(hosts)
  const flux = ingresses.some(({ labels }) => ownerIn(labels) !== undefined) ? await readFlux(api) : []
  const isDescribed = (app: string | undefined): boolean => apps.some((wish) => wish.app.id === app)
  // Pods of others may be anywhere; where all is described nothing more is asked.
  const everywhere = ingresses.every((one) => isDescribed(one.app))
    ? undefined
    : await api.get('/api/v1/pods')
  const services = await api.get('/api/v1/services')
  const balancers = balancersOf(services)
  const words = (version as { gitVersion?: unknown } | null)?.gitVersion
  return {
    kind: 'up',
    version: typeof words === 'string' ? words : 'of an unknown version',
    nodes,
    ingress,
    apps: new Map(found),
    ingresses: withPods(ingresses, everywhere === undefined ? undefined : services, everywhere, flux),
    ...(balancers.length === 0 ? {} : { balancers }),
    events,
    adopted,
  }
}

const OWN = encodeURIComponent('app.kubernetes.io/managed-by=macula-desktop')

/** Of which files each application was put in, by the lists of what it put in (inventory.ts). */
function sumsOf(lists: unknown): ReadonlyMap<string, string> {
  const found = (
    lists as { items?: readonly { metadata?: { name?: string }; data?: { sum?: unknown } }[] } | null
  )?.items
  return new Map(
    (found ?? []).flatMap(({ metadata, data }) =>
      typeof data?.sum === 'string' && metadata?.name !== undefined
        ? [[metadata.name.replace(/^macula-objects-/, ''), data.sum] as const]
        : [],
    ),
  )
}

function own<Value>(all: readonly Labelled<Value>[], app: string): readonly Value[] {
  return all.filter((one) => one.app === app).map(({ value }) => value)
}

/** An event may be about a pod that is gone: its name begins with the name of what made it. */
function ownerOfName(owners: ReadonlyMap<string, string>, name: string): string | undefined {
  const exact = owners.get(name)
  if (exact !== undefined) return exact
  const parts = name.split('-')
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const found = owners.get(parts.slice(0, length).join('-'))
    if (found !== undefined) return found
  }
  return undefined
}

/** Of a pod that waits for its image: whether our registry has that image, when it is one of ours. */
async function withPushed(pod: PodSeen, registry: Registry): Promise<PodSeen> {
  if (!pulls.has(pod.reason)) return pod
  const pushed = await isPushed(pod.image, registry)
  return pushed === undefined ? pod : { ...pod, pushed }
}

/** A crashed container's last words say more than its exit code. */
async function withLastLine(api: Api, cluster: ClusterSpec, pod: PodSeen): Promise<PodSeen> {
  if (!crashes.has(pod.reason)) return pod
  const which = `container=${encodeURIComponent(pod.container)}&tailLines=1&limitBytes=2000`
  const path = `/api/v1/namespaces/${pod.namespace ?? cluster.namespace}/pods/${pod.name}/log?${which}`
  const text = await api.get(`${path}&previous=true`).catch(async () => await api.get(path).catch(() => ''))
  return typeof text === 'string' && text.trim() !== '' ? { ...pod, lastLine: text.trim() } : pod
}

const manifestKinds = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** Whether the registry has an image; undefined when it cannot be asked. */
export async function isPushed(image: string, registry: Registry): Promise<boolean | undefined> {
  const { repository, tag } = splitImage(image)
  if (!registry || !isOurImage(image, registry.suffix)) return undefined
  try {
    const { status } = await askPlain({
      address: registry.address,
      port: registry.port,
      method: 'HEAD',
      path: `/v2/${repository}/manifests/${tag}`,
      headers: { Accept: manifestKinds },
      deadline: REGISTRY_DEADLINE_MS,
    })
    if (status === 200) return true
    return status === 404 ? false : undefined
  } catch {
    return undefined
  }
}
