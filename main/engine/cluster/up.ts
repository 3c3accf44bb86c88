import { imageOf, nodeImageOf, type AppSeen, type ClusterSeen } from '../../model/cluster.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { currentPods, isImageMissing, isOldReady, isPullRefused } from '../../model/rungs/pod.ts'
import { sayHolder } from '../../model/say.ts'
import { askDoor } from '../look/asking.ts'
import { wishesOf } from '../look/seen.ts'
import { pause } from '../look/schedule.ts'
import type { Crew } from '../run/crew.ts'
import { pullMissing } from '../run/images.ts'
import { namesInside, variablesInside } from './inside.ts'
import type { ClusterAsk, ClusterRow } from './wanted.ts'

/** The ingress controller's image is pulled by the node at the first start. */
const INGRESS_DEADLINE_MS = 300_000
/** A pod that is not ready after this goes on by itself; its row tells (ms). */
const POD_DEADLINE_MS = 120_000
const LOOK_AGAIN_MS = 300

interface Step {
  readonly crew: Crew
  readonly ask: ClusterAsk
  readonly tell: (event: StepEvent) => void
  readonly elapsed: () => number
  readonly signal: AbortSignal
}

/**
 * Makes, starts and fills one cluster: each step only where it is not done yet, so that a second run goes on where the
 * first was interrupted. A failed cluster takes its applications along; one bad application only itself.
 */
export async function clusterUp(step: Step): Promise<RunResult> {
  const { crew, ask, tell, elapsed } = step
  const { ports, truth } = crew
  const { row, apps } = ask
  const ids = [row.id, ...apps.map(({ id }) => id)]
  const began = elapsed()
  const done: string[] = []
  const failed: { service: string; trouble: Trouble }[] = []
  const skipped: { service: string; because: string }[] = []
  await ports.intent.want(ids)
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
    failed.push({ service: row.id, trouble })
    tell({ kind: 'failed', ms: elapsed(), service: row.id, trouble })
    for (const { id } of apps) {
      const because = `it needs ${row.title}, which did not start`
      skipped.push({ service: id, because })
      tell({ kind: 'skipped', ms: elapsed(), service: id, because })
    }
  }
  if (failed.length === 0)
    await Promise.all(
      apps.map(async (app) => {
        try {
          await appUp(step, app)
          done.push(app.id)
        } catch (error) {
          failed.push({ service: app.id, trouble: troubleOf(error) })
          tell({ kind: 'failed', ms: elapsed(), service: app.id, trouble: troubleOf(error) })
        } finally {
          truth.act(app.id, undefined)
        }
      }),
    )
  for (const id of ids) truth.act(id, undefined)
  await truth.observe.cluster(ask.cluster)
  await crew.reconcileForwards(tell, elapsed)
  truth.publish()
  return { ok: failed.length === 0 && skipped.length === 0, done, failed, skipped, ms: elapsed() - began }
}

async function seen({ crew, ask }: Step): Promise<ClusterSeen> {
  await crew.truth.observe.cluster(ask.cluster)
  crew.truth.publish()
  return crew.truth.seen.clusters.get(ask.cluster.id) ?? { kind: 'absent', wasMade: false }
}

/** Everything up to a ready ingress controller. */
async function ready(step: Step): Promise<void> {
  const { crew, ask, tell, elapsed, signal } = step
  const { ports } = crew
  const { cluster, row } = ask
  const say = (says: string): void => tell({ kind: 'waiting', ms: elapsed(), service: row.id, says })
  await ports.docker.ensureNetwork()
  const found = await seen(step)
  if (found.kind === 'foreign')
    throw new MaculaError({
      kind: 'failed',
      what: `A cluster named ${cluster.name} is there that Macula did not make. It is left as it is.`,
      why: found.says,
      todo: `Remove it yourself (kind delete cluster --name ${cluster.name}), or give it that port mapping.`,
    })
  if (found.kind === 'absent' || found.kind === 'unfinished') {
    // Half-made nodes of ours hold the port themselves; they are removed before it is made anew.
    if (found.kind === 'absent') await portIsFree(step)
    const image = nodeImageOf(cluster, crew.settings.clusters.nodes)
    await ports.clusters.bring(image, say, signal)
    say(`Looking for the node image ${image.split('@')[0] ?? image}`)
    const troubles = await pullMissing(ports, [{ image }], tell, elapsed, signal)
    const trouble = troubles.get(image)
    if (trouble) throw new MaculaError(trouble)
    await ports.clusters.create(cluster, image, say, signal)
  } else if (found.kind === 'stopped' || found.kind === 'down' || found.nodes.some((node) => !node.running)) {
    say('Starting its nodes')
  }
  await ports.clusters.start(cluster, signal)
  say('Joining the docker network')
  await ports.clusters.join(cluster, registryOf(crew))
  say('Putting the ingress controller into it')
  await ports.clusters.putBase(cluster)
  await clusterInside(crew, ask)
  const view = await ports.clusters.kubeconfig(cluster)
  if (view.user?.kind === 'left') tell({ kind: 'note', ms: elapsed(), says: view.user.says })
  await ingressReady(step, say)
}

/** The registry by its public name, and where a node reaches it: its container, on our network. */
export function registryOf({ settings, truth }: Crew): { readonly name: string; readonly url: string } {
  const address = truth.seen.containers.get('registry')?.address ?? ''
  const prefix = settings.subnet.split('.').slice(0, 3).join('.')
  return {
    name: `registry.${settings.suffix}`,
    url: `http://${address === '' ? `${prefix}.11` : address}:5000`,
  }
}

/** What a cluster knows of the outside: names for its pods, and variables with connection strings. */
export async function clusterInside(crew: Crew, ask: ClusterAsk): Promise<void> {
  const { ports, settings, truth } = crew
  const { services } = crew.catalog()
  await ports.clusters.putNames(ask.cluster, (before, node) =>
    namesInside(
      crew.catalog(),
      settings.suffix,
      truth.seen.containers,
      new Map([[ask.cluster.id, node]]),
      before,
    ),
  )
  const ids = services.filter(({ runtime }) => runtime.kind === 'container').map(({ id }) => id)
  const variables = variablesInside(crew.catalog(), ids, settings.suffix, await ports.secrets.read())
  await ports.clusters.putVariables(ask.cluster, new Map(variables.map(({ name, value }) => [name, value])))
}

/** kind would fail late, after making a node: whoever holds the port is named before anything is made. */
async function portIsFree({ crew, ask }: Step): Promise<void> {
  const { host, port } = ask.cluster
  const look = await crew.ports.host.listener(host, port, [])
  if (look.kind !== 'stranger') return
  throw new MaculaError({
    kind: 'failed',
    what: `${sayHolder(look.holder)} has ${host}:${port}, where the cluster's ingress is published.`,
    why: 'It is not ours, so it is left alone. Nothing was made.',
    todo: `End it or move it to another port${look.holder.pid === undefined ? '' : ` (kill ${look.holder.pid} ends it)`}, then maculactl up ${ask.row.id}.`,
  })
}

async function ingressReady(step: Step, say: (says: string) => void): Promise<void> {
  const { crew, signal } = step
  const until = crew.ports.clock.now() + INGRESS_DEADLINE_MS
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
        todo: `Repair what it names, then maculactl up ${step.ask.row.id}.`,
      })
    stillWanted(step, signal)
    if (crew.ports.clock.now() > until)
      throw new MaculaError({
        kind: 'failed',
        what: 'The ingress controller was not ready in time.',
        why: pod ? `${pod.phase} ${pod.reason} ${pod.message}`.trim() : 'It has no pod.',
        todo: `maculactl cluster events ${step.ask.row.id} lists what the cluster told.`,
      })
    await pause(LOOK_AGAIN_MS, signal)
  }
}

function stillWanted({ ask }: Step, signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new MaculaError({
    kind: 'refused',
    what: `${ask.row.title} was not waited for.`,
    why: 'The start was interrupted.',
    todo: `maculactl up ${ask.row.id} goes on where it stopped.`,
  })
}

/** Puts an application into its cluster and waits for its pod; a missing image is told, not waited for. */
async function appUp(step: Step, service: ClusterRow): Promise<void> {
  const { crew, ask, tell, elapsed, signal } = step
  const { ports, settings } = crew
  const { app } = service.runtime
  const wish = wishesOf(crew.catalog(), ask.cluster.id, settings).find((one) => one.app.id === service.id)
  if (!app || !wish) return
  const began = elapsed()
  tell({ kind: 'starting', ms: began, service: service.id })
  const before = appIn(await seen(step), service.id)
  for (const says of await ports.clusters.putApp(ask.cluster, wish))
    tell({ kind: 'note', ms: elapsed(), says })
  // Its pods wait up to five minutes before they ask for the image again; a person who starts it does not.
  if (before?.pods.some(({ reason }) => reason === 'ImagePullBackOff' || reason === 'CrashLoopBackOff'))
    await ports.clusters.restartApp(ask.cluster, app)
  const until = ports.clock.now() + POD_DEADLINE_MS
  for (;;) {
    const found = appIn(await seen(step), service.id)
    const pods = currentPods(found)
    // Pods of the version before do not count: what was just pushed is to run. And right after a node started, the API
    // server still tells of the pods as they were before: only an answer counts.
    const isReady =
      found !== undefined &&
      found.takenUp &&
      found.replicas > 0 &&
      pods.filter((pod) => pod.ready).length >= found.replicas &&
      !isOldReady(found)
    if (isReady && (await answers(step, service))) {
      tell({ kind: 'answers', ms: elapsed(), service: service.id, tookMs: elapsed() - began })
      return
    }
    if (isImageMissing(found)) {
      const image = imageOf(app, settings.clusters.images, settings.suffix)
      tell({
        kind: 'note',
        ms: elapsed(),
        says: `${service.title} has no image yet: push ${image}. Its placeholder page answers meanwhile.`,
      })
      return
    }
    const crashed = found?.takenUp ? pods.find(({ reason }) => reason === 'CrashLoopBackOff') : undefined
    if (crashed) throw endedRightAway(service, crashed, isOldReady(found))
    if (found?.takenUp && isOldReady(found) && isPullRefused(found))
      throw new MaculaError({
        kind: 'failed',
        what: `The image of ${service.title} is not in the registry any more; the version before still answers.`,
        why: imageOf(app, settings.clusters.images, settings.suffix),
        todo: `Push it, then maculactl restart ${service.id}.`,
      })
    stillWanted(step, signal)
    if (ports.clock.now() > until) throw late(service, pods[0])
    await pause(LOOK_AGAIN_MS, signal)
  }
}

/** Whether every URL of an application is answered by a pod of it, past our own forwarder. */
async function answers({ crew }: Step, service: ClusterRow): Promise<boolean> {
  const asking = { ...crew.truth.observe.asking(), clusters: crew.truth.seen.clusters }
  const found = await Promise.all(
    service.endpoints.map(async (endpoint) => await askDoor(asking, service, endpoint, 'direct')),
  )
  return found.every((seen) => seen?.kind === 'answer')
}

function appIn(found: ClusterSeen, id: string): AppSeen | undefined {
  return found.kind === 'up' ? found.apps.get(id) : undefined
}

function endedRightAway(service: ClusterRow, pod: AppSeen['pods'][number], isOldThere: boolean): MaculaError {
  const code = pod.exitCode === undefined ? '' : `: exit code ${pod.exitCode}`
  return new MaculaError({
    kind: 'failed',
    what: isOldThere
      ? `The new version of ${service.title} ends right after it starts${code}. The version before still answers.`
      : `${service.title} ends right after it starts${code}.`,
    why: pod.lastLine === undefined ? pod.message : `Its last line: ${pod.lastLine}`,
    todo: `Read its log (maculactl logs ${service.id}), repair what it names, push the image again.`,
  })
}

function late(service: ClusterRow, pod: AppSeen['pods'][number] | undefined): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: `${service.title} was not ready in time; its cluster goes on trying.`,
    why: pod ? `${pod.reason === '' ? pod.phase : pod.reason} ${pod.message}`.trim() : 'It has no pod.',
    todo: `maculactl status ${service.id} says why.`,
  })
}
