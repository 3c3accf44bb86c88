import { freemem } from 'node:os'
import { join } from 'node:path'
import type { ClusterAdapter } from '../../engine/adapters.ts'
import type { ClusterSpec, KubeconfigView } from '../../model/cluster.ts'
import { nodeImageOf } from '../../model/node-image.ts'
import { clusterUpLine, HUB } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import { writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { writeUserKubeconfig, type KubeconfigWritten } from './kubeconfig-file.ts'
import { forgetLost, settleCluster } from './adopt.ts'
import { describePeer, forgetPeer } from './peers.ts'
import { createCluster, removeCluster, startCluster, stopCluster, takeOut, userMark } from './life.ts'
import { seeCluster } from './look.ts'
import { clusterFolder, ownKubeconfig } from './marker.ts'
import { isForPods } from './nodes.ts'
import { readPodLogs } from './pod-logs.ts'
import { openPodPiped, openPodTerminal } from './pod-terminal.ts'
import { openPut } from './put.ts'
import { missingIn } from './sources.ts'
import { watchCluster } from './watch.ts'
import { belongsTo, contextOf, openKindContext, type KindContext } from './context.ts'

/** KinD clusters: made by kind, seen through Docker and their API servers. */
export function openClusters(input: {
  readonly paths: Paths
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
}): ClusterAdapter {
  const context = openKindContext(input)
  return {
    tool: async (image) => await context.tools.look(image),
    bring: async (image, onStep, signal) => void (await context.tools.have(image, onStep, signal)),
    see: async (cluster, apps, registry) => await seeCluster(context, cluster, apps, registry),
    watch: async (cluster, handlers) => await watchCluster(context, cluster, handlers),
    settle: async (cluster, how) => await settleCluster(context, cluster, how),
    forgetLost: async (known) => await forgetLost(context, known),
    async describe(id, catalog) {
      const hub = catalog.services.flatMap(({ runtime }) =>
        runtime.kind === 'cluster' && runtime.cluster.id === HUB
          ? nodeImageOf(runtime.cluster, input.settings.clusters.nodes)
          : [],
      )[0]
      await describePeer(input.paths, id, catalog, hub ?? '')
    },
    forget: async (id) => await forgetPeer(input.paths, id),
    memory: () => Promise.resolve(freemem()),
    create: async (cluster, image, onStep, signal) =>
      await createCluster(context, cluster, image, onStep, signal),
    start: async (cluster, signal) => await startCluster(context, cluster, signal),
    missingSources: async (cluster) =>
      missingIn((await context.nodes(cluster)).filter(isForPods), input.settings.clusters.sources),
    stop: async (cluster) => await stopCluster(context, cluster),
    remove: async (cluster, onStep) => await removeCluster(context, cluster, onStep),
    ...openPut(context),
    logs: (cluster, service, app, options) => readPodLogs(context, cluster, service, app, options),
    piped: async (cluster, app, argv) => await openPodPiped(context, cluster, app, argv),
    terminal: async (cluster, app, wish) => await openPodTerminal(context, cluster, app, wish),
    kubeconfig: async (cluster) => await kubeconfig(context, cluster),
  }
}

async function kubeconfig(context: KindContext, cluster: ClusterSpec): Promise<KubeconfigView> {
  const entries = await context.entries(cluster)
  const file = ownKubeconfig(context.paths, cluster.id)
  if (!entries)
    throw new MaculaError({
      kind: 'failed',
      what: `There is no kubeconfig for the cluster ${cluster.name}.`,
      why: 'It was not made yet, or kind does not know it.',
      todo: `Create it: ${clusterUpLine(cluster.id)}`,
    })
  const view = {
    file,
    context: contextOf(cluster),
    export: `export KUBECONFIG='${file.replaceAll("'", `'\\''`)}'`,
  }
  // The context of one that somebody else made is theirs in the person's file: it neither comes nor goes with us.
  if ((await belongsTo(context, cluster, await context.nodes(cluster))) === 'others') return view
  if (context.settings.clusters.kubeconfig === 'own') {
    const taken = await takeOut(context, cluster)
    return taken.kind === 'same' ? view : { ...view, user: { ...taken, says: sayTaken(taken) } }
  }
  const written = await writeUserKubeconfig({
    env: context.env,
    entries,
    backups: join(clusterFolder(context.paths), 'backups'),
    now: context.now(),
  })
  if (written.kind !== 'left') await writeWhole(userMark(context, cluster), `${written.file}\n`, 0o600)
  const says =
    written.kind === 'left'
      ? `${written.file} is left as it is: ${written.says}. Use this cluster's own file instead.`
      : written.kind === 'same'
        ? `${written.file} has it already`
        : `written into ${written.file}${written.backup === undefined ? '' : `; the file before is kept as ${written.backup}`}`
  return { ...view, user: { kind: written.kind, file: written.file, says } }
}

/** What became of our context in the person's file when it is not to be there any more. */
function sayTaken(taken: Exclude<KubeconfigWritten, { kind: 'same' }>): string {
  return taken.kind === 'left'
    ? `${taken.file} is left as it is: ${taken.says}. Our context is still in it.`
    : `our context was taken out of ${taken.file}${taken.backup === undefined ? '' : `; the file before is kept as ${taken.backup}`}`
}
