import { accessesOf, accessesWithout, fqdn, hasFront, isByNameOnly, isToldDirectly } from './access.ts'
import { isByIngress } from './by-ingress.ts'
import type { Frame } from './frame.ts'
import { judgeClusterRow } from './judge-cluster.ts'
import { headlineRung, type Ladder, type Rung } from './ladder.ts'
import { listenerKey } from './listeners.ts'
import { carriedBy, portText, protocolOf } from './protocol.ts'
import { addressOf, nativePort } from './native-port.ts'
import { headlineOf, mergeLadders } from './merge.ts'
import { troubleOfServer } from './name-server.ts'
import { SETTLING_MS } from './notices.ts'
import type { AnswerSeen, ContainerSeen } from './observation.ts'
import { addressRung } from './rungs/address.ts'
import { containerRung } from './rungs/container.ts'
import { forwarderRung } from './rungs/forwarder.ts'
import { routeAgain } from './route-again.ts'
import { nameRung } from './rungs/name.ts'
import { serviceRung } from './rungs/service.ts'
import { INGRESS, type EndpointSpec, type ServiceSpec } from './service.ts'
import { endpointView, isLoud, serviceView, silentLadder } from './service-view.ts'
import type { EndpointView, ServiceView, State } from './snapshot.ts'
import { wayTodo, wayTrouble } from './way.ts'
import { answerKey, isDockerBack, type AskedAccess, type World } from './world.ts'

const everyAccess = ['front', 'native', 'direct'] as const

function ingressWorks({ world }: Frame, ingress: ServiceSpec): boolean {
  return (
    world.containers.get(INGRESS)?.state === 'running' &&
    ingress.endpoints.some(({ id }) =>
      everyAccess.some((access) => world.answers.get(answerKey(INGRESS, id, access))?.kind === 'answer'),
    )
  )
}

/** Whether port 80 of an endpoint leads through the ingress now. */
function leadsByIngress({ world }: Frame, service: ServiceSpec, endpoint: EndpointSpec): boolean {
  if (!isByIngress(service, endpoint)) return false
  return endpoint.ingress !== undefined || world.containers.get(INGRESS)?.state === 'running'
}

/** The file in which a person may change their own service. */
function ownFile({ origin, folder }: ServiceSpec): { readonly file?: string } {
  return origin === 'user' ? { file: `${folder}/compose.yaml` } : {}
}

/** The ports of an endpoint's forwarders on its address. */
export function portsOfEndpoint(endpoint: EndpointSpec): readonly number[] {
  return [
    ...new Set([
      ...(hasFront(endpoint) ? [80] : []),
      ...(nativePort(endpoint) === undefined ? [] : [nativePort(endpoint) ?? 0]),
    ]),
  ]
}

/** The accesses of an endpoint that are asked, in order. */
export function askedAccesses(service: ServiceSpec, endpoint: EndpointSpec): readonly AskedAccess[] {
  if (service.address === null || isToldDirectly(endpoint)) return ['direct']
  return [
    ...(hasFront(endpoint) ? (['front'] as const) : []),
    ...(nativePort(endpoint) !== undefined && !(hasFront(endpoint) && endpoint.listen === 80)
      ? (['native'] as const)
      : []),
    'direct',
  ]
}

/** Why a container is lost on its way, and what to do about it. */
function lostOf(
  { docker, way }: World,
  direct: AnswerSeen | undefined,
  address: string,
): { readonly why: string; readonly todo: string } | undefined {
  if (docker.kind !== 'up' || !docker.native) return undefined
  const why = wayTrouble(direct, way, address)
  return why === undefined
    ? undefined
    : { why, todo: wayTodo(`${address.slice(0, address.lastIndexOf('.'))}.0/24`) }
}

function containerRungOf({ world }: Frame, service: ServiceSpec, answers: boolean): Rung {
  return containerRung({
    service: service.id,
    title: service.title,
    ...ownFile(service),
    docker: world.docker,
    seen: world.containers.get(service.id),
    wanted: world.wanted.has(service.id),
    ...(isDockerBack(world, world.at) ? { returning: true as const } : {}),
    ...(world.resting?.has(service.id) === true ? { resting: true as const } : {}),
    acting: world.acting.get(service.id),
    answers,
    ...(service.endpoints.length === 0 ? { silent: true as const } : {}),
    expected: world.expected?.get(service.id),
    failure: world.failures?.get(service.id),
    now: world.at,
  })
}

/** Judges one endpoint of one service. */
export function judgeEndpoint(frame: Frame, service: ServiceSpec, endpoint: EndpointSpec): EndpointView {
  const { world, suffix } = frame
  const name = fqdn(endpoint, suffix)
  const all = accessesOf(service, endpoint, suffix, world)
  const byNameOnly = isByNameOnly(endpoint)
  const asked = askedAccesses(service, endpoint)
  const seenOf = (access: AskedAccess) => world.answers.get(answerKey(service.id, endpoint.id, access))
  const answers = asked.some((access) => seenOf(access)?.kind === 'answer')
  const directly = seenOf('direct')?.kind === 'answer'
  const address = addressOf(service, endpoint)
  const container = world.containers.get(service.id)
  const acting = world.acting.get(service.id)
  const off = container?.state !== 'running' && !world.wanted.has(service.id) && acting === undefined
  const rungName = nameRung({
    name,
    address,
    seen: world.names.get(name ?? ''),
    // What is stopped on purpose is not kept from anybody by its name.
    byNameOnly: byNameOnly && !off && !directly,
    answers: answers || asked.every((access) => seenOf(access) === undefined),
    routed: world.route.kind === 'in place',
    again: routeAgain(world.route),
    theirs: world.theirs?.get(name ?? ''),
    server: troubleOfServer(world),
  })
  const rungAddress = addressRung(address, world.addresses.get(address ?? ''), directly)
  const ingress = frame.services.find((one) => one.id === INGRESS)
  const hasIngress = world.containers.get(INGRESS)?.state === 'running'
  const looks =
    address === null
      ? []
      : portsOfEndpoint(endpoint).map((port) => ({
          address,
          port,
          ...carriedBy(endpoint.scheme),
          seen: world.listeners.get(listenerKey({ address, port, ...carriedBy(endpoint.scheme) })),
          // What is routed by path has no one service that could stand in for the ingress.
          ...(port === 80 && ingress !== undefined && endpoint.ingress !== undefined && !hasIngress
            ? { lacks: ingress.title }
            : {}),
        }))
  // Without a running container there is nothing to lead to: that no forwarder listens is then no trouble of its own.
  const waits =
    container?.state !== 'running' &&
    looks.length > 0 &&
    looks.every(({ seen }) => seen?.kind === 'free' || seen?.kind === 'refused')
  const rungForwarder: Rung =
    waits && !off
      ? { id: 'forwarder', state: 'unreached', says: 'started with the container' }
      : off
        ? {
            id: 'forwarder',
            state: address === null ? 'unused' : 'unreached',
            says: 'not needed while stopped',
          }
        : forwarderRung(
            looks,
            directly,
            rungAddress.state === 'stop' || rungAddress.state === 'round',
            // Another face may have started it: its forwarders come a moment after its container.
            acting === 'starting' ||
              (!directly && container?.state === 'running' && world.at - container.startedAt < SETTLING_MS),
          )
  const rungContainer = containerRungOf(frame, service, answers)
  const accesses = accessesWithout(all, rungContainer)
  const through = (access: AskedAccess): string => {
    // The probe goes to the address, with the name as its host: where the name leads elsewhere, it is no way that was asked.
    if (access === 'front') return `${(rungName.state === 'ok' ? name : undefined) ?? address ?? ''}:80`
    const port = (own: number): string => portText(own, protocolOf(endpoint.scheme))
    if (access === 'native') return `${address ?? ''}:${port(endpoint.listen ?? 0)}`
    return `${container?.address ?? 'the container'}:${port(endpoint.target)}`
  }
  const isOpen = (access: AskedAccess): boolean => {
    const port = access === 'front' ? 80 : access === 'native' ? nativePort(endpoint) : undefined
    return looks.find((one) => one.port === port)?.seen?.kind === 'ours'
  }
  const lost = lostOf(world, seenOf('direct'), container?.address ?? '')
  const rungService = serviceRung({
    service: service.id,
    title: service.title,
    asked: asked.map((access) => ({
      through: through(access),
      front: access === 'front',
      open: isOpen(access),
      inside: access === 'direct',
      seen: seenOf(access),
    })),
    container: rungContainer.state,
    noWay: rungForwarder.state === 'stop' || rungAddress.state === 'stop',
    lost,
    lack: world.lacks?.get(service.id),
    failure: world.failures?.get(service.id),
    ...(ingress !== undefined && leadsByIngress(frame, service, endpoint)
      ? { ingress: { title: ingress.title, works: ingressWorks(frame, ingress) } }
      : {}),
  })
  const settled = off || acting === 'stopping'
  const ladder: Ladder = [
    rungName,
    rungAddress,
    rungForwarder,
    rungContainer,
    settled && rungService.state === 'unknown' ? { ...rungService, state: 'unreached' } : rungService,
  ]
  const first = asked.map(seenOf).find((seen) => seen?.kind === 'answer')
  return endpointView(endpoint, suffix, { accesses, byNameOnly, ladder, answerMs: first?.ms })
}

function stateOf(service: ServiceSpec, ladder: Ladder, world: World): State {
  const acting = world.acting.get(service.id)
  if (world.docker.kind !== 'up') return 'unknown'
  if (acting === 'stopping') return 'stopping'
  const container = world.containers.get(service.id)
  if (!world.wanted.has(service.id) && container?.state !== 'running' && container?.state !== 'restarting')
    return acting === 'starting' ? 'starting' : 'stopped'
  if (ladder.some((rung) => rung.state === 'stop')) return acting === 'starting' ? 'starting' : 'failed'
  if (ladder.some((rung) => rung.state === 'progress')) return 'starting'
  if (acting === 'starting') return 'starting'
  if (ladder.some((rung) => rung.state === 'unknown')) return 'unknown'
  if (ladder.some((rung) => rung.state === 'round')) return 'degraded'
  return 'works'
}

/** Judges one service: its endpoints, its own ladder, state and headline. */
export function judgeService(frame: Frame, service: ServiceSpec): ServiceView {
  const { world } = frame
  if (service.runtime.kind === 'cluster') return judgeClusterRow(frame, service, service.runtime)
  const endpoints = service.endpoints.map((endpoint) => judgeEndpoint(frame, service, endpoint))
  const ladder = mergeLadders(
    endpoints.length > 0
      ? endpoints.map((endpoint) => endpoint.ladder)
      : [silentLadder(containerRungOf(frame, service, false))],
  )
  const state = stateOf(service, ladder, world)
  const container = world.containers.get(service.id)
  const first = service.endpoints[0]
  const told = headlineRung(ladder)
  const loud = isLoud(state)
  const reason = ((): string => {
    if (state === 'stopped' || state === 'stopping' || state === 'unknown')
      return state === 'unknown'
        ? world.docker.kind === 'down'
          ? 'unknown while Docker is down'
          : (told?.reason ?? 'checking…')
        : state
    return told && loud ? (told.reason ?? told.says) : ''
  })()
  const address = ((): string | null => {
    if (service.address === null)
      return container && container.address !== '' && first
        ? `${container.address}:${portText(first.target, protocolOf(first.scheme))}`
        : null
    const port = first && (nativePort(first) ?? (hasFront(first) ? 80 : undefined))
    return port === undefined || first === undefined
      ? service.address
      : `${service.address}:${portText(port, protocolOf(first.scheme))}`
  })()
  return serviceView(frame, service, {
    state,
    address,
    endpoints,
    ladder,
    headline: told && loud ? headlineOf(told) : undefined,
    reason,
    since: container?.state === 'running' ? container.startedAt : undefined,
    container: container && isEnded(container) ? { ...container, ended: true } : container,
  })
}

/** Whether there is nothing of it to stop: it does not run, and Docker does not start it again. */
function isEnded({ state }: ContainerSeen): boolean {
  return state === 'exited' || state === 'created' || state === 'dead'
}
