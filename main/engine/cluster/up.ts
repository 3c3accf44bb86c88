import { fqdn } from '../../model/access.ts'
import type { ClusterSeen } from '../../model/cluster.ts'
import { clusterUpLine } from '../../model/cluster-id.ts'
import { nodeImageOf } from '../../model/node-image.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { REGISTRY, REGISTRY_PORT, registryReferences } from '../../model/registry.ts'
import { INTERRUPTED, type RunResult } from '../../model/run.ts'
import { sayThe } from '../../model/say.ts'
import { keepFailures } from '../run/failures.ts'
import { needNetwork } from '../run/network.ts'
import { dnsOf } from '../look/powerdns.ts'
import type { NodeWish } from '../adapters.ts'
import { pause } from '../wait.ts'
import type { RunContext } from '../run/context.ts'
import { isInterruption } from '../run/ending.ts'
import { pullMissing } from '../run/images.ts'
import { appUp } from './app-up.ts'
import { namesInside, variablesInside } from './inside.ts'
import { portsAreFree } from './ports-free.ts'
import { LOOK_AGAIN_MS, seen, stillWanted, type Step } from './step.ts'
import type { ClusterAsk } from './wanted.ts'

/** The ingress controller's image is pulled by the node at the first start. */
const INGRESS_DEADLINE_MS = 300_000

/**
 * Makes, starts and fills one cluster: each step only where it is not done yet, so that a second run goes on where the
 * first was interrupted. A failed cluster takes its applications along; one bad application only itself.
 */
export async function clusterUp(step: Step): Promise<RunResult> {
  const { context, ask, tell, elapsed } = step
  const { adapters, truth } = context
  const { row, apps } = ask
  const ids = [row.id, ...apps.map(({ id }) => id)]
  const began = elapsed()
  const done: string[] = []
  const failed: { service: string; trouble: Trouble }[] = []
  const skipped: { service: string; because: string }[] = []
  const leave = (service: string, because: string): void => {
    skipped.push({ service, because })
    tell({ kind: 'skipped', ms: elapsed(), service, because })
  }
  await adapters.intent.want(ids)
  await truth.observe.wanted()
  for (const id of ids) truth.act(id, 'starting')
  try {
    tell({ kind: 'starting', ms: elapsed(), service: row.id })
    await ready(step)
    tell({ kind: 'answers', ms: elapsed(), service: row.id, tookMs: elapsed() - began })
    done.push(row.id)
    truth.act(row.id, undefined)
  } catch (error) {
    const trouble = troubleOf(error)
    if (isInterruption(trouble, step.signal)) for (const id of ids) leave(id, INTERRUPTED)
    else {
      failed.push({ service: row.id, trouble })
      tell({ kind: 'failed', ms: elapsed(), service: row.id, trouble })
      for (const { id } of apps) leave(id, `it needs ${sayThe(row.title)}, which did not start`)
    }
  }
  if (done.length > 0)
    await Promise.all(
      apps.map(async (app) => {
        try {
          await appUp(step, app)
          done.push(app.id)
        } catch (error) {
          const trouble = troubleOf(error)
          if (isInterruption(trouble, step.signal)) leave(app.id, INTERRUPTED)
          else {
            failed.push({ service: app.id, trouble })
            tell({ kind: 'failed', ms: elapsed(), service: app.id, trouble })
          }
        } finally {
          truth.act(app.id, undefined)
        }
      }),
    )
  for (const id of ids) truth.act(id, undefined)
  await truth.observe.cluster(ask.cluster)
  await keepEnding(context, ask, failed.find(({ service }) => service === row.id)?.trouble)
  await context.reconcileForwards(tell, elapsed)
  truth.publish()
  return { ok: failed.length === 0 && skipped.length === 0, done, failed, skipped, ms: elapsed() - began }
}

/** Writes down why a cluster could not be created, for whoever looks later; one that is there tells its trouble itself. */
async function keepEnding(
  context: RunContext,
  { cluster, row }: ClusterAsk,
  trouble: Trouble | undefined,
): Promise<void> {
  const kind = context.truth.seen.clusters.get(cluster.id)?.kind
  if (trouble !== undefined && kind !== 'absent' && kind !== 'unfinished') return
  await keepFailures(context, new Map([[row.id, trouble]]), new Set())
}

/** Everything up to a ready ingress controller. */
async function ready(step: Step): Promise<void> {
  const { context, ask, tell, elapsed, signal } = step
  const { adapters } = context
  const { cluster, row } = ask
  const say = (says: string): void => tell({ kind: 'waiting', ms: elapsed(), service: row.id, says })
  await needNetwork(adapters)
  const found = await seen(step)
  if (found.kind === 'foreign')
    throw new MaculaError({
      kind: 'failed',
      what: `A cluster named ${cluster.name} exists already, and Macula did not create it. It is left as it is.`,
      why: found.says,
      todo: 'kubectl reaches what is in it. For clean URLs its kind.yaml needs extraPortMappings with containerPort 80; kind has to recreate its nodes for that, which takes some minutes and loses what is only in the cluster.',
    })
  if (found.kind === 'absent' || found.kind === 'unfinished') {
    // Half-made nodes of ours hold the port themselves; they are removed before it is made anew.
    if (found.kind === 'absent') await portsAreFree(step, 'made')
    const image = nodeImageOf(cluster, context.settings.clusters.nodes)
    await adapters.clusters.bring(image, say, signal)
    say(`Looking for the node image ${image.split('@')[0] ?? image}`)
    const troubles = await pullMissing(adapters, [{ image }], tell, elapsed, signal)
    const trouble = troubles.get(image)
    if (trouble) throw new MaculaError(trouble)
    await adapters.clusters.create(cluster, image, say, signal)
  } else if (found.kind === 'stopped' || found.kind === 'down' || found.nodes.some((node) => !node.running)) {
    // Another cluster that publishes the same may run: Docker would tell it by an address of its own.
    if (found.kind === 'stopped') await portsAreFree(step, 'started')
    say('Starting its nodes')
  }
  await adapters.clusters.start(cluster, signal)
  for (const { host } of await adapters.clusters.missingSources(cluster))
    tell({
      kind: 'note',
      ms: elapsed(),
      says: `${host} is not in the nodes of ${row.title}: folders are mounted only when a node is created. maculactl cluster recreate ${cluster.id} recreates it; what is only in it, volumes included, is lost.`,
    })
  say('Joining the docker network')
  await adapters.clusters.join(cluster, nodeWish(context, cluster.id))
  say('Installing the ingress controller')
  await adapters.clusters.putBase(cluster)
  await clusterInside(context, ask)
  const view = await adapters.clusters.kubeconfig(cluster)
  if (view.user?.kind === 'left') tell({ kind: 'note', ms: elapsed(), says: view.user.says })
  await ingressReady(step, say)
}

/** What the nodes of a cluster are to know: the registry's container on our network, and the names that lead to them. */
export function nodeWish({ settings, truth, catalog }: RunContext, cluster: string): NodeWish {
  const address = truth.seen.containers.get(REGISTRY)?.address ?? ''
  const prefix = settings.subnet.split('.').slice(0, 3).join('.')
  return {
    names: catalog()
      .services.flatMap(({ runtime, endpoints }) =>
        runtime.kind === 'cluster' && runtime.cluster.id === cluster
          ? endpoints.flatMap((endpoint) => fqdn(endpoint, settings.suffix) ?? [])
          : [],
      )
      .sort(),
    registry: {
      references: registryReferences(settings.suffix),
      url: `http://${address === '' ? `${prefix}.11` : address}:${REGISTRY_PORT}`,
    },
  }
}

/** The address of a running node of each cluster that was looked at; '' where none runs. Docker knows it, whatever the API server says. */
function nodesOf(clusters: ReadonlyMap<string, ClusterSeen>): ReadonlyMap<string, string> {
  const at = (seen: ClusterSeen): string =>
    'nodes' in seen && seen.kind !== 'foreign'
      ? (seen.nodes.find(({ running, address }) => running && address !== '')?.address ?? '')
      : ''
  return new Map([...clusters].map(([id, seen]) => [id, at(seen)] as const))
}

/** What a cluster knows of the outside: names for its pods, and variables with connection strings. */
export async function clusterInside(context: RunContext, ask: ClusterAsk): Promise<void> {
  const { adapters, settings, truth } = context
  const { services } = context.catalog()
  // Hosts of Ingresses that nobody described too, and those of other clusters at their nodes.
  const all = { ...context.catalog(), services: truth.rows() }
  await adapters.clusters.putNames(ask.cluster, (before, node) => ({
    names: namesInside(
      all,
      settings.suffix,
      truth.seen.containers,
      new Map([...nodesOf(truth.seen.clusters), [ask.cluster.id, node]]),
      before,
    ),
    zones: settings.zones,
    // Always the container itself: nodes are on its network, whatever this machine reaches.
    asks: dnsOf(truth.seen.containers, true)?.address,
  }))
  const ids = services.map(({ id }) => id)
  const variables = variablesInside(context.catalog(), ids, settings.suffix, await adapters.secrets.read())
  await adapters.clusters.putVariables(
    ask.cluster,
    new Map(variables.map(({ name, value }) => [name, value])),
  )
  const served = settings.tls ? await adapters.tls.served() : undefined
  if (served) await adapters.clusters.putTls(ask.cluster, served)
}

async function ingressReady(step: Step, say: (says: string) => void): Promise<void> {
  const { context, signal } = step
  const until = context.adapters.clock.now() + INGRESS_DEADLINE_MS
  let told = ''
  for (;;) {
    const now = await seen(step)
    if (now.kind === 'up' && now.ingress.some((pod) => pod.ready)) return
    const pod = now.kind === 'up' ? now.ingress[0] : undefined
    const says =
      pod && pod.reason !== ''
        ? `The ingress controller: ${pod.reason}`
        : 'Waiting for the ingress controller'
    if (says !== told) say(says)
    told = says
    if (
      pod &&
      ['ErrImagePull', 'ImagePullBackOff', 'CrashLoopBackOff'].includes(pod.reason) &&
      pod.message !== ''
    )
      throw new MaculaError({
        kind: 'failed',
        what: `The ingress controller does not start: ${pod.reason}.`,
        why: pod.message,
        todo: `Repair what it names, then ${clusterUpLine(step.ask.cluster.id)}.`,
      })
    stillWanted(step, signal)
    if (context.adapters.clock.now() > until)
      throw new MaculaError({
        kind: 'failed',
        what: 'The ingress controller was not ready in time.',
        why: pod ? `${pod.phase} ${pod.reason} ${pod.message}`.trim() : 'It has no pod.',
        todo: `maculactl cluster events ${step.ask.cluster.id} lists the recent events of the cluster.`,
      })
    await pause(LOOK_AGAIN_MS, signal)
  }
}
