import { corefileWith, corefileWithout, namesIn } from './corefile.ts'
import { labelled, streamOf } from './manifests.ts'
import { objectsOfFolder, objectsOfPlace } from './app-objects.ts'
import { makeNamespaces, removeApp, takeOutApp } from './app-remove.ts'
import type { AppWish, NodeWish, PodNames } from '../../engine/adapters.ts'
import { pushCommand, type AppSpec, type ClusterSpec } from '../../model/cluster.ts'
import { pushable } from '../../model/registry.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ServedTls } from '../../model/tls.ts'
import { runTrouble, type NodeCommands } from './commands.ts'
import { withInventory } from './inventory.ts'
import { isForPods, joinNetwork, leaveNetwork } from './nodes.ts'
import { leaveToFlux } from './flux.ts'
import { announceRegistry, leadToRegistry } from './registries.ts'
import { removeTlsSecret, tlsSecret, whoseTlsSecret } from './tls-secret.ts'
import { annotateIngresses, fitting } from './websockets.ts'
import { otherController, withoutIngress } from './their-ingress.ts'
import { clearJobs, restartApp, stopApp, wakeDaemons } from './workloads.ts'
import type { KindContext } from './context.ts'

const MANAGER = '--field-manager=macula-desktop'
/** Applies objects as the API server's own owner of them; whoever else changed a field of ours is overruled. */
async function apply(node: NodeCommands, head: string, stream: string, what: string): Promise<void> {
  const run = await node.kubectl(
    head,
    ['apply', '--server-side', '--force-conflicts', MANAGER, '-f', '-'],
    stream,
  )
  if (!run.ok)
    throw runTrouble(
      `${what} cannot be applied to the cluster`,
      run,
      'Repair what it names, then start it again.',
    )
}

/** Everything that is put into clusters. */
export function openPut(context: KindContext) {
  const shared = (cluster: ClusterSpec): Readonly<Record<string, string>> => ({
    MACULA_SUFFIX: context.settings.suffix,
    MACULA_NAMESPACE: cluster.namespace,
    MACULA_CLUSTER: cluster.id,
  })

  /** Nodes that were seen to be led right, with their start and to where. */
  const led = new Map<string, string>()
  const announced = new Map<string, string>()

  return {
    /** Network, names and registry of every node that runs. `again`: what was seen right in a node is not read once more. */
    async join(cluster: ClusterSpec, wish: NodeWish, how?: 'again'): Promise<void> {
      const link = await context.link()
      for (const one of await context.nodes(cluster)) {
        if (!isForPods(one) || (how === 'again' && !one.running)) continue
        if (one.address === '') await joinNetwork(link, one, context.settings.project, wish.names)
        else if (wish.names.some((name) => !one.names.includes(name))) {
          // Docker gives a member further names only as it joins.
          await leaveNetwork(link, one, context.settings.project)
          await joinNetwork(link, one, context.settings.project, wish.names)
        }
        if (!one.running) continue
        // They are gone with the node, and a node may have come from elsewhere.
        const key = JSON.stringify([one.startedAt, wish.registry])
        if (how === 'again' && led.get(one.id) === key) continue
        await leadToRegistry(context, cluster, one, wish.registry)
        led.set(one.id, key)
      }
      const api = await context.api(cluster)
      const inside = wish.registry.references.at(-1)
      if (api && inside !== undefined && (how !== 'again' || announced.get(cluster.id) !== inside)) {
        await announceRegistry(api, inside)
        announced.set(cluster.id, inside)
      }
    },
    async leave(cluster: ClusterSpec): Promise<void> {
      const link = await context.link()
      for (const one of await context.nodes(cluster)) await leaveNetwork(link, one, context.settings.project)
    },
    async putBase(cluster: ClusterSpec): Promise<void> {
      const objects = await objectsOfFolder(context, cluster, 'base', cluster.base, shared(cluster))
      const api = await context.api(cluster)
      const isTheirs = api !== undefined && (await otherController(api)) !== undefined
      const wanted = isTheirs ? withoutIngress(objects, cluster) : objects
      await apply(
        await context.commands(),
        (await context.head(cluster)).name,
        streamOf(await fitting(api, wanted)),
        'The ingress controller',
      )
      if (!api) return
      if (!isTheirs) await annotateIngresses(api)
      // TLS was turned off while the cluster was stopped.
      if (!context.settings.tls) await removeTlsSecret(api, cluster.namespace)
    },
    async putApp(cluster: ClusterSpec, { app, title, image }: AppWish): Promise<readonly string[]> {
      const variables = {
        ...shared(cluster),
        MACULA_APP: app.id,
        MACULA_IMAGE: image,
        MACULA_PUSH: pushCommand(pushable(image, context.settings.suffix)),
      }
      const { objects, place } = app.place
        ? await objectsOfPlace(context, cluster, app, variables)
        : {
            objects: await objectsOfFolder(context, cluster, app.id, app.folder, variables),
            place: undefined,
          }
      if (objects.length === 0)
        throw new MaculaError({
          kind: 'invalid',
          what: `${title} has no manifests.`,
          why: `There is no .yaml file beside app.yaml in ${app.folder}.`,
          todo: 'Put a Deployment, a Service and an Ingress there.',
        })
      const ours = labelled(objects, {
        id: app.id,
        title,
        image,
        // What names none goes where kubectl puts it, unless its app.yaml says that it is one of ours.
        ...(place && !place.own ? {} : { namespace: cluster.namespace }),
        suffix: context.settings.suffix,
        ...(app.metrics === undefined ? {} : { metrics: app.metrics }),
      })
      const [api, node, { name: head }] = await Promise.all([
        context.api(cluster),
        context.commands(),
        context.head(cluster),
      ])
      await leaveToFlux(node, head, streamOf(ours), title)
      const put = async (): Promise<void> => await apply(node, head, streamOf(ours), title)
      if (!api) {
        await put()
        return []
      }
      const said: string[] = []
      for (const id of app.replaces ?? [])
        for (const what of await takeOutApp({ api, node, head, cluster }, id))
          said.push(`${title} takes the place of ${id}: removed ${what}`)
      if (app.place) await makeNamespaces(api, app.id, ours)
      await clearJobs(api, cluster, app)
      await wakeDaemons(api, cluster, app)
      const onLeft = (what: string, why: string): void =>
        void said.push(`${title}: ${what} is not in its folder any more, and could not be removed: ${why}`)
      const gone = await withInventory(
        { api, node, head, cluster, app, onLeft, sum: place?.sum ?? '' },
        ours,
        put,
      )
      return [
        ...gone.map((what) => `${title}: removed ${what}, which is not in its folder any more`),
        ...said,
      ]
    },
    async putVariables(cluster: ClusterSpec, variables: ReadonlyMap<string, string>): Promise<void> {
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: 'macula-env',
          namespace: cluster.namespace,
          labels: { 'app.kubernetes.io/managed-by': 'macula-desktop' },
        },
        stringData: Object.fromEntries(variables),
      }
      await apply(
        await context.commands(),
        (await context.head(cluster)).name,
        streamOf([secret]),
        'The variables for pods',
      )
    },
    async putTls(cluster: ClusterSpec, served: ServedTls | undefined): Promise<void> {
      const api = await context.api(cluster)
      if (served === undefined) return await removeTlsSecret(api, cluster.namespace)
      if (api && (await whoseTlsSecret(api, cluster.namespace)) === 'theirs') return
      const stream = streamOf([tlsSecret(cluster.namespace, served)])
      await apply(
        await context.commands(),
        (await context.head(cluster)).name,
        stream,
        'The certificate for pods',
      )
    },
    /** Our block in CoreDNS' configuration, and a new start of CoreDNS when it changed. */
    async putNames(
      cluster: ClusterSpec,
      namesOf: ((before: ReadonlyMap<string, string>, node: string) => PodNames) | undefined,
    ): Promise<boolean> {
      const api = await context.api(cluster)
      const head = await context.head(cluster)
      const path = '/api/v1/namespaces/kube-system/configmaps/coredns'
      const map = (await api?.get(path)) as { data?: Record<string, unknown> } | undefined
      const before = map?.data?.['Corefile']
      if (!api || typeof before !== 'string')
        throw new MaculaError({
          kind: 'failed',
          what: 'The names of services cannot be applied to the cluster.',
          why: 'It has no CoreDNS configuration (kube-system/coredns).',
        })
      const told = namesOf?.(namesIn(before), head.address)
      const after = told ? corefileWith(before, context.settings.suffix, told) : corefileWithout(before)
      if (after === before) return false
      await api.send('PATCH', path, { data: { Corefile: after } }, 'application/merge-patch+json')
      const stamp = { 'dev.macula/names': new Date(context.now()).toISOString() }
      await api.send(
        'PATCH',
        '/apis/apps/v1/namespaces/kube-system/deployments/coredns',
        { spec: { template: { metadata: { annotations: stamp } } } },
        'application/strategic-merge-patch+json',
      )
      return true
    },
    /** See ClusterAdapter.removeApp. */
    async removeApp(cluster: ClusterSpec, app: AppSpec, data: boolean): Promise<readonly string[]> {
      const [api, node, { name: head }] = await Promise.all([
        context.api(cluster),
        context.commands(),
        context.head(cluster),
      ])
      return api ? await removeApp({ api, node, head, cluster }, app, data) : []
    },
    async giveAddress(
      cluster: ClusterSpec,
      { namespace, name }: { readonly namespace: string; readonly name: string },
      address: string,
    ): Promise<void> {
      const api = await context.api(cluster)
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}/status`
      // Proxy: the node itself has no such address, so its own proxy must not answer for it (KEP-1860).
      const status = { loadBalancer: { ingress: [{ ip: address, ipMode: 'Proxy' }] } }
      await api?.send('PATCH', path, { status }, 'application/merge-patch+json')
    },
    async passWebsockets(cluster: ClusterSpec): Promise<void> {
      const api = await context.api(cluster)
      if (!api) return
      if ((await otherController(api)) === undefined) await annotateIngresses(api)
      // TLS was turned off while the cluster was stopped.
      if (!context.settings.tls) await removeTlsSecret(api, cluster.namespace)
    },
    stopApp: async (cluster: ClusterSpec, app: AppSpec) => await stopApp(context, cluster, app),
    restartApp: async (cluster: ClusterSpec, app: AppSpec) => await restartApp(context, cluster, app),
  }
}
