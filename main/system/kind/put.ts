import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { corefileWith, corefileWithout, namesIn } from './corefile.ts'
import {
  labelled,
  fill,
  readManifests,
  streamOf,
  withConfigSums,
  type ManifestFile,
  type Manifests,
} from './manifests.ts'
import type { AppWish, NodeWish, PodNames } from '../../engine/adapters.ts'
import { pushCommand, type AppSpec, type ClusterSpec } from '../../model/cluster.ts'
import { pushable } from '../../model/registry.ts'
import { MaculaError } from '../../model/errors.ts'
import { readIfThere, writeWhole } from '../files.ts'
import { runTrouble, type NodeCommands } from './commands.ts'
import { withInventory } from './inventory.ts'
import { joinNetwork, leaveNetwork } from './nodes.ts'
import { announceRegistry, leadToRegistry } from './registries.ts'
import { annotateIngresses, fitting } from './websockets.ts'
import { clearJobs, restartApp, stopApp, wakeDaemons } from './workloads.ts'
import type { KindContext } from './context.ts'

const MAX_MANIFEST_BYTES = 1024 * 1024
const MANAGER = '--field-manager=macula-desktop'
/** Files beside the manifests that are not manifests. */
const notManifests = new Set([
  'app.yaml',
  'cluster.yaml',
  'kind.yaml',
  'kustomization.yaml',
  'kustomization.yml',
])

function refusal(found: Extract<Manifests, { kind: 'refused' }>): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${found.file}, line ${found.line}, column ${found.column}: ${found.says}.`,
    todo: 'Repair it, then start it again.',
  })
}

async function filesIn(folder: string): Promise<readonly ManifestFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((one, two) => one.localeCompare(two))
  const files: ManifestFile[] = []
  for (const path of paths) {
    const text = await readIfThere(path, MAX_MANIFEST_BYTES)
    if (text !== undefined) files.push({ file: path, text })
  }
  return files
}

/** The files of a folder with our variables filled in. */
async function filled(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<readonly ManifestFile[]> {
  return (await filesIn(folder)).map((file) => {
    const result = fill(file, variables)
    if ('kind' in result) throw refusal(result)
    return result
  })
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

/** Applies objects as the API server's own owner of them; whoever else changed a field of ours is overruled. */
async function apply(node: NodeCommands, head: string, stream: string, what: string): Promise<void> {
  const run = await node.kubectl(
    head,
    ['apply', '--server-side', '--force-conflicts', MANAGER, '-f', '-'],
    stream,
  )
  if (!run.ok)
    throw runTrouble(
      `${what} cannot be put into the cluster`,
      run,
      'Repair what it names, then start it again.',
    )
}

/** Manifests of a folder as objects: plain files, or what kustomize makes of them (by the node's kubectl). */
async function objectsOf(
  context: KindContext,
  cluster: ClusterSpec,
  id: string,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<ReturnType<typeof labelled>> {
  const files = await filled(folder, variables)
  const kustomized =
    (await isThere(join(folder, 'kustomization.yaml'))) || (await isThere(join(folder, 'kustomization.yml')))
  const found = kustomized
    ? readManifests([
        {
          file: join(folder, 'kustomization.yaml'),
          text: await kustomize(context, cluster, id, folder, files),
        },
      ])
    : readManifests(files.filter(({ file }) => !notManifests.has(file.slice(file.lastIndexOf('/') + 1))))
  if (found.kind === 'refused') throw refusal(found)
  return withConfigSums(found.manifests)
}

async function kustomize(
  context: KindContext,
  cluster: ClusterSpec,
  id: string,
  folder: string,
  files: readonly ManifestFile[],
): Promise<string> {
  const rendered = join(context.paths.data, 'clusters', cluster.id, id)
  await rm(rendered, { recursive: true, force: true })
  for (const { file, text } of files) await writeWhole(join(rendered, file.slice(folder.length + 1)), text)
  const [node, head] = [await context.commands(), await context.head(cluster)]
  const place = `/macula/${id}`
  const made = await node.write(head.name, '/macula/.keep', '')
  const laid = made.ok ? await node.lay(head.name, rendered, place) : made
  const run = laid.ok ? await node.kubectl(head.name, ['kustomize', place]) : laid
  if (!run.ok)
    throw runTrouble(
      `The kustomization of ${id} cannot be built`,
      run,
      `Repair ${join(folder, 'kustomization.yaml')}.`,
    )
  return run.out
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
        if (how === 'again' && !one.running) continue
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
      const objects = await objectsOf(context, cluster, 'base', cluster.base, shared(cluster))
      const api = await context.api(cluster)
      await apply(
        await context.commands(),
        (await context.head(cluster)).name,
        streamOf(await fitting(api, objects)),
        'The ingress controller',
      )
      if (api) await annotateIngresses(api)
    },
    async putApp(cluster: ClusterSpec, { app, title, image }: AppWish): Promise<readonly string[]> {
      const objects = await objectsOf(context, cluster, app.id, app.folder, {
        ...shared(cluster),
        MACULA_APP: app.id,
        MACULA_IMAGE: image,
        MACULA_PUSH: pushCommand(pushable(image, context.settings.suffix)),
      })
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
        namespace: cluster.namespace,
        suffix: context.settings.suffix,
      })
      const [api, node, { name: head }] = await Promise.all([
        context.api(cluster),
        context.commands(),
        context.head(cluster),
      ])
      const put = async (): Promise<void> => await apply(node, head, streamOf(ours), title)
      if (!api) {
        await put()
        return []
      }
      await clearJobs(api, cluster, app)
      await wakeDaemons(api, cluster, app)
      const said: string[] = []
      const onLeft = (what: string, why: string): void =>
        void said.push(`${title}: ${what} is not in its folder any more, and could not be removed: ${why}`)
      const gone = await withInventory({ api, node, head, cluster, app, onLeft }, ours, put)
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
          what: 'The names of services cannot be put into the cluster.',
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
    stopApp: async (cluster: ClusterSpec, app: AppSpec) => await stopApp(context, cluster, app),
    restartApp: async (cluster: ClusterSpec, app: AppSpec) => await restartApp(context, cluster, app),
  }
}
