import { join } from 'node:path'
import type { ClusterPort } from '../../engine/ports.ts'
import type { ClusterSpec, KubeconfigView } from '../../model/cluster.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import { writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { writeUserKubeconfig, type KubeconfigWritten } from './kubeconfig-file.ts'
import { createCluster, removeCluster, startCluster, stopCluster, takeOut, userMark } from './life.ts'
import { seeCluster } from './look.ts'
import { clusterFolder, ownKubeconfig } from './marker.ts'
import { readPodLogs } from './pod-logs.ts'
import { openPut } from './put.ts'
import { watchCluster } from './watch.ts'
import { contextOf, openYard, type Yard } from './yard.ts'

/** KinD clusters: made by kind, seen through Docker and their API servers. */
export function openClusters(input: {
  readonly paths: Paths
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
}): ClusterPort {
  const yard = openYard(input)
  return {
    tool: async (image) => await yard.tools.look(image),
    bring: async (image, onStep, signal) => void (await yard.tools.have(image, onStep, signal)),
    see: async (cluster, apps, registry) => await seeCluster(yard, cluster, apps, registry),
    watch: async (cluster, handlers) => await watchCluster(yard, cluster, handlers),
    create: async (cluster, image, onStep, signal) =>
      await createCluster(yard, cluster, image, onStep, signal),
    start: async (cluster, signal) => await startCluster(yard, cluster, signal),
    stop: async (cluster) => await stopCluster(yard, cluster),
    remove: async (cluster, onStep) => await removeCluster(yard, cluster, onStep),
    ...openPut(yard),
    logs: (cluster, service, app, options) => readPodLogs(yard, cluster, service, app, options),
    kubeconfig: async (cluster) => await kubeconfig(yard, cluster),
  }
}

async function kubeconfig(yard: Yard, cluster: ClusterSpec): Promise<KubeconfigView> {
  const entries = await yard.entries(cluster)
  const file = ownKubeconfig(yard.paths, cluster.id)
  if (!entries)
    throw new MaculaError({
      kind: 'failed',
      what: `There is no kubeconfig for the cluster ${cluster.name}.`,
      why: 'It was not made yet, or kind does not know it.',
      todo: `Make it: maculactl up ${cluster.id}`,
    })
  const view = {
    file,
    context: contextOf(cluster),
    export: `export KUBECONFIG='${file.replaceAll("'", `'\\''`)}'`,
  }
  if (yard.settings.clusters.kubeconfig === 'own') {
    const taken = await takeOut(yard, cluster)
    return taken.kind === 'same' ? view : { ...view, user: { ...taken, says: sayTaken(taken) } }
  }
  const written = await writeUserKubeconfig({
    env: yard.env,
    entries,
    backups: join(clusterFolder(yard.paths), 'backups'),
    now: yard.now(),
  })
  if (written.kind !== 'left') await writeWhole(userMark(yard, cluster), `${written.file}\n`, 0o600)
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
