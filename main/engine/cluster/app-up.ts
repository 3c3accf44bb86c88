import { imageOf, type AppSeen, type ClusterSeen } from '../../model/cluster.ts'
import { MaculaError } from '../../model/errors.ts'
import type { AnswerSeen } from '../../model/observation.ts'
import { pushable } from '../../model/registry.ts'
import {
  currentPods,
  isAppReady,
  isHopeless,
  isImageMissing,
  isOldReady,
  isPullRefused,
  isRefusedElsewhere,
  isSteady,
  podRung,
  type PodLook,
} from '../../model/rungs/pod.ts'
import { afterCrash } from '../../model/rungs/pod-trouble.ts'
import type { EndpointSpec } from '../../model/service.ts'
import { askAccess } from '../look/asking.ts'
import { wishesOf } from '../look/seen.ts'
import { pause } from '../wait.ts'
import { LOOK_AGAIN_MS, seen, stillWanted, type Step } from './step.ts'
import type { ClusterRow } from './wanted.ts'

/** A pod that is not ready after this goes on by itself; its row tells (ms). */
const POD_DEADLINE_MS = 120_000

/**
 * A foreign image that was refused is asked for again after 10 s (the kubelet's first back-off). What is refused for longer
 * was refused twice, and a person is told why instead of waiting for the deadline (ms).
 */
const REFUSED_TWICE_MS = 15_000

/** The cluster's ingress takes up what is new some moments after it was put in, and answers 404 for it until then (ms). */
const ROUTED_DEADLINE_MS = 15_000
const NO_ROUTE_STATUS = 404

/** Puts an application into its cluster and waits for its pod; a missing image is told, not waited for. */
export async function appUp(step: Step, service: ClusterRow): Promise<void> {
  const { context, ask, tell, elapsed, signal } = step
  const { adapters, settings } = context
  const { app } = service.runtime
  const wish = wishesOf(context.catalog(), ask.cluster.id, settings).find((one) => one.app.id === service.id)
  if (!app || !wish) return
  const began = elapsed()
  tell({ kind: 'starting', ms: began, service: service.id })
  const before = appIn(await seen(step), service.id)
  for (const says of await adapters.clusters.putApp(ask.cluster, wish))
    tell({ kind: 'note', ms: elapsed(), says })
  // Its pods wait up to five minutes before they ask for the image again; a person who starts it does not.
  if (before?.pods.some(({ reason }) => reason === 'ImagePullBackOff' || reason === 'CrashLoopBackOff'))
    await adapters.clusters.restartApp(ask.cluster, app)
  const until = adapters.clock.now() + POD_DEADLINE_MS
  let refusedSince: number | undefined
  // What was not there before is routed anew; afterwards a 404 is its own.
  let routedBy = before?.applied === true ? 0 : undefined
  for (;;) {
    const cluster = await seen(step)
    const found = appIn(cluster, service.id)
    const pods = currentPods(found)
    // Pods of the version before do not count: what was just pushed is to run. And right after a node started, the API
    // server still tells of the pods as they were before: only an answer counts.
    if (found && isAppReady(found)) routedBy ??= adapters.clock.now() + ROUTED_DEADLINE_MS
    if (found && isAppReady(found) && (await runsOn(step, service, found, routedBy))) {
      tell({ kind: 'answers', ms: elapsed(), service: service.id, tookMs: elapsed() - began })
      return
    }
    if (isImageMissing(found, settings.suffix)) {
      const image =
        pods.find(({ ready }) => !ready)?.image ?? imageOf(app, settings.clusters.images, settings.suffix)
      tell({
        kind: 'note',
        ms: elapsed(),
        says: `${service.title} has no image yet: push ${pushable(image, settings.suffix)}.${(await untilRouted(step, service)) ? ' Its placeholder page answers meanwhile.' : ''}`,
      })
      return
    }
    const crashed = found?.takenUp ? pods.find(({ reason }) => reason === 'CrashLoopBackOff') : undefined
    if (crashed) throw endedRightAway(service, crashed, isOldReady(found), settings.suffix)
    if (found?.takenUp && isOldReady(found) && isPullRefused(found, settings.suffix))
      throw new MaculaError({
        kind: 'failed',
        what: `The image of ${service.title} is not in the registry any more; the version before still answers.`,
        why: imageOf(app, settings.clusters.images, settings.suffix),
        todo: `Push it, then maculactl restart ${service.id}.`,
      })
    const look: PodLook = {
      service: service.id,
      title: service.title,
      runtime: service.runtime,
      seen: cluster,
      acting: undefined,
      suffix: settings.suffix,
      silent: service.endpoints.length === 0,
      now: adapters.clock.now(),
    }
    if (found?.takenUp && isHopeless(found, look)) throw hopeless(service, look)
    refusedSince =
      found?.takenUp && isRefusedElsewhere(found, settings.suffix) ? (refusedSince ?? look.now) : undefined
    if (refusedSince !== undefined && look.now - refusedSince > REFUSED_TWICE_MS)
      throw hopeless(service, look)
    stillWanted(step, signal)
    if (adapters.clock.now() > until) throw late(service, pods[0])
    await pause(LOOK_AGAIN_MS, signal)
  }
}

/** Whether it answers; of what answers nothing, whether its pods have run for a while. */
async function runsOn(
  step: Step,
  service: ClusterRow,
  app: AppSeen,
  routedBy: number | undefined,
): Promise<boolean> {
  const now = step.context.adapters.clock.now()
  // Behind an Ingress there may be nothing that speaks HTTP: its pods are all that is waited for then.
  if (!service.endpoints.some(isWaitedFor)) return isSteady(app, now)
  const found = await asked(step, service)
  return found.every((seen) => seen?.kind === 'answer') && (isRouted(found) || now >= (routedBy ?? Infinity))
}

/** What else it speaks (QUIC, UDP) its rungs tell; only HTTP says that it is ready. */
const isWaitedFor = ({ quiet, scheme }: EndpointSpec): boolean => quiet !== true && scheme === 'http'

type Answers = readonly (AnswerSeen | undefined)[]

/** What every URL of an application answers, past our own forwarder. */
async function asked({ context }: Step, service: ClusterRow): Promise<Answers> {
  const asking = { ...context.truth.observe.asking(), clusters: context.truth.seen.clusters }
  return await Promise.all(
    service.endpoints
      .filter(isWaitedFor)
      .map(async (endpoint) => await askAccess(asking, service, endpoint, 'direct')),
  )
}

const isRouted = (found: Answers): boolean =>
  found.every((seen) => seen !== undefined && 'status' in seen && seen.status !== NO_ROUTE_STATUS)

/** Waits until the ingress has taken up the URLs of an application; false: it has not in time, or nothing asks for them. */
async function untilRouted(step: Step, service: ClusterRow): Promise<boolean> {
  const { clock } = step.context.adapters
  if (!service.endpoints.some(isWaitedFor)) return false
  const until = clock.now() + ROUTED_DEADLINE_MS
  while (!isRouted(await asked(step, service))) {
    stillWanted(step, step.signal)
    if (clock.now() > until) return false
    await pause(LOOK_AGAIN_MS, step.signal)
  }
  return true
}

function appIn(found: ClusterSeen, id: string): AppSeen | undefined {
  return found.kind === 'up' ? found.apps.get(id) : undefined
}

function endedRightAway(
  service: ClusterRow,
  pod: AppSeen['pods'][number],
  isOldThere: boolean,
  suffix: string,
): MaculaError {
  const code = pod.exitCode === undefined ? '' : `: exit code ${pod.exitCode}`
  return new MaculaError({
    kind: 'failed',
    what: isOldThere
      ? `The new version of ${service.title} ends right after it starts${code}. The version before still answers.`
      : `${service.title} ends right after it starts${code}.`,
    why: pod.lastLine === undefined ? pod.message : `Its last line: ${pod.lastLine}`,
    todo: afterCrash(service.id, pod.image, suffix),
  })
}

/** What no waiting mends, in the words of its row. */
function hopeless(service: ClusterRow, look: PodLook): MaculaError {
  const { says, why = '', todo = '' } = podRung(look)
  return new MaculaError({ kind: 'failed', what: `${service.title}: ${says}.`, why, todo })
}

function late(service: ClusterRow, pod: AppSeen['pods'][number] | undefined): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: `${service.title} was not ready in time; its cluster keeps trying.`,
    why: pod ? `${pod.reason === '' ? pod.phase : pod.reason} ${pod.message}`.trim() : 'It has no pod.',
    todo: `maculactl status ${service.id} says why.`,
  })
}
