import type { AppSeen, ClusterSeen, PodSeen } from './cluster.ts'
import { absence, createdBy } from './cluster-absence.ts'
import { clusterRow } from './cluster-id.ts'
import { areAllGiven, balancerNotes, isOf } from './balancers.ts'
import { accessesOf, accessesWithout, fqdn } from './access.ts'
import type { Frame } from './frame.ts'
import { headlineRung, rungIds, type Ladder, type Rung } from './ladder.ts'
import { listenerKey } from './listeners.ts'
import { carriedBy, isSameProtocol } from './protocol.ts'
import { headlineOf, mergeLadders } from './merge.ts'
import { troubleOfServer } from './name-server.ts'
import { addressRung } from './rungs/address.ts'
import { answerRung } from './rungs/app-answer.ts'
import { portAnswerRung, portFrontRung } from './rungs/app-port.ts'
import { apiRung, clusterRung } from './rungs/cluster.ts'
import { foundAnswer, foundPods } from './rungs/found.ts'
import { clusterFront } from './rungs/cluster-front.ts'
import { routeAgain } from './route-again.ts'
import { nameRung } from './rungs/name.ts'
import { currentPods, isImageMissing, isOff, podRung } from './rungs/pod.ts'
import type { EndpointSpec, Runtime, ServiceSpec } from './service.ts'
import { endpointView, isLoud, serviceView, silentLadder } from './service-view.ts'
import type { EndpointView, ServiceView, State } from './snapshot.ts'
import { answerKey, type World } from './world.ts'

type ClusterRuntime = Extract<Runtime, { kind: 'cluster' }>

/** Judges a row of the Applications tier: the cluster itself, or an application in it. */
export function judgeClusterRow(frame: Frame, service: ServiceSpec, runtime: ClusterRuntime): ServiceView {
  const { world } = frame
  const seen = world.docker.kind === 'up' ? world.clusters?.get(runtime.cluster.id) : undefined
  const endpoints = service.endpoints.map((endpoint) =>
    judgeEndpoint(frame, service, runtime, seen, endpoint),
  )
  const full = mergeLadders(
    endpoints.length > 0
      ? endpoints.map((endpoint) => endpoint.ladder)
      : [bareLadder(frame, service, runtime, seen)],
  )
  const state = stateOf(frame, service, runtime, seen, full)
  // Of a cluster that was never made, names and forwarders say nothing yet.
  const ladder: Ladder =
    state === 'not set up' && seen?.kind !== 'up'
      ? rungIds.map((id) => ({ id, state: 'unreached', says: 'not set up' }))
      : full
  const app = runtime.app && seen?.kind === 'up' ? seen.apps.get(runtime.app.id) : undefined
  const noImage = isImageMissing(app, frame.suffix)
  // What a person has to do comes first: push an image.
  const told = noImage ? ladder.find((rung) => rung.id === 'container') : headlineRung(ladder)
  const loud = isLoud(state) || noImage
  const pod = shownPod(app)
  const node = seen && 'nodes' in seen && !runtime.app ? seen.nodes[0] : undefined
  const started = node?.running === true ? node.startedAt : undefined
  const notes = balancerNotes(
    seen,
    (one) => (runtime.app ? isOf(one, runtime.app) : one.app === undefined),
    world.docker.kind === 'up' && world.docker.native,
    areAllGiven(world.clusters ?? new Map(), frame.services),
  )
  const creates = createdBy(runtime, seen)
  const shown = serviceView(frame, service, {
    ...(creates === undefined ? {} : { creates }),
    cluster: !runtime.app ? 'cluster' : runtime.app.found ? 'found' : 'application',
    state,
    address: service.address === null || !runtime.app ? service.address : placeOf(service.address, service),
    endpoints,
    ladder,
    headline: loud && told ? headlineOf(told) : absence(service, runtime, seen, state),
    reason: reasonOf(world, state, seen, told, loud),
    since: state !== 'stopped' && pod?.ready === true ? pod.startedAt : started,
    container: node
      ? { ...node, restarts: 0 }
      : pod && {
          id: pod.name,
          name: pod.name,
          image: pod.image,
          address: pod.address,
          restarts: pod.restarts,
        },
  })
  return notes.length === 0 ? shown : { ...shown, warnings: [...shown.warnings, ...notes] }
}

/** Where a row says that an application is: port 80 of its cluster's address, or its own port of it where it has no HTTP. */
function placeOf(address: string, { endpoints }: ServiceSpec): string {
  const [first] = endpoints
  const port = endpoints.every(({ listen }) => listen !== undefined) ? first?.listen : undefined
  return first === undefined || port === undefined
    ? `${address}:80`
    : listenerKey({ address, port, ...carriedBy(first.scheme) })
}

/** The pod that stands for an application: one that answers, of the newest version when it does. */
function shownPod(app: AppSeen | undefined): PodSeen | undefined {
  const pods = [...currentPods(app), ...(app?.pods.filter(({ outdated }) => outdated) ?? [])]
  return pods.find(({ ready, ending }) => ready && !ending) ?? pods.find(({ ending }) => !ending)
}

function reasonOf(
  { docker }: World,
  state: State,
  seen: ClusterSeen | undefined,
  told: Rung | undefined,
  loud: boolean,
): string {
  if (told && loud) return told.reason ?? told.says
  switch (state) {
    case 'stopped':
    case 'stopping':
    case 'not set up':
      return state
    case 'unknown':
      if (docker.kind === 'down') return 'unknown while Docker is down'
      if (seen?.kind === 'down') return 'unknown while the cluster is down'
      return told?.reason ?? 'checking…'
    case 'works':
    case 'degraded':
    case 'starting':
    case 'failed':
      return ''
  }
}

function stateOf(
  { world, suffix }: Frame,
  service: ServiceSpec,
  runtime: ClusterRuntime,
  seen: ClusterSeen | undefined,
  ladder: Ladder,
): State {
  const acting = world.acting.get(service.id)
  const wanted = world.wanted.has(service.id)
  if (acting === 'stopping') return 'stopping'
  if (acting === undefined) {
    if (seen === undefined) {
      const before = world.clusters?.get(runtime.cluster.id)
      if (wanted || (before !== undefined && before.kind !== 'absent')) return 'unknown'
      // Whether it was ever made is only known once Docker answered.
      return before === undefined && world.docker.kind === 'down' ? 'unknown' : 'not set up'
    }
    if (runtime.app) {
      if (seen.kind === 'absent' || seen.kind === 'foreign' || seen.kind === 'unfinished') return 'not set up'
      if (seen.kind === 'stopped') return 'stopped'
      if (seen.kind === 'down') return 'unknown'
      const app = seen.apps.get(runtime.app.id)
      if (!app?.applied || (isOff(app) && !runtime.app.found)) return 'stopped'
      if (isImageMissing(app, suffix)) return 'not set up'
    } else {
      if (seen.kind === 'absent' && !wanted) return 'not set up'
      if (seen.kind === 'stopped' && !wanted) return 'stopped'
    }
  }
  if (ladder.some((rung) => rung.state === 'stop')) return acting === 'starting' ? 'starting' : 'failed'
  if (acting === 'starting' || ladder.some((rung) => rung.state === 'progress')) return 'starting'
  if (ladder.some((rung) => rung.state === 'unknown')) return 'unknown'
  if (ladder.some((rung) => rung.state === 'round')) return 'degraded'
  return 'works'
}

function lookOf(frame: Frame, service: ServiceSpec, runtime: ClusterRuntime, seen: ClusterSeen | undefined) {
  const { world } = frame
  return {
    service: service.id,
    title: service.title,
    name: runtime.cluster.name,
    runtime,
    seen,
    wanted: world.wanted.has(service.id),
    failure: world.failures?.get(service.id),
    ...(world.resting?.has(service.id) === true ? { resting: true as const } : {}),
    acting: world.acting.get(service.id),
    suffix: frame.suffix,
    silent: service.endpoints.length === 0,
    now: world.at,
  }
}

const dockerDown: Rung = {
  id: 'container',
  state: 'unknown',
  says: 'Docker does not answer',
  reason: 'unknown while Docker is down',
  cause: 'docker',
}

/**
 * The ladder of what has no endpoint: the cluster's own row, with its address and forwarder; an application that answers
 * no HTTP, which stands by its pods alone.
 */
function bareLadder(
  frame: Frame,
  service: ServiceSpec,
  runtime: ClusterRuntime,
  seen: ClusterSeen | undefined,
): Ladder {
  const { world } = frame
  const look = lookOf(frame, service, runtime, seen)
  const isUp = seen?.kind === 'up'
  if (runtime.app)
    return silentLadder(world.docker.kind === 'up' ? foundPods(podRung(look), runtime, seen) : dockerDown)
  return [
    { id: 'name', state: 'unused', says: 'no name of its own' },
    addressRung(service.address, world.addresses.get(service.address ?? '')),
    clusterFront(world, service.address ?? '', { answers: isUp, needed: isUp }, runtime.cluster.ports),
    world.docker.kind === 'up' ? clusterRung(look) : dockerDown,
    world.docker.kind === 'up'
      ? apiRung(look)
      : { id: 'service', state: 'unknown', says: 'unknown while Docker is down' },
  ]
}

function judgeEndpoint(
  frame: Frame,
  service: ServiceSpec,
  runtime: ClusterRuntime,
  seen: ClusterSeen | undefined,
  endpoint: EndpointSpec,
): EndpointView {
  const { world, suffix } = frame
  const name = fqdn(endpoint, suffix)
  const { listen, scheme } = endpoint
  const isPort = listen !== undefined
  const front = world.answers.get(answerKey(service.id, endpoint.id, isPort ? 'native' : 'front'))
  const direct = world.answers.get(answerKey(service.id, endpoint.id, 'direct'))
  const pod =
    world.docker.kind === 'up'
      ? foundPods(podRung(lookOf(frame, service, runtime, seen)), runtime, seen)
      : dockerDown
  const isUp = seen?.kind === 'up'
  const first = [front, direct].find((answer) => answer?.kind === 'answer')
  const place = { listen: listen ?? 0, ...carriedBy(scheme) }
  const published = runtime.cluster.ports.find((one) => one.listen === listen && isSameProtocol(one, place))
  const forwarder = clusterFront(
    world,
    service.address ?? '',
    { answers: direct !== undefined && direct.kind !== 'refused', needed: isUp },
    isPort ? [published ?? place] : undefined,
  )
  const way = isPort ? portFrontRung({ runtime, endpoint, seen }, forwarder) : forwarder
  const ladder: Ladder = [
    nameRung({
      name,
      address: service.address,
      seen: world.names.get(name ?? ''),
      byNameOnly: !isPort,
      answers: first !== undefined || (front === undefined && direct === undefined),
      routed: world.route.kind === 'in place',
      again: routeAgain(world.route),
      theirs: world.theirs?.get(name ?? ''),
      server: troubleOfServer(world),
    }),
    addressRung(service.address, world.addresses.get(service.address ?? '')),
    way,
    pod,
    isPort
      ? portAnswerRung({ service: service.id, runtime, endpoint, suffix, seen, pod, way, front, direct })
      : foundAnswer(answerRung({ service, runtime, endpoint, suffix, seen, pod, front, direct }), runtime),
  ]
  const accesses = accessesWithout(accessesOf(service, endpoint, suffix, world), pod)
  return endpointView(endpoint, suffix, {
    accesses,
    byNameOnly: !isPort,
    ladder,
    answerMs: first?.ms,
  })
}

/** Whether anything of a cluster is wanted or there, so that its clean address is to be held. */
export function isClusterAlive(world: Pick<World, 'clusters' | 'wanted'>, cluster: string): boolean {
  const seen = world.clusters?.get(cluster)
  return (
    (seen !== undefined && (seen.kind === 'up' || seen.kind === 'down')) ||
    world.wanted.has(clusterRow(cluster))
  )
}
