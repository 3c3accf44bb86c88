import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterSpec } from '../../model/cluster.ts'
import { clusterUpLine } from '../../model/cluster-id.ts'
import { ANNOUNCED } from '../../model/registry.ts'
import { writeWhole } from '../files.ts'
import type { Api } from './api.ts'
import { runTrouble } from './commands.ts'
import type { KindContext } from './context.ts'
import type { Node } from './nodes.ts'

/** Where containerd looks for the way to a registry: one folder a reference (its hosts.md; kind 0.27 and later). */
const CERTS = '/etc/containerd/certs.d'

/** How a registry is written in manifests, and where it answers. */
export interface Registry {
  readonly references: readonly string[]
  readonly url: string
}

/** A file of containerd that leads to our registry. */
export const hostsToml = ({ url }: Pick<Registry, 'url'>): string =>
  `server = "${url}"\n\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`

/** Where that file is for a reference, below the folder of all. */
export const hostsFile = (reference: string): string => join(reference, 'hosts.toml')

/**
 * Sees to it that a node's containerd finds our registry by every reference: reads its files, and writes them when one is missing
 * or leads elsewhere. Other registries' files stay. True: they were written. Throws MaculaError.
 */
export async function leadToRegistry(
  context: KindContext,
  cluster: ClusterSpec,
  node: Node,
  registry: Registry,
): Promise<boolean> {
  const commands = await context.commands()
  const wanted = hostsToml(registry)
  const files = registry.references.map(hostsFile)
  const read = await commands.read(
    node.name,
    files.map((file) => join(CERTS, file)),
  )
  if (read.ok && read.out.trim() === wanted.repeat(files.length).trim()) return false
  const folder = join(context.paths.data, 'clusters', cluster.id, 'certs.d')
  await rm(folder, { recursive: true, force: true })
  for (const file of files) await writeWhole(join(folder, file), wanted)
  const run = await commands.merge(node.name, folder, CERTS)
  if (run.ok) return true
  throw runTrouble(
    `The node ${node.name} cannot be pointed at the registry`,
    run,
    `Start it again: ${clusterUpLine(cluster.id)}`,
  )
}

/** What tells tools in a cluster where images are pushed to (KEP-1755). */
export function registryHosting(reference: string, manager = 'macula-desktop') {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'local-registry-hosting',
      namespace: 'kube-public',
      labels: { 'app.kubernetes.io/managed-by': manager },
    },
    data: {
      'localRegistryHosting.v1': [
        `host: "${ANNOUNCED}"`,
        `hostFromClusterNetwork: "${reference}"`,
        `hostFromContainerRuntime: "${ANNOUNCED}"`,
        'help: "https://kind.sigs.k8s.io/docs/user/local-registry/"',
        '',
      ].join('\n'),
    },
  }
}

/** Tells tools in the cluster so. Throws ApiError. */
export async function announceRegistry(api: Api, reference: string): Promise<void> {
  const map = registryHosting(reference)
  await api.send(
    'PATCH',
    '/api/v1/namespaces/kube-public/configmaps/local-registry-hosting?fieldManager=macula-desktop&force=true',
    map,
    'application/apply-patch+yaml',
  )
}
