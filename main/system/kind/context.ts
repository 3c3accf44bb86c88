import type { ClusterSpec } from '../../model/cluster.ts'
import { clusterUpLine } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import { openLink, type Link } from '../docker/link.ts'
import { ownDockerConfig } from '../docker/own-config.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { openApi, type Api } from './api.ts'
import { kindVersion, openKind, openNode, type NodeCommands, type Tools } from './commands.ts'
import { entriesOf, type Entries } from './kubeconfig.ts'
import { ownKubeconfig, ownerOf, readMarker } from './marker.ts'
import { nodesOf, type Node } from './nodes.ts'
import { kindRelease } from './release.ts'
import { isIngress, publishedBy } from './published.ts'
import { openTools, toolFolder } from './tool.ts'

/** What everything about clusters shares: folders, the way to Docker, kind, the API servers. */
export interface KindContext {
  readonly paths: Paths
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
  link(): Promise<Link>
  commands(): Promise<NodeCommands>
  /** A kind for nodes of an image, or any for what every version can. Throws MaculaError when there is none. */
  kind(image?: string): Promise<ReturnType<typeof openKind>>
  readonly tools: ReturnType<typeof openTools>
  nodes(cluster: Pick<ClusterSpec, 'name'>): Promise<readonly Node[]>
  /** The first running node of the control plane. Throws MaculaError when none runs. */
  head(cluster: ClusterSpec): Promise<Node>
  /** Our entries for a cluster; read again from kind when our file is lost. Undefined: they cannot be had. */
  entries(cluster: ClusterSpec): Promise<Entries | undefined>
  api(cluster: ClusterSpec): Promise<Api | undefined>
  /** Reads our kubeconfig from kind again; true when it was another one than before. */
  refresh(cluster: ClusterSpec): Promise<boolean>
  /** The certificates are of a cluster that was made anew: forget them. */
  forget(cluster: Pick<ClusterSpec, 'id'>): void
}

/** kind's name for a cluster's context in any kubeconfig. */
export function contextOf(cluster: ClusterSpec): string {
  return `kind-${cluster.name}`
}

export function openKindContext(input: Pick<KindContext, 'paths' | 'settings' | 'env' | 'now'>): KindContext {
  const { paths, settings, env } = input
  const apis = new Map<string, { readonly text: string; readonly api: Api }>()
  let way: Promise<Link> | undefined

  const link = async (): Promise<Link> => {
    way ??= openLink(settings.dockerHost, env)
    return await way
  }

  /** What kind and docker run with. */
  const around = async (): Promise<Tools> => ({
    env,
    endpoint: (await link()).endpoint,
    config: await ownDockerConfig(paths.state, env),
    // Our registry, by each of its names, and what is in our network and on loopback.
    direct: [
      'localhost',
      '127.0.0.0/8',
      `.${settings.suffix}`,
      settings.subnet,
      'kind-registry',
      'macula-registry',
    ],
  })

  const tools = openTools({
    env,
    folder: toolFolder(paths.data),
    release: kindRelease(),
    versionOf: kindVersion,
  })

  async function kind(image?: string): ReturnType<KindContext['kind']> {
    const found = image === undefined ? (await tools.all())[0] : (await tools.look(image)).used
    if (found === undefined)
      throw new MaculaError({
        kind: 'outside',
        what: 'No suitable kind is installed, so no cluster can be made.',
        why: 'kind makes clusters of Docker containers; there is none to download for this platform.',
        todo: 'Put it on your PATH (https://kind.sigs.k8s.io), then try again.',
      })
    return openKind(found.path, await around())
  }

  const nodes = async (cluster: Pick<ClusterSpec, 'name'>): Promise<readonly Node[]> =>
    await nodesOf(await link(), cluster.name, settings.project)

  async function entries(cluster: ClusterSpec): Promise<Entries | undefined> {
    const file = ownKubeconfig(paths, cluster.id)
    const kept = await readIfThere(file).catch(() => undefined)
    const found = kept === undefined ? undefined : entriesOf(kept, contextOf(cluster))
    return found ?? (await fetched(cluster))
  }

  async function fetched(cluster: ClusterSpec): Promise<Entries | undefined> {
    const told = await (await kind()).kubeconfig(cluster.name)
    const fresh = told.ok ? entriesOf(told.out, contextOf(cluster)) : undefined
    if (fresh)
      await writeWhole(
        ownKubeconfig(paths, cluster.id),
        told.out.endsWith('\n') ? told.out : `${told.out}\n`,
        0o600,
      )
    return fresh
  }

  return {
    ...input,
    link,
    kind,
    tools,
    nodes,
    entries,
    async commands() {
      return openNode(await around())
    },
    async head(cluster) {
      const found = (await nodes(cluster)).find((node) => node.running && node.role === 'control-plane')
      if (found) return found
      throw new MaculaError({
        kind: 'failed',
        what: `No node of the cluster ${cluster.name} runs.`,
        todo: `Start it: ${clusterUpLine(cluster.id)}`,
      })
    },
    async api(cluster) {
      const found = await entries(cluster)
      if (!found) return undefined
      const text = JSON.stringify(found)
      const known = apis.get(cluster.id)
      if (known?.text === text) return known.api
      known?.api.close()
      const api = openApi(found)
      apis.set(cluster.id, { text, api })
      return api
    },
    async refresh(cluster) {
      const before = JSON.stringify(await entries(cluster))
      return JSON.stringify(await fetched(cluster)) !== before
    },
    forget(cluster) {
      apis.get(cluster.id)?.api.close()
      apis.delete(cluster.id)
    },
  }
}

/** Whose the cluster is: ours by what we wrote down, somebody else's, or nobody's. */
export async function belongsTo(
  context: KindContext,
  cluster: ClusterSpec,
  nodes: readonly Node[],
): Promise<'nobody' | 'ours' | 'others'> {
  if (nodes.length === 0) return 'nobody'
  return ownerOf(await readMarker(context.paths, cluster.id), nodes)
}

/** Why a cluster that somebody else made cannot be used; undefined when it fits. */
export function whyUnfit(cluster: ClusterSpec, nodes: readonly Node[]): string | undefined {
  if (publishedBy(nodes).some(isIngress)) return undefined
  return `It publishes no port 80 of its nodes on an IPv4 address of this machine, so no URL reaches its ingress; kind adds none to nodes that exist. Its description has ${cluster.host}:${cluster.port}.`
}
