import { pause } from '../../engine/wait.ts'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterSpec } from '../../model/cluster.ts'
import { clusterUpLine } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import { readIfThere, wholeFile, writeWhole } from '../files.ts'
import { ApiError } from './api.ts'
import { runTrouble } from './commands.ts'
import { writeUserKubeconfig, type KubeconfigWritten } from './kubeconfig-file.ts'
import { withSources } from './sources.ts'
import { clusterFolder, ownKubeconfig, ownerOf, readMarker, removeMarker, writeMarker } from './marker.ts'
import { leaveNetwork, removeNode, turnNode, type Node } from './nodes.ts'
import { belongsTo, contextOf, whyUnfit, type KindContext } from './context.ts'

/** After its node started, an API server answers within half a minute; a slow machine takes longer (ms). */
const API_DEADLINE_MS = 180_000
const ASK_AGAIN_MS = 250
/** kind's words where containers of the name are there (kind 0.33, pkg/cluster/internal/create), and Docker's where one came after that look. */
const EXISTS = /node\(s\) already exist|container name \S+ is already in use/

function notOurs(cluster: ClusterSpec, why: string, todo: string): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: `A cluster named ${cluster.name} exists already, and Macula did not create it. It is left as it is.`,
    why,
    todo,
  })
}

/** Makes a cluster. What an interrupted try of ours left is removed first; a cluster of somebody else never is. */
export async function createCluster(
  context: KindContext,
  cluster: ClusterSpec,
  image: string,
  onStep: (says: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const kind = await context.kind(image)
  const before = await context.nodes(cluster)
  const owner = await belongsTo(context, cluster, before)
  if (owner === 'others')
    throw notOurs(cluster, whyUnfit(cluster, before) ?? '', 'kubectl reaches what is in it.')
  const earlier = await readMarker(context.paths, cluster.id)
  await removeLeft(context, before, onStep)
  context.forget(cluster)
  const kubeconfig = ownKubeconfig(context.paths, cluster.id)
  await rm(kubeconfig, { force: true })
  const config = join(clusterFolder(context.paths), `${cluster.id}.kind.yaml`)
  const { sources } = context.settings.clusters
  await writeWhole(config, withSources((await wholeFile(cluster.config)).toString(), sources))
  // Written before anything is made: nodes that are found under this name from now on are ours.
  const at = context.now()
  await writeMarker(context.paths, cluster.id, { name: cluster.name, phase: 'creating', at, nodes: [] })
  const make = async () =>
    await kind.create({ name: cluster.name, config, kubeconfig, image, onStep, signal })
  let run = await make()
  // What a killed try asked of Docker may be there only after it was looked for; whose it is, that try had written down.
  if (!run.ok && earlier?.phase === 'creating' && !signal.aborted && EXISTS.test(`${run.err}${run.out}`)) {
    const late = await context.nodes(cluster)
    if (ownerOf(earlier, late) === 'ours') {
      await removeLeft(context, late, onStep)
      run = await make()
    }
  }
  if (!run.ok) {
    if (run.why === 'failed') await keepFailed(context, cluster, at, EXISTS.test(`${run.err}${run.out}`))
    throw runTrouble(
      `The cluster ${cluster.name} cannot be created`,
      run,
      `docker logs ${cluster.name}-control-plane may say more; then start it again: ${clusterUpLine(cluster.id)}`,
    )
  }
  const nodes = await context.nodes(cluster)
  await writeMarker(context.paths, cluster.id, {
    name: cluster.name,
    phase: 'made',
    at: context.now(),
    nodes: nodes.map((node) => node.id),
  })
}

/**
 * What is left of a create that kind itself ended: exactly these nodes are ours. Where it left none, or refused because somebody
 * else has some of this name (`isTheirs`), nothing is: who makes a cluster of this name later makes their own.
 */
async function keepFailed(
  context: KindContext,
  cluster: ClusterSpec,
  at: number,
  isTheirs: boolean,
): Promise<void> {
  const left = isTheirs ? [] : await context.nodes(cluster)
  if (left.length === 0) return await removeMarker(context.paths, cluster.id)
  const nodes = left.map(({ id }) => id)
  await writeMarker(context.paths, cluster.id, { name: cluster.name, phase: 'creating', at, nodes })
}

/** Removes nodes that an interrupted try of ours left. */
async function removeLeft(
  context: KindContext,
  nodes: readonly Node[],
  onStep: (says: string) => void,
): Promise<void> {
  if (nodes.length === 0) return
  onStep('Removing what an interrupted try left')
  const link = await context.link()
  for (const node of nodes) await removeNode(link, node)
}

/** Starts what does not run, control plane first, and waits until the API server answers. */
export async function startCluster(
  context: KindContext,
  cluster: ClusterSpec,
  signal: AbortSignal,
): Promise<void> {
  const link = await context.link()
  for (const node of await context.nodes(cluster)) if (!node.running) await turnNode(link, node, true)
  await untilApi(context, cluster, signal)
}

async function untilApi(context: KindContext, cluster: ClusterSpec, signal: AbortSignal): Promise<void> {
  const until = context.now() + API_DEADLINE_MS
  let last = 'it was not asked'
  for (;;) {
    if (signal.aborted)
      throw new MaculaError({
        kind: 'refused',
        what: `The wait for the cluster ${cluster.name} was interrupted.`,
        todo: `${clusterUpLine(cluster.id)} continues where it stopped.`,
      })
    try {
      const api = await context.api(cluster)
      if (api) {
        await api.get('/readyz', signal)
        return
      }
      last = 'kind gives no kubeconfig for it'
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      last = error.message
    }
    const stopped = (await context.nodes(cluster)).find((node: Node) => !node.running)
    if (stopped)
      throw new MaculaError({
        kind: 'failed',
        what: `The node ${stopped.name} stops right after it starts: exit code ${stopped.exitCode}.`,
        todo: `docker logs ${stopped.name} says why.`,
      })
    if (context.now() > until)
      throw new MaculaError({
        kind: 'failed',
        what: `The API server of the cluster ${cluster.name} did not answer in time.`,
        why: `The last try: ${last}.`,
        todo: `docker logs ${cluster.name}-control-plane may say more.`,
      })
    await pause(ASK_AGAIN_MS, signal)
  }
}

/** Stops the nodes; containers and what is in them stay. */
export async function stopCluster(context: KindContext, cluster: ClusterSpec): Promise<void> {
  const link = await context.link()
  // Workers first: they must not meet a dead control plane while they still work.
  for (const node of [...(await context.nodes(cluster))].reverse()) await turnNode(link, node, false)
}

/** Removes a cluster of ours with its kubeconfig entries; our network and everything else stays. */
export async function removeCluster(
  context: KindContext,
  cluster: ClusterSpec,
  onStep: (says: string) => void,
): Promise<void> {
  const nodes = await context.nodes(cluster)
  const owner = await belongsTo(context, cluster, nodes)
  if (owner === 'others')
    throw notOurs(
      cluster,
      'Macula removes only what it created.',
      `Whoever created it can remove it, with what is in it: kind delete cluster --name ${cluster.name}`,
    )
  const marker = await readMarker(context.paths, cluster.id)
  if (nodes.length > 0) {
    await writeMarker(context.paths, cluster.id, {
      name: cluster.name,
      at: marker?.at ?? context.now(),
      phase: 'deleting',
      nodes: nodes.map((node) => node.id),
    })
    onStep('Removing its nodes')
    const link = await context.link()
    for (const node of nodes) {
      await leaveNetwork(link, node, context.settings.project)
      await removeNode(link, node)
    }
  }
  onStep('Removing its entries from kubeconfigs')
  await takeOut(context, cluster)
  await rm(userMark(context, cluster), { force: true })
  context.forget(cluster)
  await rm(ownKubeconfig(context.paths, cluster.id), { force: true })
  await removeMarker(context.paths, cluster.id)
}

/** Takes our context out of the person's kubeconfig, where we put it; what was never put there is left alone. */
export async function takeOut(context: KindContext, cluster: ClusterSpec): Promise<KubeconfigWritten> {
  const file = await lastWritten(context, cluster)
  if (file === undefined) return { kind: 'same', file: '' }
  const taken = await writeUserKubeconfig({
    // Where it was put, whatever KUBECONFIG names by now.
    env: { ...context.env, KUBECONFIG: file },
    entries: { name: contextOf(cluster) },
    backups: join(clusterFolder(context.paths), 'backups'),
    now: context.now(),
    onlyIf: file,
  })
  if (taken.kind === 'written') await rm(userMark(context, cluster), { force: true })
  return taken
}

/** Where is noted which file of the person's holds our entries. */
export function userMark(context: KindContext, cluster: ClusterSpec): string {
  return join(clusterFolder(context.paths), `${cluster.id}.user-kubeconfig`)
}

async function lastWritten(context: KindContext, cluster: ClusterSpec): Promise<string | undefined> {
  const text = (await readIfThere(userMark(context, cluster)).catch(() => undefined))?.trim()
  return text === '' ? undefined : text
}
